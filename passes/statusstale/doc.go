// Package statusstale defines an analyzer that reports values from before the
// refetch that are written inside a conflict retry.
//
// # Analyzer statusstale
//
// statusstale: a value from before the refetch written inside the retry
//
// A conflict says that someone else has written the object. The retry reads it
// again, so that the change is made to what is there now. If it then assigns a
// counter, a list or a whole status that was computed from what it had read
// before, the retry succeeds and undoes the other's change, without a trace.
//
// Reported is an assignment to a status field, inside a conflict retry or the
// callback of a status manager, of a value that was computed from the same field
// (or a part or the whole of it) of that resource before it was read again. So is
// an element that is picked by an index found in the old list. There is one
// report a callback; where a status manager assigns what it is given, it stands
// on the call.
//
// It is silent where elements are merged one by one (meta.SetStatusCondition and
// the like), where the value comes from other fields, where the fresh value was
// tested first, where the old one only decides what is done, and where a value
// went through a call that cannot be seen.
//
// # Bad
//
//	n := db.Status.Attempts + 1
//	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
//		if err := r.Get(ctx, key, db); err != nil {
//			return err
//		}
//		db.Status.Attempts = n // someone else may have counted as well
//		return r.Status().Update(ctx, db)
//	})
//
// # Good
//
//	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
//		if err := r.Get(ctx, key, db); err != nil {
//			return err
//		}
//		db.Status.Attempts++
//		return r.Status().Update(ctx, db)
//	})
//
// # Source
//
// https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#concurrency-control-and-consistency
package statusstale

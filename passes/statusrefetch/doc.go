// Package statusrefetch defines an analyzer that reports conflict retries that
// cannot succeed.
//
// # Analyzer statusrefetch
//
// statusrefetch: a conflict retry that cannot succeed
//
// An update fails with a conflict because the object in hand is older than the
// one on the server. To send it again as it is fails again, however often it is
// tried: a retry must read the resource again and make the change anew. And
// retry.RetryOnConflict tries again only if it can tell from the error that is
// returned to it that it was a conflict.
//
// Reported are, for status writes and updates of the whole object:
//
//   - a conflict retry in which the resource is not read again: also where it sends a
//     copy that it makes of the same object, or what a getter returns;
//   - a function given to a retry that hides the conflict, or calls one that does: it
//     returns an error that does not wrap it (%v, a new error), or that of another
//     call in its place, or none;
//   - anywhere, a write of an object that is stale for certain, because a changed
//     copy of it was written before, or a typed client's write whose result is
//     not used.
//
// It is silent where the resource may be read again, before the write or after
// the conflict, on any path and by whatever means: a Get, a lister, a decoder that
// fills the object, another object assigned to the variable, code that cannot be
// seen and that receives the object.
//
// # Bad
//
//	db.Status.Phase = v1.Ready
//	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
//		return r.Status().Update(ctx, db) // the same resourceVersion each time
//	})
//
// # Good
//
//	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
//		if err := r.Get(ctx, client.ObjectKeyFromObject(db), db); err != nil {
//			return err
//		}
//		db.Status.Phase = v1.Ready
//		return r.Status().Update(ctx, db)
//	})
//
// # Source
//
// https://pkg.go.dev/k8s.io/client-go/util/retry#RetryOnConflict
package statusrefetch

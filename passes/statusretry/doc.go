// Package statusretry defines an analyzer that reports a status update outside
// a conflict retry.
//
// # Analyzer statusretry
//
// statusretry: a status update outside a conflict retry
//
// An update carries the resourceVersion of the object that was read. If anyone
// has written the object since, the API server refuses it with a conflict. Where
// that error is returned, the whole reconcile runs again, with all its effects;
// where it is swallowed, the update is lost. Read the resource again and repeat
// the change in retry.RetryOnConflict, or in a helper that does.
//
// Updates are reported, and patches that carry a resourceVersion. A write is in
// a conflict retry if the code around it, here or in its callers, runs again
// when it fails with a conflict: retry.RetryOnConflict, a loop or wait callback
// that tests the error with IsConflict or that repeats on any error.
//
// The flag -statusretry.policy says how much to report: strict, the default,
// reports every such write, and the message tells whether the error is returned
// or swallowed; requeue takes the next reconcile for a retry, and reports only
// the writes whose error is swallowed.
//
// The fix calls the Update that "atomicstatus manager" writes, with a copy of the
// object as it was read: taken behind the statement that reads it, or where a
// function begins that is given it. There is none where a function is given the
// object with all its changes, unless it is given the one that was read as well;
// where the client that writes cannot read; and for an unstructured object that may
// hold what no copy can be made of, such as an int.
//
// # Bad
//
//	n.Status.Phase = v1.Sent
//	if err := r.Status().Update(ctx, n); err != nil {
//		log.Error(err, "cannot update the status") // the phase is lost
//	}
//
// # Good
//
//	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
//		if err := r.Get(ctx, client.ObjectKeyFromObject(n), n); err != nil {
//			return err
//		}
//		n.Status.Phase = v1.Sent
//		return r.Status().Update(ctx, n)
//	})
//	return ctrl.Result{}, err
//
// # Source
//
// https://pkg.go.dev/k8s.io/client-go/util/retry#RetryOnConflict
package statusretry

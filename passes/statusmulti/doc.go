// Package statusmulti defines an analyzer that reports more than one status
// write of one resource on one reconcile path.
//
// # Analyzer statusmulti
//
// statusmulti: more than one status write of one resource on one reconcile path
//
// Between two writes the resource shows a state that is half of what happened,
// such as the attempts of a delivery without its phase. If the second write
// fails, that state stays. Change the status in memory all along the path and
// write it once, at its end.
//
// Two calls in one function are reported if on some possible path both have
// written the status of the same resource successfully, directly or in functions
// that they call. The report stands on the first call that makes the second
// write, once per function and resource; with -statusmulti.all, on each call. The message
// says "always" where every successful path through that call has written before,
// and "may" where some have.
//
// It is silent where the writes are on different branches, where the second is
// reached only if the first failed, where the resources differ, and where one
// call writes again and again in a loop, which is for statusloop to say.
//
// The fix is the simplest that reaches: an earlier write that a later one carries is
// left out, or moves to the returns that come before the later one; a helper that
// changes the status and writes it becomes the change; else the reconcile gets a batch.
// It is safe where nothing but pure code and changes of the status lies between, and
// else for review. There is none where a constant of one field is written before
// something that takes time, and another one after it: that marks progress, and if
// somebody has to see it, a suppression with that reason is the right answer.
//
// # Bad
//
//	n.Status.Attempts = attempts
//	if err := r.Status().Update(ctx, n); err != nil {
//		return ctrl.Result{}, err
//	}
//	n.Status.Phase = phaseOf(attempts)
//	return ctrl.Result{}, r.Status().Update(ctx, n) // the second of this path
//
// # Good
//
//	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
//		if err := r.Get(ctx, req.NamespacedName, n); err != nil {
//			return err
//		}
//		n.Status.Attempts = attempts
//		n.Status.Phase = phaseOf(attempts)
//		return r.Status().Update(ctx, n)
//	})
//	return ctrl.Result{}, err
//
// # Source
//
// https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#spec-and-status
package statusmulti

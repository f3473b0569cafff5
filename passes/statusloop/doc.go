// Package statusloop defines an analyzer that reports a resource's status that a
// loop writes again and again.
//
// # Analyzer statusloop
//
// statusloop: one resource's status written again and again by a loop
//
// A status write is a request to the API server. A loop that records each step
// of one resource as it goes makes N requests where one would do, wakes every
// watcher N times, and shows the outside N states that were never meant to be
// seen. Collect the changes in memory and write once, after the loop.
//
// A write is reported if a loop may perform it successfully more than once for
// the same resource, directly or in a function that it calls. Loops are for,
// range, goto, callbacks that run repeatedly, like those of wait.Poll, and functions
// that call themselves after they have written.
//
// It is silent where each turn writes another resource, where only one turn can
// reach the write (its element is tested for equality with a value that the loop
// leaves alone), where control leaves the loop after the write, where a turn follows only after a write that failed (a
// conflict retry), and in event loops, where each turn waits for a channel, a
// timer, a queue or a watch.
//
// The fix moves the write behind the loop, and to the returns that leave it, so that
// what was done until then is stored there too: where a turn has come by it, as a
// variable then says. It is safe where the loop only computes and changes the status, and
// else for review.
//
// # Bad
//
//	for _, ch := range n.Spec.Channels {
//		n.Status.Attempts = append(n.Status.Attempts, r.deliver(ctx, ch))
//		if err := r.Status().Update(ctx, n); err != nil { // once per channel
//			return ctrl.Result{}, err
//		}
//	}
//
// # Good
//
//	var attempts []v1.Attempt
//	for _, ch := range n.Spec.Channels {
//		attempts = append(attempts, r.deliver(ctx, ch))
//	}
//	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
//		fresh := &v1.Notification{} // n may keep what a failed try has added
//		if err := r.Get(ctx, req.NamespacedName, fresh); err != nil {
//			return err
//		}
//		fresh.Status.Attempts = append(fresh.Status.Attempts, attempts...)
//		return r.Status().Update(ctx, fresh)
//	})
//	return ctrl.Result{}, err
//
// # Source
//
// https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#spec-and-status
package statusloop

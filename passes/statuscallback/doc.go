// Package statuscallback defines an analyzer that reports a retry callback that
// is not safe to run twice, or changes the wrong object.
//
// # Analyzer statuscallback
//
// statuscallback: a retry callback that is not safe to run twice, or changes the wrong object
//
// The function passed to retry.RetryOnConflict or to a status manager runs again
// after each conflict. What a failed attempt did besides the refused write stays
// done: a captured counter has counted twice, an event was sent twice, a child
// was created twice. Let the callback change only the object that it was given
// or has read itself, and do everything else once, before or after the retry.
//
// Reported is, inside a function that may really run more than once, a captured
// variable that adds up over the attempts (n++, list = append(list, x)) without
// being reset in the callback, if it is used afterwards or goes into the status;
// a change to the status of a captured copy of the resource that the retry
// neither reads nor writes; a status write of the same resource in the callback
// of a status manager, which writes it itself; and an effect that each attempt
// repeats: an event, a channel send, a go statement, a Kubernetes write of
// another resource. The flag -statuscallback.effects names further functions
// whose calls are effects, such as Notify, (*Mailer).Send or
// example.com/mail.Send.
//
// It is silent where the attempt can no longer fail with a conflict: after the
// last write, and in a function that runs at most once. So it is about variables
// that are only logged or measured, about effects that the code itself makes
// safe to repeat (the object is read before it is written, or the error that
// says that it exists is expected), and about a goroutine that the callback
// waits for.
//
// # Bad
//
//	var sent []string
//	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
//		if err := r.Get(ctx, req.NamespacedName, n); err != nil {
//			return err
//		}
//		sent = append(sent, n.Spec.Channel)                            // once per attempt
//		r.Recorder.Event(n, corev1.EventTypeNormal, "Sent", "delivered") // likewise
//		n.Status.Phase = v1.Sent
//		return r.Status().Update(ctx, n)
//	})
//	return sent, err
//
// # Good
//
//	var sent []string
//	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
//		if err := r.Get(ctx, req.NamespacedName, n); err != nil {
//			return err
//		}
//		sent = []string{n.Spec.Channel}
//		n.Status.Phase = v1.Sent
//		return r.Status().Update(ctx, n)
//	})
//	if err == nil {
//		r.Recorder.Event(n, corev1.EventTypeNormal, "Sent", "delivered")
//	}
//	return sent, err
//
// # Source
//
// https://pkg.go.dev/k8s.io/client-go/util/retry#RetryOnConflict
package statuscallback

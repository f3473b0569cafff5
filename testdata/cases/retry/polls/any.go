package polls

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/retry/polls/again"
)

// onAny calls a function again after any error.
func onAny(ctx context.Context, fn func() error) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(context.Context) (bool, error) {
		if err := fn(); err != nil {
			return false, nil
		}
		return true, nil
	})
}

// once calls a function until something else is done, but not after an error.
func once(ctx context.Context, done func() bool, fn func() error) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(context.Context) (bool, error) {
		if !done() {
			return false, nil
		}
		return true, fn()
	})
}

func (r *Reconciler) ready(ctx context.Context, key client.ObjectKey) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// HandedAny goes on after a conflict as after any error.
func (r *Reconciler) HandedAny(ctx context.Context, key client.ObjectKey) error {
	return onAny(ctx, func() error { return r.ready(ctx, key) })
}

// HandedFar does so by a function of another package.
func (r *Reconciler) HandedFar(ctx context.Context, key client.ObjectKey) error {
	return again.Do(ctx, func(ctx context.Context) error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// HandedAnyStale has what goes on after any error send what it has, again and again.
func (r *Reconciler) HandedAnyStale(ctx context.Context, widget *myv1.Widget) error {
	return onAny(ctx, func() error {
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusrefetch:"sends widget again without reading it again"
	})
}

// HandedOnce ends with a conflict.
func (r *Reconciler) HandedOnce(ctx context.Context, key client.ObjectKey, done func() bool) error {
	return once(ctx, done, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
	})
}

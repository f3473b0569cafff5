package polls

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// onError calls a function again after the errors that a caller says.
func onError(backoff wait.Backoff, again func(error) bool, fn func() error) error {
	var last error
	err := wait.ExponentialBackoff(backoff, func() (bool, error) {
		err := fn()
		switch {
		case err == nil:
			return true, nil
		case again(err):
			last = err
			return false, nil
		default:
			return false, err
		}
	})
	if wait.Interrupted(err) {
		return last
	}
	return err
}

func onConflict(backoff wait.Backoff, fn func() error) error {
	return onError(backoff, apierrors.IsConflict, fn)
}

// whenGone calls a function again where something was not found.
func whenGone(backoff wait.Backoff, fn func() error) error {
	return wait.ExponentialBackoff(backoff, func() (bool, error) {
		err := fn()
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return true, err
	})
}

// Handed is written by a retry of the project's own.
func (r *Reconciler) Handed(ctx context.Context, key client.ObjectKey) error {
	return onConflict(wait.Backoff{Steps: 5}, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// HandedStale has that retry send what it has, again and again.
func (r *Reconciler) HandedStale(ctx context.Context, widget *myv1.Widget) error {
	return onConflict(wait.Backoff{Steps: 5}, func() error {
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusrefetch:"sends widget again without reading it again"
	})
}

// HandedDropped drops the conflict in it.
func (r *Reconciler) HandedDropped(ctx context.Context, widget *myv1.Widget) error {
	return onConflict(wait.Backoff{Steps: 5}, func() error {
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Update(ctx, widget) // want statusrefetch:"never sees the conflict"
		if apierrors.IsConflict(err) {
			return r.Get(ctx, client.ObjectKeyFromObject(widget), widget)
		}
		return err
	})
}

// HandedElse has one retry it that goes by something else.
func (r *Reconciler) HandedElse(ctx context.Context, key client.ObjectKey) error {
	return whenGone(wait.Backoff{Steps: 5}, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
	})
}

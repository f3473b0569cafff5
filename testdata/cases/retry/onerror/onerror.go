// Package onerror: the functions of the retry package.
package onerror

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
	key client.ObjectKey
}

var backoff = wait.Backoff{Steps: 5}

// IsConflict is the predicate itself.
func (r *Reconciler) IsConflict(ctx context.Context, key client.ObjectKey) error {
	return retry.OnError(retry.DefaultRetry, apierrors.IsConflict, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// Literal is a predicate that holds for conflicts and more.
func (r *Reconciler) Literal(ctx context.Context, key client.ObjectKey) error {
	return retry.OnError(backoff, func(err error) bool {
		return apierrors.IsServerTimeout(err) || apierrors.IsConflict(err)
	}, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// Always is a predicate that always holds.
func (r *Reconciler) Always(ctx context.Context, key client.ObjectKey) error {
	return retry.OnError(backoff, func(error) bool { return true }, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

func retriable(err error) bool {
	return err != nil && (apierrors.IsConflict(err) || apierrors.IsTooManyRequests(err))
}

// Named is a predicate with a name.
func (r *Reconciler) Named(ctx context.Context, key client.ObjectKey) error {
	return retry.OnError(backoff, retriable, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// NotFound is a predicate that does not hold for conflicts.
func (r *Reconciler) NotFound(ctx context.Context, key client.ObjectKey) error {
	return retry.OnError(retry.DefaultRetry, apierrors.IsNotFound, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusretry:"widget"
	})
}

// AllButConflict is a predicate that holds for the others.
func (r *Reconciler) AllButConflict(ctx context.Context, key client.ObjectKey) error {
	return retry.OnError(retry.DefaultRetry, func(err error) bool { return !apierrors.IsConflict(err) }, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusretry:"widget"
	})
}

// Variable passes a function by a variable.
func (r *Reconciler) Variable(ctx context.Context, key client.ObjectKey) error {
	update := func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	}
	return retry.RetryOnConflict(retry.DefaultRetry, update)
}

// VariableCalled calls it itself.
func (r *Reconciler) VariableCalled(ctx context.Context, key client.ObjectKey) error {
	update := func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusretry:"widget"
	}
	return update()
}

// MethodValue passes a method.
func (r *Reconciler) MethodValue() error {
	return retry.RetryOnConflict(retry.DefaultRetry, r.update)
}

func (r *Reconciler) update() error {
	ctx := context.Background()
	widget := &myv1.Widget{}
	if err := r.Get(ctx, r.key, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// Nested calls a closure inside of the region.
func (r *Reconciler) Nested(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		return func() error {
			widget.Status.Phase = myv1.PhaseReady
			return r.Status().Update(ctx, widget)
		}()
	})
}

// Assigned keeps the error of the callback in an outer variable, too.
func (r *Reconciler) Assigned(ctx context.Context, key client.ObjectKey) error {
	var updateErr error
	_ = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if updateErr = r.Get(ctx, key, widget); updateErr != nil {
			return updateErr
		}
		widget.Status.Phase = myv1.PhaseReady
		updateErr = r.Status().Update(ctx, widget)
		return updateErr
	})
	return updateErr
}

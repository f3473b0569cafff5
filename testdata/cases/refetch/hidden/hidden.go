// Package hidden: the conflict does not reach the retry, as a function that it calls
// hides it, or as the retried function hides what such a one returns.
package hidden

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/refetch/hidden/store"
)

// Reconciler writes the status.
type Reconciler struct{ client.Client }

func (r *Reconciler) silent(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		return fmt.Errorf("cannot write: %v", err)
	}
	return nil
}

func (r *Reconciler) open(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		return fmt.Errorf("cannot write: %w", err)
	}
	return nil
}

// Helper calls one that hides the conflict.
func (r *Reconciler) Helper(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		return r.silent(ctx, widget) // want statusrefetch:"never sees the conflict of this update of widget, as the error that is returned does not wrap it"
	})
}

// Elsewhere calls one of another package.
func (r *Reconciler) Elsewhere(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		return store.Put(ctx, r.Client, widget) // want statusrefetch:"never sees the conflict.*at store/store.go:1[0-9]"
	})
}

// Around hides what a helper returns.
func (r *Reconciler) Around(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		if err := r.open(ctx, widget); err != nil { // want statusrefetch:"never sees the conflict of this update of widget"
			return fmt.Errorf("not ready: %v", err)
		}
		return nil
	})
}

// Open calls a helper that wraps the conflict, and wraps it again.
func (r *Reconciler) Open(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		if err := r.open(ctx, widget); err != nil {
			return fmt.Errorf("not ready: %w", err)
		}
		return nil
	})
}

// Gone reads again after a conflict: where there is nothing any more, nothing is to be
// written.
func (r *Reconciler) Gone(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget.Spec.Paused = true
		err := r.Update(ctx, widget)
		if apierrors.IsConflict(err) {
			fresh := &myv1.Widget{}
			if err := r.Get(ctx, client.ObjectKeyFromObject(widget), fresh); err != nil {
				if apierrors.IsNotFound(err) {
					return nil
				}
				return err
			}
			*widget = *fresh
		}
		return err
	})
}

// Found drops the conflict where the read does not find that.
func (r *Reconciler) Found(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh := &myv1.Widget{}
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), fresh); err != nil {
			if apierrors.IsNotFound(err) {
				return nil
			}
			return err
		}
		fresh.Spec.Paused = true
		if err := r.Update(ctx, fresh); err != nil { // want statusrefetch:"never sees the conflict of this update of fresh"
			return nil
		}
		return nil
	})
}

var errStored = errors.New("cannot store the status")

// Named returns an error of the package in place of the conflict.
func (r *Reconciler) Named(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil { // want statusrefetch:"never sees the conflict of this update of widget, as the error that is returned does not wrap it"
			return errStored
		}
		return nil
	})
}

// Joined wraps such an error and the conflict.
func (r *Reconciler) Joined(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil {
			return fmt.Errorf("%w: %w", errStored, err)
		}
		return nil
	})
}

// Half wraps such an error alone.
func (r *Reconciler) Half(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil { // want statusrefetch:"never sees the conflict of this update of widget, as the error that is returned does not wrap it"
			return fmt.Errorf("%w in %5.1f%% of all cases: %v", errStored, 99.5, err)
		}
		return nil
	})
}

// Counted says by numbers what it wraps.
func (r *Reconciler) Counted(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil {
			return fmt.Errorf("%[2]w: %[1]v", errStored, err)
		}
		return nil
	})
}

// Other returns an error of the package for what is no conflict.
func (r *Reconciler) Other(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); apierrors.IsConflict(err) {
			return err
		} else if err != nil {
			return errStored
		}
		return nil
	})
}

// Anything is tried again whatever the error is.
func (r *Reconciler) Anything(ctx context.Context, key client.ObjectKey) error {
	return try(func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		return r.silent(ctx, widget)
	})
}

func try(f func() error) error {
	return wait.ExponentialBackoff(retry.DefaultBackoff, func() (bool, error) {
		if err := f(); err != nil {
			return false, nil
		}
		return true, nil
	})
}

// AnythingElsewhere is tried again by a function of another package.
func (r *Reconciler) AnythingElsewhere(ctx context.Context, key client.ObjectKey) error {
	return store.Try(func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		return r.silent(ctx, widget)
	})
}

// Conflicts is tried again after conflicts only.
func (r *Reconciler) Conflicts(ctx context.Context, key client.ObjectKey) error {
	return tryConflicts(func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		return r.silent(ctx, widget) // want statusrefetch:"never sees the conflict of this update of widget"
	})
}

func tryConflicts(f func() error) error {
	return wait.ExponentialBackoff(retry.DefaultBackoff, func() (bool, error) {
		switch err := f(); {
		case err == nil:
			return true, nil
		case apierrors.IsConflict(err):
			return false, nil
		default:
			return false, err
		}
	})
}

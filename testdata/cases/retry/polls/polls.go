// Package polls: retries by the functions of the wait package.
package polls

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
}

// Backoff tries again after a conflict.
func (r *Reconciler) Backoff(ctx context.Context, key client.ObjectKey) error {
	return wait.ExponentialBackoff(wait.Backoff{Steps: 5, Duration: time.Second}, func() (bool, error) {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return false, err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil {
			if apierrors.IsConflict(err) {
				return false, nil
			}
			return false, err
		}
		return true, nil
	})
}

// BackoffAnyError tries again after any error.
func (r *Reconciler) BackoffAnyError(ctx context.Context, key client.ObjectKey) error {
	return wait.ExponentialBackoffWithContext(ctx, wait.Backoff{Steps: 5}, func(ctx context.Context) (bool, error) {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return false, err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) == nil, nil
	})
}

// BackoffNoRetry gives up after any error.
func (r *Reconciler) BackoffNoRetry(ctx context.Context, key client.ObjectKey) error {
	return wait.ExponentialBackoff(wait.Backoff{Steps: 5, Duration: time.Second}, func() (bool, error) {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return false, nil
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
			return false, err
		}
		return true, nil
	})
}

// Poll tries again after a conflict.
func (r *Reconciler) Poll(ctx context.Context, key client.ObjectKey) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return false, err
		}
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Update(ctx, widget)
		switch {
		case err == nil:
			return true, nil
		case apierrors.IsConflict(err):
			return false, nil
		}
		return false, err
	})
}

// PollImmediate is the older one.
func (r *Reconciler) PollImmediate(ctx context.Context, key client.ObjectKey) error {
	return wait.PollImmediate(time.Second, time.Minute, func() (bool, error) {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return false, err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil {
			return false, client.IgnoreNotFound(ignoreConflict(err))
		}
		return true, nil
	})
}

func ignoreConflict(err error) error {
	if apierrors.IsConflict(err) {
		return nil
	}
	return err
}

// PollNoRetry gives up after any error.
func (r *Reconciler) PollNoRetry(ctx context.Context, key client.ObjectKey) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return false, client.IgnoreNotFound(err)
		}
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Update(ctx, widget) // want statusretry:"widget"
		return err == nil, err
	})
}

// PollThenWrite writes after the polling.
func (r *Reconciler) PollThenWrite(ctx context.Context, widget *myv1.Widget) error {
	err := wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget)
		return err == nil, nil
	})
	if err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Callee has the write in a function of its own.
func (r *Reconciler) Callee(ctx context.Context, key client.ObjectKey) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		err := r.getAndSet(ctx, key)
		if apierrors.IsConflict(err) {
			return false, nil
		}
		return true, err
	})
}

func (r *Reconciler) getAndSet(ctx context.Context, key client.ObjectKey) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

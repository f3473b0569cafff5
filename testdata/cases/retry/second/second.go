// Package second tries a status update once, and in a conflict retry where that met a
// conflict.
package second

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Reconciler reconciles widgets.
type Reconciler struct{ client.Client }

// Answered retries what met a conflict.
func (r *Reconciler) Answered(ctx context.Context, w *myv1.Widget, phase string) error {
	w.Status.Phase = phase
	err := r.Status().Update(ctx, w)
	if apierrors.IsConflict(err) {
		key := client.ObjectKeyFromObject(w)
		err = retry.RetryOnConflict(retry.DefaultRetry, func() error {
			latest := &myv1.Widget{}
			if err := r.Get(ctx, key, latest); err != nil {
				return err
			}
			if latest.Status.Phase == phase {
				return nil
			}
			latest.Status.Phase = phase
			return r.Status().Update(ctx, latest)
		})
	}
	return err
}

// Sometimes gives up on some conflicts.
func (r *Reconciler) Sometimes(ctx context.Context, w *myv1.Widget, phase string) error {
	w.Status.Phase = phase
	err := r.Status().Update(ctx, w) // want statusretry:"outside a conflict retry: a conflict repeats the whole reconcile"
	if apierrors.IsConflict(err) && phase == myv1.PhaseReady {
		return retry.RetryOnConflict(retry.DefaultRetry, func() error {
			latest := &myv1.Widget{}
			if err := r.Get(ctx, client.ObjectKeyFromObject(w), latest); err != nil {
				return err
			}
			latest.Status.Phase = phase
			return r.Status().Update(ctx, latest)
		})
	}
	return err
}

// Another retries the update of another widget.
func (r *Reconciler) Another(ctx context.Context, w, other *myv1.Widget, phase string) error {
	w.Status.Phase = phase
	err := r.Status().Update(ctx, w) // want statusretry:"outside a conflict retry"
	if apierrors.IsConflict(err) {
		return retry.RetryOnConflict(retry.DefaultRetry, func() error {
			if err := r.Get(ctx, client.ObjectKeyFromObject(other), other); err != nil {
				return err
			}
			other.Status.Phase = phase
			return r.Status().Update(ctx, other)
		})
	}
	return err
}

// Looked only looks at what it has met a conflict with.
func (r *Reconciler) Looked(ctx context.Context, w *myv1.Widget, phase string) error {
	w.Status.Phase = phase
	err := r.Status().Update(ctx, w) // want statusretry:"goes nowhere"
	if apierrors.IsConflict(err) {
		return retry.RetryOnConflict(retry.DefaultRetry, func() error {
			latest := &myv1.Widget{}
			if err := r.Get(ctx, client.ObjectKeyFromObject(w), latest); err != nil {
				return err
			}
			if equality.Semantic.DeepEqual(latest.Status, w.Status) {
				return nil
			}
			latest.Labels["differs"] = "yes"
			return r.Update(ctx, latest)
		})
	}
	return err
}

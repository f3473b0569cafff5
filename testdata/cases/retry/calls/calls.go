// Package calls: what a region calls.
package calls

import (
	"context"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type Reconciler struct {
	client.Client
}

// Inside calls functions from a region.
func (r *Reconciler) Inside(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		if widget.Spec.Paused {
			return r.onlyInside(ctx, widget)
		}
		if widget.Spec.Owner == "" {
			return r.insideAndOut(ctx, widget)
		}
		return r.Exported(ctx, widget)
	})
}

// InsideToo calls one from another region.
func (r *Reconciler) InsideToo(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		return r.onlyInside(ctx, widget)
	})
}

// Outside calls one of them from outside.
func (r *Reconciler) Outside(ctx context.Context, widget *myv1.Widget) error {
	return r.insideAndOut(ctx, widget)
}

// onlyInside has callers in regions only.
func (r *Reconciler) onlyInside(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhasePending
	return r.Status().Update(ctx, widget)
}

// insideAndOut has one that is not.
func (r *Reconciler) insideAndOut(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseFailed
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Exported is judged by itself.
func (r *Reconciler) Exported(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Chain calls a function that calls one that writes.
func (r *Reconciler) Chain(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error { return r.chain1(ctx, widget) })
}

func (r *Reconciler) chain1(ctx context.Context, widget *myv1.Widget) error {
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
		return err
	}
	return r.chain2(ctx, widget)
}

func (r *Reconciler) chain2(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// uncalled has no callers at all.
//
// contract: "an unexported function all of whose callers in its package call it from a region" wants a caller that does.
func (r *Reconciler) uncalled(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

var _ = (*Reconciler).uncalled

// WrapperOutside calls a thin wrapper of another package.
func (r *Reconciler) WrapperOutside(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return helpers.UpdateStatus(ctx, r.Client, widget) // want statusretry:"widget"
}

// WrapperInside calls it from a region.
func (r *Reconciler) WrapperInside(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return helpers.UpdateStatus(ctx, r.Client, widget)
	})
}

// WrapperOfAPatch calls one that is not conflict-prone.
func (r *Reconciler) WrapperOfAPatch(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return helpers.PatchStatus(ctx, r.Client, widget, base)
}

// UpdateStatus is a thin wrapper of this package, in spite of its name exported.
func (r *Reconciler) UpdateStatus(ctx context.Context, widget *myv1.Widget) error {
	return r.Status().Update(ctx, widget)
}

// updateStatus is one of two layers.
func (r *Reconciler) updateStatus(ctx context.Context, widget *myv1.Widget) error {
	return r.UpdateStatus(ctx, widget)
}

// OwnWrapperOutside calls it.
func (r *Reconciler) OwnWrapperOutside(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.UpdateStatus(ctx, widget); err != nil { // want statusretry:"widget"
		return err
	}
	return nil
}

// OwnWrapperTwoLayers calls the other.
func (r *Reconciler) OwnWrapperTwoLayers(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.updateStatus(ctx, widget); err != nil { // want statusretry:"widget"
		return err
	}
	return nil
}

// OwnWrapperInside calls it from a region.
func (r *Reconciler) OwnWrapperInside(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.updateStatus(ctx, widget)
	})
}

// NotThin drops the error: no thin wrapper, and judged here.
func (r *Reconciler) NotThin(ctx context.Context, widget *myv1.Widget) {
	_ = r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// NotThinEither changes its parameter.
func (r *Reconciler) NotThinEither(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.ObservedGeneration = widget.Generation
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// CallsNotThin is silent: each is reported where it stands.
func (r *Reconciler) CallsNotThin(ctx context.Context, widget *myv1.Widget, other *myv1.Widget) error {
	r.NotThin(ctx, other)
	return r.NotThinEither(ctx, widget)
}

// Package defers: writes that happen when the function returns.
package defers

import (
	"context"
	"errors"
	"log"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type WidgetReconciler struct {
	client.Client
}

func (r *WidgetReconciler) patchStatus(ctx context.Context, widget, base *myv1.Widget) error {
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func (r *WidgetReconciler) patchAndLog(ctx context.Context, widget, base *myv1.Widget) {
	if err := r.patchStatus(ctx, widget, base); err != nil {
		log.Print(err)
	}
}

func (r *WidgetReconciler) work(ctx context.Context) error { return ctx.Err() }

// Reconcile writes once, deferred.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, reterr error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := widget.DeepCopy()
	defer func() {
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			reterr = errors.Join(reterr, err)
		}
	}()
	if err := r.work(ctx); err != nil {
		widget.Status.Phase = myv1.PhaseFailed
		return ctrl.Result{}, err
	}
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, nil
}

// BodyAndDeferred writes in the body, and again when it returns.
func (r *WidgetReconciler) BodyAndDeferred(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	// contract: "deferred calls included"; the deferred call is the one that makes the second write.
	defer r.patchAndLog(ctx, widget, base) // want statusmulti:"widget"
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return nil
}

// BodyAndClosure has the same with a closure.
func (r *WidgetReconciler) BodyAndClosure(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	defer func() { _ = r.Status().Patch(ctx, widget, client.MergeFrom(base)) }() // want statusmulti:"widget"
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return nil
}

// DeferredDirectly defers the write itself.
func (r *WidgetReconciler) DeferredDirectly(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	defer r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget"
	widget.Status.Phase = myv1.PhaseRunning
	return r.patchStatus(ctx, widget, base)
}

// ReturnBeforeTheDefer writes and returns before the deferred write is there.
func (r *WidgetReconciler) ReturnBeforeTheDefer(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Spec.Paused {
		widget.Status.Message = "paused"
		return r.patchStatus(ctx, widget, base)
	}
	defer r.patchAndLog(ctx, widget, base)
	widget.Status.Phase = myv1.PhaseReady
	return r.work(ctx)
}

// ReturnAfterTheDefer writes and returns when it is.
func (r *WidgetReconciler) ReturnAfterTheDefer(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	defer r.patchAndLog(ctx, widget, base) // want statusmulti:"widget.*may|may.*widget"
	if widget.Spec.Paused {
		widget.Status.Message = "paused"
		return r.patchStatus(ctx, widget, base)
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.work(ctx)
}

// DeferredOnError writes only where the function fails, which it does where the first write did.
func (r *WidgetReconciler) DeferredOnError(ctx context.Context, widget *myv1.Widget) (reterr error) {
	base := widget.DeepCopy()
	defer func() {
		if reterr != nil {
			widget.Status.Phase = myv1.PhaseFailed
			r.patchAndLog(ctx, widget, base)
		}
	}()
	if err := r.work(ctx); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.patchStatus(ctx, widget, base)
}

// DeferredOnErrorAfter may fail after the first write.
func (r *WidgetReconciler) DeferredOnErrorAfter(ctx context.Context, widget *myv1.Widget) (reterr error) {
	base := widget.DeepCopy()
	defer func() { r.markIf(ctx, widget, base, reterr != nil) }() // want statusmulti:"widget"
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.patchStatus(ctx, widget, base); err != nil {
		return err
	}
	return r.work(ctx)
}

func (r *WidgetReconciler) markIf(ctx context.Context, widget, base *myv1.Widget, failed bool) {
	if failed {
		widget.Status.Phase = myv1.PhaseFailed
		r.patchAndLog(ctx, widget, base)
	}
}

// TwoDeferred are both run.
func (r *WidgetReconciler) TwoDeferred(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	defer r.patchAndLog(ctx, widget, base) // want statusmulti:"widget"
	defer r.patchAndLog(ctx, widget, base)
	return r.work(ctx)
}

// TwoDeferredResources are both run, each on its own.
func (r *WidgetReconciler) TwoDeferredResources(ctx context.Context, widget, other *myv1.Widget) error {
	base, otherBase := widget.DeepCopy(), other.DeepCopy()
	defer r.patchAndLog(ctx, widget, base)
	defer r.patchAndLog(ctx, other, otherBase)
	return r.work(ctx)
}

// DeferredInACallee has the deferred write in the function that it calls.
func (r *WidgetReconciler) DeferredInACallee(ctx context.Context, widget *myv1.Widget) error {
	if err := r.workAndWrite(ctx, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Message = "worked"
	return r.patchStatus(ctx, widget, base) // want statusmulti:"widget"
}

func (r *WidgetReconciler) workAndWrite(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	defer r.patchAndLog(ctx, widget, base)
	widget.Status.Phase = myv1.PhaseReady
	return r.work(ctx)
}

// Package opaque: managers that cannot be seen, one of which has a name that is set to count as one.
package opaque

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// StatusUpdater is implemented elsewhere; its method has the default name of the setting `managers`.
type StatusUpdater interface {
	AtomicStatusUpdate(ctx context.Context, obj client.Object, fn func() error) error
}

// StatusKeeper is implemented elsewhere, too; nothing is known of its method.
type StatusKeeper interface {
	KeepStatus(ctx context.Context, obj client.Object, fn func() error) error
}

type WidgetReconciler struct {
	client.Client
	Updater StatusUpdater
	Keeper  StatusKeeper

	// AtomicStatusUpdate is nowhere set.
	AtomicStatusUpdate func(ctx context.Context, widget *myv1.Widget, fn func(*myv1.Widget)) error
	// Keep is nowhere set, either.
	Keep func(ctx context.Context, widget *myv1.Widget, fn func(*myv1.Widget)) error
}

// Reconcile calls the one twice.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	err := r.Updater.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseRunning
		return nil
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.Updater.AtomicStatusUpdate(ctx, widget, func() error { // want statusmulti:"widget"
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// Once calls it once.
func (r *WidgetReconciler) Once(ctx context.Context, widget *myv1.Widget) error {
	return r.Updater.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// EachStep calls it in a loop.
func (r *WidgetReconciler) EachStep(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		err := r.Updater.AtomicStatusUpdate(ctx, widget, func() error { // want statusloop:"widget"
			widget.Status.Message = step
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// OtherName calls the other one twice.
func (r *WidgetReconciler) OtherName(ctx context.Context, widget *myv1.Widget) error {
	set := func() error { widget.Status.Attempts++; return nil }
	if err := r.Keeper.KeepStatus(ctx, widget, set); err != nil {
		return err
	}
	return r.Keeper.KeepStatus(ctx, widget, set)
}

// Field calls the field of that name twice.
//
// contract: "Where it cannot be seen (interface, func field), a method named in the setting managers … counts as one": a field of that name, too.
func (r *WidgetReconciler) Field(ctx context.Context, widget *myv1.Widget) error {
	if err := r.AtomicStatusUpdate(ctx, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseRunning }); err != nil {
		return err
	}
	return r.AtomicStatusUpdate(ctx, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady }) // want statusmulti:"widget"
}

// FieldOtherName calls the other field twice.
func (r *WidgetReconciler) FieldOtherName(ctx context.Context, widget *myv1.Widget) error {
	if err := r.Keep(ctx, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseRunning }); err != nil {
		return err
	}
	return r.Keep(ctx, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady })
}

// Package managers: protected writes, and helpers that are not.
package managers

import (
	"context"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type WidgetReconciler struct {
	client.Client
	Manager *helpers.Manager
}

// Reconcile has a manager write the status.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	return ctrl.Result{}, r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// mutate is a status helper all of whose callers are in a region: together, a manager.
func (r *WidgetReconciler) mutate(ctx context.Context, key client.ObjectKey, change func(*myv1.Widget)) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	change(widget)
	return r.Status().Update(ctx, widget)
}

// Mutate is the manager.
func (r *WidgetReconciler) Mutate(ctx context.Context, key client.ObjectKey, change func(*myv1.Widget)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error { return r.mutate(ctx, key, change) })
}

// MutateTwice calls it twice.
func (r *WidgetReconciler) MutateTwice(ctx context.Context, key client.ObjectKey) error {
	if err := r.Mutate(ctx, key, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseRunning }); err != nil {
		return err
	}
	return r.Mutate(ctx, key, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady }) // want statusmulti:"always"
}

// HelperInARegion calls the helper of another package, which is reported there, from a region.
func (r *WidgetReconciler) HelperInARegion(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		return helpers.MutateWidget(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Attempts++ })
	})
}

// Swallowed ignores the error of a manager, which is protected nonetheless.
func (r *WidgetReconciler) Swallowed(ctx context.Context, widget *myv1.Widget) {
	_ = helpers.SetWidgetPhase(ctx, r.Client, widget, myv1.PhaseReady, "done")
}

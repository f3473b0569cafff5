// Package furthers is checked with statusmulti.all: each further write is listed.
package furthers

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type WidgetReconciler struct {
	client.Client
}

// Reconcile writes four times, the last time maybe.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhasePending
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusmulti:"widget.*always|always.*widget"
		return ctrl.Result{}, err
	}
	if err := helpers.WritePhase(ctx, r.Client, widget, myv1.PhaseReady); err != nil { // want statusmulti:"widget.*always|always.*widget"
		return ctrl.Result{}, err
	}
	if widget.Spec.Paused {
		return ctrl.Result{}, helpers.WritePhase(ctx, r.Client, widget, myv1.PhasePending) // want statusmulti:"widget.*always|always.*widget"
	}
	return ctrl.Result{}, nil
}

// Branches writes once, and then on one branch or the other.
func (r *WidgetReconciler) Branches(ctx context.Context, widget *myv1.Widget) error {
	if err := helpers.WritePhase(ctx, r.Client, widget, myv1.PhaseRunning); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return helpers.WritePhase(ctx, r.Client, widget, myv1.PhaseFailed) // want statusmulti:"widget.*always|always.*widget"
	}
	return helpers.WritePhase(ctx, r.Client, widget, myv1.PhaseReady) // want statusmulti:"widget.*always|always.*widget"
}

// Once is silent here, too.
func (r *WidgetReconciler) Once(ctx context.Context, widget, other *myv1.Widget) error {
	if err := helpers.WritePhase(ctx, r.Client, widget, myv1.PhaseRunning); err != nil {
		return err
	}
	return helpers.WritePhase(ctx, r.Client, other, myv1.PhaseRunning)
}

// AfterFailure is, too.
func (r *WidgetReconciler) AfterFailure(ctx context.Context, widget *myv1.Widget) error {
	if err := helpers.WritePhase(ctx, r.Client, widget, myv1.PhaseReady); err != nil {
		return helpers.WritePhase(ctx, r.Client, widget, myv1.PhaseFailed)
	}
	return nil
}

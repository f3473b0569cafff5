// Package funcfield: fields and variables that hold functions.
package funcfield

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type Reconciler struct {
	client.Client

	// update has one target in this package.
	update func(ctx context.Context, c client.Client, widget *myv1.Widget, phase string) error
	// maybe has two.
	maybe func(ctx context.Context, c client.Client, widget *myv1.Widget, phase string) error
	// manage is a status manager, with one target, too.
	manage func(ctx context.Context, c client.Client, key client.ObjectKey, mutate func(*myv1.Widget)) error
}

// NewReconciler sets the fields.
func NewReconciler(c client.Client, dryRun bool) *Reconciler {
	r := &Reconciler{Client: c, update: helpers.WritePhase, manage: helpers.UpdateWidget}
	r.maybe = helpers.WritePhase
	if dryRun {
		r.maybe = inMemory
	}
	return r
}

func inMemory(ctx context.Context, c client.Client, widget *myv1.Widget, phase string) error {
	widget.Status.Phase = phase
	return nil
}

// OneTarget calls the field twice.
func (r *Reconciler) OneTarget(ctx context.Context, widget *myv1.Widget) error {
	if err := r.update(ctx, r.Client, widget, myv1.PhaseRunning); err != nil {
		return err
	}
	return r.update(ctx, r.Client, widget, myv1.PhaseReady) // want statusmulti:"widget.*always|always.*widget"
}

// OneTargetOnce calls it once.
func (r *Reconciler) OneTargetOnce(ctx context.Context, widget *myv1.Widget) error {
	return r.update(ctx, r.Client, widget, myv1.PhaseReady)
}

// TwoTargets calls the other field twice.
func (r *Reconciler) TwoTargets(ctx context.Context, widget *myv1.Widget) error {
	if err := r.maybe(ctx, r.Client, widget, myv1.PhaseRunning); err != nil {
		return err
	}
	return r.maybe(ctx, r.Client, widget, myv1.PhaseReady)
}

// Manager calls the manager twice.
func (r *Reconciler) Manager(ctx context.Context, key client.ObjectKey) error {
	if err := r.manage(ctx, r.Client, key, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseRunning }); err != nil {
		return err
	}
	return r.manage(ctx, r.Client, key, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady }) // want statusmulti:"always"
}

// ManagerOnce calls it once for each of two keys.
func (r *Reconciler) ManagerOnce(ctx context.Context, key, key2 client.ObjectKey) error {
	if err := r.manage(ctx, r.Client, key, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseRunning }); err != nil {
		return err
	}
	return r.manage(ctx, r.Client, key2, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady })
}

// Parameter calls a function that it was given.
func (r *Reconciler) Parameter(ctx context.Context, widget *myv1.Widget, write func(*myv1.Widget) error) error {
	if err := write(widget); err != nil {
		return err
	}
	return write(widget)
}

// writePhase is a package variable with one target.
var writePhase = helpers.WritePhase

// PackageVariable calls it twice.
func (r *Reconciler) PackageVariable(ctx context.Context, widget *myv1.Widget) error {
	if err := writePhase(ctx, r.Client, widget, myv1.PhaseRunning); err != nil {
		return err
	}
	return writePhase(ctx, r.Client, widget, myv1.PhaseReady) // want statusmulti:"widget.*always|always.*widget"
}

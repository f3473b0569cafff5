// Package closures: writes in closures, held writers and method values.
package closures

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
}

// Reconcile has a closure for the writes, and calls it twice.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	setPhase := func(phase string) error {
		base := widget.DeepCopy()
		widget.Status.Phase = phase
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	if err := setPhase(myv1.PhaseRunning); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, setPhase(myv1.PhaseReady) // want statusmulti:"widget.*always|always.*widget"
}

// Either calls it once, on one branch or the other.
func (r *Reconciler) Either(ctx context.Context, widget *myv1.Widget) error {
	setPhase := func(phase string) error {
		base := widget.DeepCopy()
		widget.Status.Phase = phase
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	if widget.Spec.Paused {
		return setPhase(myv1.PhasePending)
	}
	return setPhase(myv1.PhaseReady)
}

// TwoObjects has a closure that takes the object.
func (r *Reconciler) TwoObjects(ctx context.Context, widget, other *myv1.Widget) error {
	write := func(w *myv1.Widget) error {
		base := w.DeepCopy()
		w.Status.Phase = myv1.PhaseReady
		return r.Status().Patch(ctx, w, client.MergeFrom(base))
	}
	if err := write(widget); err != nil {
		return err
	}
	return write(other)
}

// OneObject gives it the same object twice.
func (r *Reconciler) OneObject(ctx context.Context, widget *myv1.Widget) error {
	write := func(w *myv1.Widget) error {
		base := w.DeepCopy()
		w.Status.Attempts++
		return r.Status().Patch(ctx, w, client.MergeFrom(base))
	}
	if err := write(widget); err != nil {
		return err
	}
	return write(widget) // want statusmulti:"widget.*always|always.*widget"
}

// OnTheSpot calls a closure where it stands, and writes again.
func (r *Reconciler) OnTheSpot(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if err := func() error { return r.Status().Patch(ctx, widget, client.MergeFrom(base)) }(); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// NeverCalled has a closure that nobody calls here.
func (r *Reconciler) NeverCalled(ctx context.Context, widget *myv1.Widget) (func() error, error) {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return nil, err
	}
	return func() error { return r.Status().Patch(ctx, widget, client.MergeFrom(base)) }, nil
}

// Captured writes the captured variable, after the function that made it did.
func (r *Reconciler) Captured(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	finish := func() error {
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	return finish() // want statusmulti:"widget.*always|always.*widget"
}

// Writer keeps the writer in a variable.
func (r *Reconciler) Writer(ctx context.Context, widget *myv1.Widget) error {
	status := r.Status()
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := status.Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return status.Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// WriterOnce keeps it and uses it once for each object.
func (r *Reconciler) WriterOnce(ctx context.Context, widget, other *myv1.Widget) error {
	status := r.Status()
	base, otherBase := widget.DeepCopy(), other.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := status.Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	other.Status.Phase = myv1.PhaseReady
	return status.Patch(ctx, other, client.MergeFrom(otherBase))
}

// MethodValue keeps the method.
func (r *Reconciler) MethodValue(ctx context.Context, widget *myv1.Widget) error {
	patch := r.Status().Patch
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// MethodValueOfTheWhole keeps the method that writes the whole object.
func (r *Reconciler) MethodValueOfTheWhole(ctx context.Context, widget *myv1.Widget) error {
	patch := r.Patch
	base := widget.DeepCopy()
	widget.Labels = map[string]string{"phase": "running"}
	if err := patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Labels = map[string]string{"phase": "ready"}
	return patch(ctx, widget, client.MergeFrom(base))
}

// Steps runs a list of functions that it is given: which they are is not to be seen.
//
// contract: "A call through … a func-typed field or a variable is resolved when the package shows exactly one target. Otherwise it writes nothing".
func (r *Reconciler) Steps(ctx context.Context, widget *myv1.Widget, steps []func(context.Context, *myv1.Widget) error) error {
	steps = append(steps, r.start, r.finish)
	for _, step := range steps {
		if err := step(ctx, widget); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reconciler) start(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func (r *Reconciler) finish(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

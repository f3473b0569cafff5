// Package assign: phases that are set with and without a validator before.
package assign

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type WidgetReconciler struct {
	client.Client
}

// ValidateTransition knows the transitions.
func ValidateTransition(from, to string) error {
	if from == myv1.PhaseFailed && to != from {
		return fmt.Errorf("%s is final", from)
	}
	return nil
}

// Unasked sets it at once.
func (r *WidgetReconciler) Unasked(widget *myv1.Widget) {
	widget.Status.Phase = myv1.PhaseRunning // want statusphase:`widget\.Status\.Phase is set without validating the transition`
	widget.Status.Message = "running"
	widget.Status.Steps[0].Phase = myv1.PhaseRunning
}

// Asked asks before.
func (r *WidgetReconciler) Asked(widget *myv1.Widget) error {
	if err := ValidateTransition(widget.Status.Phase, myv1.PhaseRunning); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	return nil
}

// Late asks when it is done.
func (r *WidgetReconciler) Late(widget *myv1.Widget) error {
	from := widget.Status.Phase
	widget.Status.Phase = myv1.PhaseRunning // want statusphase:`widget\.Status\.Phase is set`
	return ValidateTransition(from, myv1.PhaseRunning)
}

// Some asks on one path only.
func (r *WidgetReconciler) Some(widget *myv1.Widget, strict bool) error {
	if strict {
		if err := ValidateTransition(widget.Status.Phase, myv1.PhaseRunning); err != nil {
			return err
		}
	}
	widget.Status.Phase = myv1.PhaseRunning // want statusphase:`widget\.Status\.Phase is set`
	return nil
}

// Both asks on each of two paths.
func (r *WidgetReconciler) Both(widget *myv1.Widget, strict bool) error {
	var err error
	if strict {
		err = ValidateTransition(widget.Status.Phase, myv1.PhaseRunning)
	} else {
		err = ValidateTransition("", myv1.PhaseRunning)
	}
	if err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	return nil
}

// Unchanged asks only where the phase changes.
func (r *WidgetReconciler) Unchanged(widget *myv1.Widget, to string) error {
	if widget.Status.Phase != to {
		if err := ValidateTransition(widget.Status.Phase, to); err != nil {
			return err
		}
	}
	widget.Status.Phase = to
	return nil
}

// Guarded asks only where the phase is not some other one.
func (r *WidgetReconciler) Guarded(widget *myv1.Widget, to string) error {
	if widget.Status.Phase != myv1.PhasePending {
		if err := ValidateTransition(widget.Status.Phase, to); err != nil {
			return err
		}
	}
	widget.Status.Phase = to // want statusphase:`widget\.Status\.Phase is set`
	return nil
}

// Whole replaces the status.
func (r *WidgetReconciler) Whole(widget *myv1.Widget) {
	widget.Status = myv1.WidgetStatus{Phase: myv1.PhasePending} // want statusphase:`widget\.Status\.Phase is set`
}

// WholeLocal does it to an object of its own.
func (r *WidgetReconciler) WholeLocal(ctx context.Context, key client.ObjectKey) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status = myv1.WidgetStatus{Phase: myv1.PhasePending} // want statusphase:`widget\.Status\.Phase is set`
	return nil
}

// New makes an object: that is no transition.
func New(name string) (*myv1.Widget, myv1.WidgetStatus) {
	widget := &myv1.Widget{Status: myv1.WidgetStatus{Phase: myv1.PhasePending}}
	widget.Name = name
	status := myv1.WidgetStatus{Phase: myv1.PhasePending}
	return widget, status
}

// Copied takes the phase over, which was judged where it was made.
func (r *WidgetReconciler) Copied(from, to *myv1.Widget, old myv1.WidgetStatus) {
	to.Status.Phase = from.Status.Phase
	from.Status.Phase = old.Phase
}

// Pointer sets it by way of a pointer to the status, and of a copy.
func (r *WidgetReconciler) Pointer(widget *myv1.Widget) *myv1.WidgetStatus {
	status := &widget.Status
	status.Phase = myv1.PhaseRunning // want statusphase:`status\.Phase is set`
	changed := widget.Status.DeepCopy()
	changed.Phase = myv1.PhaseReady // want statusphase:`changed\.Phase is set`
	return changed
}

// admit asks whatever it does.
func admit(widget *myv1.Widget, to string) error {
	if widget.Spec.Paused {
		return ValidateTransition(widget.Status.Phase, myv1.PhasePending)
	}
	return ValidateTransition(widget.Status.Phase, to)
}

// maybe asks now and then.
func maybe(widget *myv1.Widget, to string) error {
	if widget.Spec.Paused {
		return nil
	}
	return ValidateTransition(widget.Status.Phase, to)
}

// Callee has functions ask.
func (r *WidgetReconciler) Callee(widget *myv1.Widget) error {
	if err := admit(widget, myv1.PhaseRunning); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	return nil
}

// CalleeMaybe has a function ask that may not.
func (r *WidgetReconciler) CalleeMaybe(widget *myv1.Widget) error {
	if err := maybe(widget, myv1.PhaseRunning); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning // want statusphase:`widget\.Status\.Phase is set`
	return nil
}

// set is called after a validator only.
func set(widget *myv1.Widget, to string) { setAll(widget, to) }

func setAll(widget *myv1.Widget, to string) { widget.Status.Phase = to }

// force is called after none as well.
func force(widget *myv1.Widget, to string) {
	widget.Status.Phase = to // want statusphase:`widget\.Status\.Phase is set`
}

// unused is called by nobody.
func unused(widget *myv1.Widget) {
	widget.Status.Phase = myv1.PhaseReady // want statusphase:`widget\.Status\.Phase is set`
}

// kept is called from where it cannot be seen.
func kept(widget *myv1.Widget, to string) {
	widget.Status.Phase = to // want statusphase:`widget\.Status\.Phase is set`
}

var handlers = []func(*myv1.Widget, string){kept}

// SetExported is judged by itself.
func SetExported(widget *myv1.Widget, to string) {
	widget.Status.Phase = to // want statusphase:`widget\.Status\.Phase is set`
}

// Callers ask before they call.
func (r *WidgetReconciler) Callers(widget *myv1.Widget) error {
	if err := ValidateTransition(widget.Status.Phase, myv1.PhaseReady); err != nil {
		return err
	}
	set(widget, myv1.PhaseReady)
	force(widget, myv1.PhaseReady)
	kept(widget, myv1.PhaseReady)
	SetExported(widget, myv1.PhaseReady)
	handlers[0](widget, myv1.PhaseReady)
	return nil
}

// Callers2 asks too late.
func (r *WidgetReconciler) Callers2(widget *myv1.Widget) error {
	force(widget, myv1.PhaseReady)
	return ValidateTransition(widget.Status.Phase, myv1.PhaseReady)
}

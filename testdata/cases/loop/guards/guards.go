// Package guards: what the loop tests before it writes.
package guards

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
}

// SameField writes the very field that it tests: the next turn does not come here.
func (r *Reconciler) SameField(ctx context.Context, widget *myv1.Widget) error {
	for range widget.Spec.Steps {
		if widget.Status.Phase != myv1.PhaseRunning {
			base := widget.DeepCopy()
			widget.Status.Phase = myv1.PhaseRunning
			if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
				return err
			}
		}
	}
	return nil
}

// OtherField tests another field.
func (r *Reconciler) OtherField(ctx context.Context, widget *myv1.Widget) error {
	for range widget.Spec.Steps {
		if widget.Status.Message == "" {
			base := widget.DeepCopy()
			widget.Status.Phase = myv1.PhaseRunning
			if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
				return err
			}
		}
	}
	return nil
}

// SetBack sets the field that it tests, and sets it back.
func (r *Reconciler) SetBack(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		if widget.Status.Phase != myv1.PhaseRunning {
			base := widget.DeepCopy()
			widget.Status.Phase = myv1.PhaseRunning
			if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
				return err
			}
		}
		widget.Status.Phase = step
	}
	return nil
}

// Flag writes once, as a flag says.
func (r *Reconciler) Flag(ctx context.Context, widget *myv1.Widget) error {
	written := false
	for _, step := range widget.Spec.Steps {
		if written {
			continue
		}
		base := widget.DeepCopy()
		widget.Status.Message = step
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return err
		}
		written = true
	}
	return nil
}

// FlagCleared clears the flag.
func (r *Reconciler) FlagCleared(ctx context.Context, widget *myv1.Widget) error {
	changed := false
	for _, step := range widget.Spec.Steps {
		if widget.Status.Message != step {
			changed = true
		}
		if changed {
			base := widget.DeepCopy()
			widget.Status.Message = step
			if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
				return err
			}
			changed = false
		}
	}
	return nil
}

// AfterTheFlag collects in the loop, and writes after it.
func (r *Reconciler) AfterTheFlag(ctx context.Context, widget *myv1.Widget) error {
	changed := false
	base := widget.DeepCopy()
	for _, step := range widget.Spec.Steps {
		if widget.Status.Message != step {
			widget.Status.Message = step
			changed = true
		}
	}
	if changed {
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

// StateMachine goes on from phase to phase: each write once, but more than one on a path.
func (r *Reconciler) StateMachine(ctx context.Context, widget *myv1.Widget) error {
	for {
		base := widget.DeepCopy()
		switch widget.Status.Phase {
		case "":
			widget.Status.Phase = myv1.PhaseRunning
			if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
				return err
			}
		case myv1.PhaseRunning:
			widget.Status.Phase = myv1.PhaseReady
			if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusmulti:"widget.*may|may.*widget"
				return err
			}
		default:
			return nil
		}
	}
}

// StateMachineOneStep returns after each.
func (r *Reconciler) StateMachineOneStep(ctx context.Context, widget *myv1.Widget) error {
	for {
		base := widget.DeepCopy()
		switch widget.Status.Phase {
		case "":
			widget.Status.Phase = myv1.PhaseRunning
			return r.Status().Patch(ctx, widget, client.MergeFrom(base))
		case myv1.PhaseRunning:
			widget.Status.Phase = myv1.PhaseReady
			return r.Status().Patch(ctx, widget, client.MergeFrom(base))
		default:
			return nil
		}
	}
}

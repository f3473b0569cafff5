// Package branches: branches that contradict each other, and such that do not.
package branches

import (
	"context"
	"log"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
}

func (r *Reconciler) patch(ctx context.Context, widget, base *myv1.Widget) error {
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// OnePhase can be only one of the two.
func (r *Reconciler) OnePhase(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Status.Phase == myv1.PhaseRunning {
		widget.Status.Attempts++
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	if widget.Status.Phase == myv1.PhasePending || widget.Status.Phase == "" {
		widget.Status.Message = "waiting"
		return r.patch(ctx, widget, base)
	}
	return nil
}

// PhaseChanged goes from the one to the other.
func (r *Reconciler) PhaseChanged(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Status.Phase == "" {
		widget.Status.Phase = myv1.PhasePending
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	if widget.Status.Phase == myv1.PhasePending {
		widget.Status.Phase = myv1.PhaseRunning
		return r.patch(ctx, widget, base) // want statusmulti:"widget.*may|may.*widget"
	}
	return nil
}

// PhaseRemembered tests a copy of the phase, which does not change with it.
func (r *Reconciler) PhaseRemembered(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	phase := widget.Status.Phase
	if phase == "" {
		widget.Status.Phase = myv1.PhasePending
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	if phase == myv1.PhasePending {
		widget.Status.Phase = myv1.PhaseRunning
		return r.patch(ctx, widget, base)
	}
	return nil
}

// Switched handles one phase a call.
func (r *Reconciler) Switched(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	switch widget.Status.Phase {
	case "", myv1.PhasePending:
		widget.Status.Message = "starting"
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	case myv1.PhaseFailed:
		return nil
	}
	if widget.Status.Phase == myv1.PhaseRunning {
		widget.Status.Message = "running"
		return r.patch(ctx, widget, base)
	}
	return nil
}

// SwitchedOn changes the phase in the switch, and so comes to the second.
func (r *Reconciler) SwitchedOn(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	switch widget.Status.Phase {
	case "", myv1.PhasePending:
		widget.Status.Phase = myv1.PhaseRunning
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	case myv1.PhaseFailed:
		return nil
	}
	if widget.Status.Phase == myv1.PhaseRunning {
		widget.Status.Message = "running"
		return r.patch(ctx, widget, base) // want statusmulti:"widget.*may|may.*widget"
	}
	return nil
}

// GuardSetByTheWrite tests the field that the first write has set.
func (r *Reconciler) GuardSetByTheWrite(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Spec.Paused {
		widget.Status.Phase = myv1.PhasePending
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	if widget.Status.Phase != myv1.PhasePending {
		widget.Status.Phase = myv1.PhasePending
		return r.patch(ctx, widget, base)
	}
	return nil
}

// GuardOnAnotherField tests one that it has not set.
func (r *Reconciler) GuardOnAnotherField(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Spec.Paused {
		widget.Status.Phase = myv1.PhasePending
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	if widget.Status.Message != "paused" {
		widget.Status.Message = "paused"
		return r.patch(ctx, widget, base) // want statusmulti:"widget.*may|may.*widget"
	}
	return nil
}

// GuardOnGeneration tests the field against another field.
//
// contract: "a guard on the very field that the write sets".
func (r *Reconciler) GuardOnGeneration(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Spec.Paused {
		widget.Status.ObservedGeneration = widget.Generation
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	if widget.Status.ObservedGeneration != widget.Generation {
		widget.Status.ObservedGeneration = widget.Generation
		return r.patch(ctx, widget, base)
	}
	return nil
}

// ABool is tested for true and for false.
func (r *Reconciler) ABool(ctx context.Context, widget *myv1.Widget, first bool) error {
	base := widget.DeepCopy()
	if first {
		widget.Status.Message = "first"
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	log.Print(widget.Name)
	if !first {
		widget.Status.Message = "not the first"
		return r.patch(ctx, widget, base)
	}
	return nil
}

// TwoBools may both be true.
func (r *Reconciler) TwoBools(ctx context.Context, widget *myv1.Widget, first, last bool) error {
	base := widget.DeepCopy()
	if first {
		widget.Status.Message = "first"
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	if last {
		widget.Status.Message = "last"
		return r.patch(ctx, widget, base) // want statusmulti:"widget.*may|may.*widget"
	}
	return nil
}

// SpecBool is a field that nothing changes.
func (r *Reconciler) SpecBool(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Spec.Paused {
		widget.Status.Message = "paused"
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	if !widget.Spec.Paused {
		widget.Status.Message = "running"
		return r.patch(ctx, widget, base)
	}
	return nil
}

// Written remembers that it wrote.
func (r *Reconciler) Written(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	written := false
	if widget.Spec.Owner == "" {
		widget.Status.Message = "no owner"
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
		written = true
	}
	if written {
		return nil
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.patch(ctx, widget, base)
}

// Changed remembers that there is something to write.
func (r *Reconciler) Changed(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	changed := false
	if widget.Spec.Owner == "" {
		widget.Status.Message = "no owner"
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	if len(widget.Spec.Steps) == 0 {
		widget.Status.Phase = myv1.PhaseReady
		changed = true
	}
	if changed {
		return r.patch(ctx, widget, base) // want statusmulti:"widget.*may|may.*widget"
	}
	return nil
}

// Deleted is nil or not.
func (r *Reconciler) Deleted(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if !widget.DeletionTimestamp.IsZero() {
		widget.Status.Message = "deleting"
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	if widget.DeletionTimestamp.IsZero() {
		widget.Status.Message = "alive"
		return r.patch(ctx, widget, base)
	}
	return nil
}

// Found asks an error for its text, so there is one.
func (r *Reconciler) Found(ctx context.Context, widget *myv1.Widget, list func() ([]string, error)) error {
	if err := r.found(ctx, widget, list); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return r.patch(ctx, widget, base)
}

func (r *Reconciler) found(ctx context.Context, widget *myv1.Widget, list func() ([]string, error)) error {
	names, err := list()
	if err != nil || len(names) == 0 {
		if strings.Contains(err.Error(), "invalid") {
			base := widget.DeepCopy()
			widget.Status.Message = err.Error()
			if err := r.patch(ctx, widget, base); err != nil {
				return err
			}
		}
		return err
	}
	return nil
}

// SomeOrNone has steps or has none.
func (r *Reconciler) SomeOrNone(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if len(widget.Spec.Steps) > 0 {
		widget.Status.Phase = myv1.PhaseRunning
		if err := r.patch(ctx, widget, base); err != nil {
			return err
		}
	}
	if len(widget.Spec.Steps) == 0 {
		widget.Status.Phase = myv1.PhasePending
		return r.patch(ctx, widget, base)
	}
	return nil
}

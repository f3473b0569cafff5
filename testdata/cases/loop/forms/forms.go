// Package forms: every form of a loop.
package forms

import (
	"context"
	"iter"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
}

func (r *Reconciler) write(ctx context.Context, widget *myv1.Widget, phase string) error {
	base := widget.DeepCopy()
	widget.Status.Phase = phase
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Goto goes back.
func (r *Reconciler) Goto(ctx context.Context, widget *myv1.Widget) error {
	n := 0
again:
	base := widget.DeepCopy()
	widget.Status.Attempts = n
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
		return err
	}
	n++
	if n < len(widget.Spec.Steps) {
		goto again
	}
	return nil
}

// GotoForward only goes on.
func (r *Reconciler) GotoForward(ctx context.Context, widget *myv1.Widget) error {
	if widget.Spec.Paused {
		goto write
	}
	widget.Status.Attempts++
write:
	return r.write(ctx, widget, myv1.PhaseReady) // want statuslost:`base of this patch was copied when the status of widget had changed .Status.Attempts.`
}

// GotoAfterFailure goes back only where the write failed.
func (r *Reconciler) GotoAfterFailure(ctx context.Context, widget *myv1.Widget) error {
	n := 0
again:
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	err := r.Status().Patch(ctx, widget, client.MergeFrom(base))
	if err != nil && n < 3 {
		n++
		goto again
	}
	return err
}

// Infinite has no condition.
func (r *Reconciler) Infinite(ctx context.Context, widget *myv1.Widget) error {
	for {
		if err := r.write(ctx, widget, myv1.PhaseRunning); err != nil { // want statusloop:"widget"
			return err
		}
		if len(widget.Status.Steps) > 3 {
			return nil
		}
	}
}

// InfiniteOnce leaves in its first turn.
func (r *Reconciler) InfiniteOnce(ctx context.Context, widget *myv1.Widget) error {
	for {
		return r.write(ctx, widget, myv1.PhaseRunning)
	}
}

// RangeOverInt counts.
func (r *Reconciler) RangeOverInt(ctx context.Context, widget *myv1.Widget) error {
	for i := range 3 {
		base := widget.DeepCopy()
		widget.Status.Attempts = i
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

func stepsOf(widget *myv1.Widget) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i, step := range widget.Spec.Steps {
			if !yield(i, step) {
				return
			}
		}
	}
}

func each(widgets []myv1.Widget) iter.Seq[*myv1.Widget] {
	return func(yield func(*myv1.Widget) bool) {
		for i := range widgets {
			if !yield(&widgets[i]) {
				return
			}
		}
	}
}

// RangeOverFunc is a loop.
func (r *Reconciler) RangeOverFunc(ctx context.Context, widget *myv1.Widget) error {
	for i := range stepsOf(widget) {
		base := widget.DeepCopy()
		widget.Status.Attempts = i
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// RangeOverFuncItems is a loop over other objects.
func (r *Reconciler) RangeOverFuncItems(ctx context.Context, widgets []myv1.Widget) error {
	for widget := range each(widgets) {
		base := widget.DeepCopy()
		widget.Status.Attempts++
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return nil
}

// RangeOverFuncBreak leaves after the write.
func (r *Reconciler) RangeOverFuncBreak(ctx context.Context, widget *myv1.Widget) (err error) {
	for i := range stepsOf(widget) {
		base := widget.DeepCopy()
		widget.Status.Attempts = i
		err = r.Status().Patch(ctx, widget, client.MergeFrom(base))
		break
	}
	return err
}

// RangeOverFuncReturn returns after the write.
func (r *Reconciler) RangeOverFuncReturn(ctx context.Context, widget *myv1.Widget) error {
	for i := range stepsOf(widget) {
		if i > 2 {
			return r.write(ctx, widget, myv1.PhaseFailed)
		}
	}
	return nil
}

// RangeOverStdIterator ranges over what the standard library makes.
func (r *Reconciler) RangeOverStdIterator(ctx context.Context, widget *myv1.Widget) error {
	for i := range slices.All(widget.Spec.Steps) {
		base := widget.DeepCopy()
		widget.Status.Attempts = i
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// SwitchInALoop writes in some of the cases.
func (r *Reconciler) SwitchInALoop(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		switch step {
		case "first":
			fallthrough
		case "second":
			if err := r.write(ctx, widget, step); err != nil { // want statusloop:"widget"
				return err
			}
		case "last":
			return nil
		}
	}
	return nil
}

// SwitchThatReturns leaves in each case that writes.
func (r *Reconciler) SwitchThatReturns(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		switch step {
		case "first", "second":
			return r.write(ctx, widget, step)
		default:
			continue
		}
	}
	return nil
}

// Nested writes in the inner of two loops, both of which repeat it.
func (r *Reconciler) Nested(ctx context.Context, widget *myv1.Widget) error {
	for range widget.Spec.Parts {
		for range widget.Spec.Steps {
			if err := r.write(ctx, widget, myv1.PhaseRunning); err != nil { // want statusloop:"widget"
				return err
			}
		}
	}
	return nil
}

// NestedItems writes the parent in a loop over other objects.
func (r *Reconciler) NestedItems(ctx context.Context, widget *myv1.Widget, parts []myv1.Part) error {
	for range widget.Spec.Steps {
		for i := range parts {
			base := parts[i].DeepCopy()
			parts[i].Status.Attempts++
			if err := r.Status().Patch(ctx, &parts[i], client.MergeFrom(base)); err != nil {
				return err
			}
		}
		if err := r.write(ctx, widget, myv1.PhaseRunning); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// AfterTheLoop writes once.
func (r *Reconciler) AfterTheLoop(ctx context.Context, widget *myv1.Widget) error {
	for range widget.Spec.Steps {
		widget.Status.Attempts++
	}
	return r.write(ctx, widget, myv1.PhaseReady) // want statuslost:`base of this patch was copied when the status of widget had changed .Status.Attempts.`
}

// InTheCondition writes in the condition of the loop.
func (r *Reconciler) InTheCondition(ctx context.Context, widget *myv1.Widget) {
	for r.write(ctx, widget, myv1.PhaseRunning) == nil { // want statusloop:"widget" statuslost:`base of this patch was copied when the status of widget had changed .Status.Attempts.`
		widget.Status.Attempts++
	}
}

// InTheInitialiser writes before the loop begins.
func (r *Reconciler) InTheInitialiser(ctx context.Context, widget *myv1.Widget) {
	for err := r.write(ctx, widget, myv1.PhaseRunning); err == nil && widget.Status.Attempts < 3; {
		widget.Status.Attempts++
	}
}

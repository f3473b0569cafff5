// Package exits: control leaves the loop after the write, or does not.
package exits

import (
	"context"
	"errors"
	"log"
	"os"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
}

func (r *Reconciler) check(ctx context.Context, step string) error { return ctx.Err() }

func (r *Reconciler) write(ctx context.Context, widget *myv1.Widget, phase string) error {
	base := widget.DeepCopy()
	widget.Status.Phase = phase
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Return leaves on every outcome.
func (r *Reconciler) Return(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		if r.check(ctx, step) != nil {
			base := widget.DeepCopy()
			widget.Status.Message = step
			return r.Status().Patch(ctx, widget, client.MergeFrom(base))
		}
	}
	return nil
}

// Break leaves on every outcome.
func (r *Reconciler) Break(ctx context.Context, widget *myv1.Widget) (err error) {
	for _, step := range widget.Spec.Steps {
		if r.check(ctx, step) != nil {
			base := widget.DeepCopy()
			widget.Status.Message = step
			err = r.Status().Patch(ctx, widget, client.MergeFrom(base))
			break
		}
	}
	return err
}

// ContinueAfterFailure goes on only where the write failed.
func (r *Reconciler) ContinueAfterFailure(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		base := widget.DeepCopy()
		widget.Status.Message = step
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			log.Print(err)
			continue
		}
		return nil
	}
	return errors.New("no step could be written")
}

// ContinueAfterSuccess goes on only where the write succeeded.
func (r *Reconciler) ContinueAfterSuccess(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		base := widget.DeepCopy()
		widget.Status.Message = step
		err := r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusloop:"widget"
		if err == nil {
			continue
		}
		return err
	}
	return nil
}

// BreakOfASwitch leaves the switch, not the loop.
func (r *Reconciler) BreakOfASwitch(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		switch step {
		case "a":
			base := widget.DeepCopy()
			widget.Status.Message = step
			if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
				return err
			}
			break
		default:
			log.Print(step)
		}
	}
	return nil
}

// LabelledBreak leaves the loop from inside of a switch.
func (r *Reconciler) LabelledBreak(ctx context.Context, widget *myv1.Widget) (err error) {
steps:
	for _, step := range widget.Spec.Steps {
		switch step {
		case "a":
			base := widget.DeepCopy()
			widget.Status.Message = step
			err = r.Status().Patch(ctx, widget, client.MergeFrom(base))
			break steps
		default:
			log.Print(step)
		}
	}
	return err
}

// LabelledContinue goes on with the outer loop.
func (r *Reconciler) LabelledContinue(ctx context.Context, widget *myv1.Widget) error {
steps:
	for _, step := range widget.Spec.Steps {
		for _, part := range widget.Spec.Parts {
			if step == part {
				base := widget.DeepCopy()
				widget.Status.Message = step
				if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
					return err
				}
				continue steps
			}
		}
	}
	return nil
}

// InnerBreak leaves the inner loop, and the outer one goes on.
func (r *Reconciler) InnerBreak(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		for _, part := range widget.Spec.Parts {
			if step == part {
				base := widget.DeepCopy()
				widget.Status.Message = step
				if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
					return err
				}
				break
			}
		}
	}
	return nil
}

// OuterBreak leaves both.
func (r *Reconciler) OuterBreak(ctx context.Context, widget *myv1.Widget) error {
	var err error
steps:
	for _, step := range widget.Spec.Steps {
		for _, part := range widget.Spec.Parts {
			if step == part {
				base := widget.DeepCopy()
				widget.Status.Message = step
				err = r.Status().Patch(ctx, widget, client.MergeFrom(base))
				break steps
			}
		}
	}
	return err
}

// ReturnOfAClosure leaves the closure, not the loop.
func (r *Reconciler) ReturnOfAClosure(ctx context.Context, widget *myv1.Widget) {
	for _, step := range widget.Spec.Steps {
		base := widget.DeepCopy()
		widget.Status.Message = step
		// contract: the report stands on "the direct write, or the call that is the derived write": both are on this line.
		func() { _ = r.Status().Patch(ctx, widget, client.MergeFrom(base)); return }() // want statusloop:"widget"
	}
}

// Fatal does not return.
func (r *Reconciler) Fatal(ctx context.Context, widget *myv1.Widget) {
	for _, step := range widget.Spec.Steps {
		if err := r.check(ctx, step); err != nil {
			_ = r.write(ctx, widget, myv1.PhaseFailed)
			log.Fatal(err)
		}
	}
}

// Panic does not return.
func (r *Reconciler) Panic(ctx context.Context, widget *myv1.Widget) {
	for _, step := range widget.Spec.Steps {
		if err := r.check(ctx, step); err != nil {
			_ = r.write(ctx, widget, myv1.PhaseFailed)
			panic(err)
		}
	}
}

// Exit does not return.
func (r *Reconciler) Exit(ctx context.Context, widget *myv1.Widget) {
	for _, step := range widget.Spec.Steps {
		if err := r.check(ctx, step); err != nil {
			_ = r.write(ctx, widget, myv1.PhaseFailed)
			os.Exit(1)
		}
	}
}

// die never returns, which its callers can see.
func die(err error) {
	log.Print(err)
	os.Exit(1)
}

// ExitInACallee calls a function that does not return.
func (r *Reconciler) ExitInACallee(ctx context.Context, widget *myv1.Widget) {
	for _, step := range widget.Spec.Steps {
		if err := r.check(ctx, step); err != nil {
			_ = r.write(ctx, widget, myv1.PhaseFailed)
			die(err)
		}
	}
}

// Printed goes on.
func (r *Reconciler) Printed(ctx context.Context, widget *myv1.Widget) {
	for _, step := range widget.Spec.Steps {
		if err := r.check(ctx, step); err != nil {
			_ = r.write(ctx, widget, myv1.PhaseFailed) // want statusloop:"widget"
			log.Print(err)
		}
	}
}

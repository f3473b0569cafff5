package exits

import (
	"context"
	"errors"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"

	myv1 "example.com/cases/api/v1"
)

// failStep returns true on every outcome that wrote.
func (r *Reconciler) failStep(ctx context.Context, widget *myv1.Widget, step string) (bool, error) {
	if r.check(ctx, step) == nil {
		return false, nil
	}
	if err := r.write(ctx, widget, myv1.PhaseFailed); err != nil {
		return false, err
	}
	return true, nil
}

// noteStep returns true on outcomes that did not write.
func (r *Reconciler) noteStep(ctx context.Context, widget *myv1.Widget, step string) (bool, error) {
	if r.check(ctx, step) != nil {
		return true, nil
	}
	if err := r.write(ctx, widget, myv1.PhaseRunning); err != nil {
		return false, err
	}
	return false, nil
}

// DoneTied leaves when the callee wrote.
func (r *Reconciler) DoneTied(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		done, err := r.failStep(ctx, widget, step)
		if err != nil {
			return err
		}
		if done {
			break
		}
	}
	return nil
}

// DoneNotTied goes on when the callee wrote.
func (r *Reconciler) DoneNotTied(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		done, err := r.noteStep(ctx, widget, step) // want statusloop:"widget"
		if err != nil {
			return err
		}
		if done {
			break
		}
	}
	return nil
}

// DoneNotTested has the flag, and does not look at it.
func (r *Reconciler) DoneNotTested(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		if _, err := r.failStep(ctx, widget, step); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// rejectStep returns an error on every outcome that wrote.
func (r *Reconciler) rejectStep(ctx context.Context, widget *myv1.Widget, step string) error {
	err := r.check(ctx, step)
	if err == nil {
		return nil
	}
	if werr := r.write(ctx, widget, myv1.PhaseFailed); werr != nil {
		return errors.Join(err, werr)
	}
	return fmt.Errorf("step %s: %w", step, err)
}

// ErrorTied leaves on every error.
func (r *Reconciler) ErrorTied(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		if err := r.rejectStep(ctx, widget, step); err != nil {
			return err
		}
	}
	return nil
}

// ErrorCollected goes on after an error.
func (r *Reconciler) ErrorCollected(ctx context.Context, widget *myv1.Widget) error {
	var errs []error
	for _, step := range widget.Spec.Steps {
		if err := r.rejectStep(ctx, widget, step); err != nil { // want statusloop:"widget"
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// stateOf returns a name on every outcome that wrote.
func (r *Reconciler) stateOf(ctx context.Context, widget *myv1.Widget, step string) string {
	if r.check(ctx, step) == nil {
		return ""
	}
	if err := r.write(ctx, widget, myv1.PhaseFailed); err != nil {
		return ""
	}
	return myv1.PhaseFailed
}

// StringTied leaves on a name.
func (r *Reconciler) StringTied(ctx context.Context, widget *myv1.Widget) string {
	for _, step := range widget.Spec.Steps {
		if state := r.stateOf(ctx, widget, step); state != "" {
			return state
		}
	}
	return myv1.PhaseReady
}

// StringSwapped goes on after a name.
func (r *Reconciler) StringSwapped(ctx context.Context, widget *myv1.Widget) string {
	for _, step := range widget.Spec.Steps {
		if state := r.stateOf(ctx, widget, step); state == "" { // want statusloop:"widget"
			return myv1.PhasePending
		}
	}
	return myv1.PhaseReady
}

// resultOf returns a result on every outcome that wrote.
func (r *Reconciler) resultOf(ctx context.Context, widget *myv1.Widget, step string) (*ctrl.Result, error) {
	if r.check(ctx, step) == nil {
		return nil, nil
	}
	return &ctrl.Result{}, r.write(ctx, widget, myv1.PhaseFailed)
}

// PointerTied leaves on a result.
func (r *Reconciler) PointerTied(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	for _, step := range widget.Spec.Steps {
		if result, err := r.resultOf(ctx, widget, step); result != nil {
			return *result, err
		}
	}
	return ctrl.Result{}, nil
}

// PointerIgnored looks at the error only.
func (r *Reconciler) PointerIgnored(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	for _, step := range widget.Spec.Steps {
		if _, err := r.resultOf(ctx, widget, step); err != nil { // want statusloop:"widget"
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

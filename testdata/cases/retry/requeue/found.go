// Package requeue holds shapes in which a wrong verdict was found on a real
// operator.
package requeue

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/internal/errors"
)

// Reconciler writes a status.
type Reconciler struct{ client.Client }

// InItsPlace returns another error, wrapped by the project's own package.
func (r *Reconciler) InItsPlace(ctx context.Context, widget *myv1.Widget, work func() error) error {
	if err := work(); err != nil {
		err = errors.Wrap(err, "work")
		_ = r.Status().Update(ctx, widget)
		return err
	}
	return nil
}

// Deferred turns the conflict into a requeue, and keeps any other error.
func (r *Reconciler) Deferred(ctx context.Context, widget *myv1.Widget) (result ctrl.Result, err error) {
	defer func() {
		if e := r.Status().Update(ctx, widget); e != nil && err == nil {
			if apierrors.IsConflict(e) {
				result = ctrl.Result{RequeueAfter: time.Second}
				return
			}
			err = e
		}
	}()
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, ctx.Err()
}

// flagged tells its caller of a conflict.
func (r *Reconciler) flagged(ctx context.Context, widget *myv1.Widget) (again bool, err error) {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		if apierrors.IsConflict(err) {
			return true, nil
		}
		return false, err
	}
	return false, nil
}

// Flagged comes back.
func (r *Reconciler) Flagged(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	again, err := r.flagged(ctx, widget)
	if err != nil {
		return ctrl.Result{}, err
	}
	if again {
		return ctrl.Result{RequeueAfter: time.Second}, nil
	}
	return ctrl.Result{}, nil
}

// Unflagged does not.
func (r *Reconciler) Unflagged(ctx context.Context, widget *myv1.Widget) error {
	_, err := r.flagged(ctx, widget) // want statusretry:"widget"
	return err
}

// Counted counts the failures, and returns an error if there was one.
func (r *Reconciler) Counted(ctx context.Context, widgets []myv1.Widget) (string, error) {
	if len(widgets) > 0 {
		var failed int
		status := "done"
		for _, widget := range widgets {
			misplaced, err := r.place(ctx, &widget)
			if err != nil {
				failed++
			}
			if misplaced {
				status = "misplaced"
			}
		}
		if failed > 0 {
			return "", errors.New("failed")
		}
		return status, nil
	}
	return "", nil
}

func (r *Reconciler) place(ctx context.Context, widget *myv1.Widget) (bool, error) {
	misplaced := len(widget.Spec.Steps) > 2
	if err := r.Status().Update(ctx, widget); err != nil {
		return false, err
	}
	return misplaced, nil
}

// Gone is content where the object is not there any more: that is no conflict.
func (r *Reconciler) Gone(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		if apierrors.IsNotFound(err) {
			return nil
		}
		return err
	}
	return nil
}

// Raced is content where another was faster.
func (r *Reconciler) Raced(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
		if apierrors.IsConflict(err) {
			return nil
		}
		return err
	}
	return nil
}

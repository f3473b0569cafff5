// Package failures: the second write is reached where the first failed, or not.
package failures

import (
	"context"
	"fmt"
	"log"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
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

// Reconcile writes again only where the first write failed.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		widget.Status.Phase = myv1.PhaseFailed
		if werr := r.Status().Patch(ctx, widget, client.MergeFrom(base)); werr != nil {
			log.Print(werr)
		}
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

// AfterSuccess writes again where the first succeeded.
func (r *Reconciler) AfterSuccess(ctx context.Context, widget *myv1.Widget) error {
	err := r.write(ctx, widget, myv1.PhaseRunning)
	if err == nil {
		return r.write(ctx, widget, myv1.PhaseReady) // want statusmulti:"widget.*always|always.*widget"
	}
	return err
}

// AfterFailure has the branches the other way round.
func (r *Reconciler) AfterFailure(ctx context.Context, widget *myv1.Widget) error {
	err := r.write(ctx, widget, myv1.PhaseRunning)
	if err == nil {
		return nil
	}
	return r.write(ctx, widget, myv1.PhaseFailed)
}

// AfterConflict reads again after a conflict, and writes again.
func (r *Reconciler) AfterConflict(ctx context.Context, widget *myv1.Widget) error {
	err := r.write(ctx, widget, myv1.PhaseRunning)
	if apierrors.IsConflict(err) {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		return r.write(ctx, widget, myv1.PhaseRunning)
	}
	return err
}

// UnlessConflict writes again where there was no conflict.
func (r *Reconciler) UnlessConflict(ctx context.Context, widget *myv1.Widget) error {
	err := r.write(ctx, widget, myv1.PhaseRunning)
	if !apierrors.IsConflict(err) {
		return r.write(ctx, widget, myv1.PhaseReady) // want statusmulti:"widget"
	}
	return err
}

// Wrapped tests the error once more after it was wrapped.
func (r *Reconciler) Wrapped(ctx context.Context, widget *myv1.Widget) error {
	err := r.write(ctx, widget, myv1.PhaseReady)
	if err != nil {
		err = fmt.Errorf("write %s: %w", widget.Name, err)
	}
	if err != nil {
		return r.write(ctx, widget, myv1.PhaseFailed)
	}
	return nil
}

// Replaced tests the error of something else.
func (r *Reconciler) Replaced(ctx context.Context, widget *myv1.Widget) error {
	err := r.write(ctx, widget, myv1.PhaseRunning)
	if err != nil {
		return err
	}
	err = ctx.Err()
	if err != nil {
		return r.write(ctx, widget, myv1.PhaseFailed) // want statusmulti:"widget.*always|always.*widget"
	}
	return nil
}

// Contradiction tests the same error for nil and for not nil.
func (r *Reconciler) Contradiction(ctx context.Context, widget *myv1.Widget, work func() error) error {
	err := work()
	if err != nil {
		if werr := r.write(ctx, widget, myv1.PhaseFailed); werr != nil {
			return werr
		}
	}
	log.Print("worked")
	if err == nil {
		return r.write(ctx, widget, myv1.PhaseReady)
	}
	return err
}

// NoContradiction has another error in between.
func (r *Reconciler) NoContradiction(ctx context.Context, widget *myv1.Widget, work func() error) error {
	err := work()
	if err != nil {
		if werr := r.write(ctx, widget, myv1.PhaseFailed); werr != nil {
			return werr
		}
	}
	err = work()
	if err == nil {
		return r.write(ctx, widget, myv1.PhaseReady) // want statusmulti:"widget.*may|may.*widget"
	}
	return err
}

// FailureOfTheWork writes in the branch of another error, after a write.
func (r *Reconciler) FailureOfTheWork(ctx context.Context, widget *myv1.Widget, work func() error) error {
	if err := r.write(ctx, widget, myv1.PhaseRunning); err != nil {
		return err
	}
	if err := work(); err != nil {
		if werr := r.write(ctx, widget, myv1.PhaseFailed); werr != nil { // want statusmulti:"widget.*always|always.*widget"
			return werr
		}
		return err
	}
	return nil
}

// OneWriteForBoth writes after the work, in each of its branches.
func (r *Reconciler) OneWriteForBoth(ctx context.Context, widget *myv1.Widget, work func() error) error {
	if err := work(); err != nil {
		if werr := r.write(ctx, widget, myv1.PhaseFailed); werr != nil {
			return werr
		}
		return err
	}
	return r.write(ctx, widget, myv1.PhaseReady)
}

// Package managers: phases that are set in function literals.
package managers

import (
	"context"
	"fmt"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
	"example.com/cases/phase/managers/store"
)

type WidgetReconciler struct {
	client.Client
	Manager *helpers.Manager
	Store   *store.Store
	later   func()
}

// CanTransition knows the transitions.
func CanTransition(from, to string) bool { return from != myv1.PhaseFailed || to == from }

// Unasked has a manager that asks nobody.
func (r *WidgetReconciler) Unasked(ctx context.Context, widget *myv1.Widget) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady // want statusphase:`widget\.Status\.Phase is set`
		return nil
	})
}

// Before asks before the call that the literal is passed to.
func (r *WidgetReconciler) Before(ctx context.Context, widget *myv1.Widget) error {
	if !CanTransition(widget.Status.Phase, myv1.PhaseReady) {
		return fmt.Errorf("cannot be ready")
	}
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// Inside asks in the literal.
func (r *WidgetReconciler) Inside(ctx context.Context, widget *myv1.Widget, to string) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		if widget.Status.Phase != to && !CanTransition(widget.Status.Phase, to) {
			return fmt.Errorf("cannot be ready")
		}
		widget.Status.Phase = to
		return r.Status().Update(ctx, widget)
	})
}

// Elsewhere has a manager of another package that asks when all is done.
func (r *WidgetReconciler) Elsewhere(ctx context.Context, key client.ObjectKey) error {
	return r.Store.Change(ctx, key, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady })
}

// Unchecked has one of the same package that does not.
func (r *WidgetReconciler) Unchecked(ctx context.Context, key client.ObjectKey) error {
	return r.Store.Force(ctx, key, func(w *myv1.Widget) {
		w.Status.Phase = myv1.PhaseReady // want statusphase:`w\.Status\.Phase is set`
	})
}

// change is a manager of this package that asks.
func (r *WidgetReconciler) change(ctx context.Context, widget *myv1.Widget, mutate func(*myv1.Widget)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		from := widget.Status.Phase
		mutate(widget)
		if !CanTransition(from, widget.Status.Phase) {
			return fmt.Errorf("cannot be %s", widget.Status.Phase)
		}
		return r.Status().Update(ctx, widget)
	})
}

// Here has that one.
func (r *WidgetReconciler) Here(ctx context.Context, widget *myv1.Widget) error {
	return r.change(ctx, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady })
}

// Kept may run at any time.
func (r *WidgetReconciler) Kept(widget *myv1.Widget) {
	if !CanTransition(widget.Status.Phase, myv1.PhaseReady) {
		return
	}
	func() { widget.Status.Phase = myv1.PhaseReady }()
	r.later = func() {
		widget.Status.Phase = myv1.PhaseReady // want statusphase:`widget\.Status\.Phase is set`
	}
}

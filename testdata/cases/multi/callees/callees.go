// Package callees: the writes are in the functions that are called.
package callees

import (
	"context"
	"log"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type WidgetReconciler struct {
	client.Client
}

// Reconcile calls two functions, each of which writes once.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.markProgressing(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.markReady(ctx, widget); err != nil { // want statusmulti:"widget.*always|always.*widget"
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

func (r *WidgetReconciler) markProgressing(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func (r *WidgetReconciler) markReady(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// InMemory calls two functions that change the status, and writes it once.
func (r *WidgetReconciler) InMemory(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	setProgressing(widget)
	setReady(widget)
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func setProgressing(widget *myv1.Widget) { widget.Status.Phase = myv1.PhaseRunning }
func setReady(widget *myv1.Widget)       { widget.Status.Phase = myv1.PhaseReady }

// Either calls one of the two.
func (r *WidgetReconciler) Either(ctx context.Context, widget *myv1.Widget) error {
	if widget.Spec.Paused {
		return r.markProgressing(ctx, widget)
	}
	return r.markReady(ctx, widget)
}

// OneOfThem writes twice by itself, and is reported; Twice, which calls it, is not.
func (r *WidgetReconciler) OneOfThem(ctx context.Context, widget *myv1.Widget) error {
	if err := r.markProgressing(ctx, widget); err != nil {
		return err
	}
	return r.markReady(ctx, widget) // want statusmulti:"widget.*always|always.*widget"
}

// Twice calls a function that writes twice: one write here.
func (r *WidgetReconciler) Twice(ctx context.Context, widget *myv1.Widget) error {
	return r.OneOfThem(ctx, widget)
}

// TwiceAndOnce has a write of its own besides.
func (r *WidgetReconciler) TwiceAndOnce(ctx context.Context, widget *myv1.Widget) error {
	if err := r.OneOfThem(ctx, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Message = "done"
	return r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// Deep comes together three calls above the writes.
func (r *WidgetReconciler) Deep(ctx context.Context, widget *myv1.Widget) error {
	if err := r.phase1(ctx, widget); err != nil {
		return err
	}
	return r.phase2(ctx, widget) // want statusmulti:"widget.*may|may.*widget"
}

func (r *WidgetReconciler) phase1(ctx context.Context, widget *myv1.Widget) error {
	if widget.Spec.Paused {
		return nil
	}
	return r.phase1Inner(ctx, widget)
}

func (r *WidgetReconciler) phase1Inner(ctx context.Context, widget *myv1.Widget) error {
	return r.markProgressing(ctx, widget)
}

func (r *WidgetReconciler) phase2(ctx context.Context, widget *myv1.Widget) error {
	log.Print(widget.Name)
	return r.phase2Inner(ctx, widget)
}

func (r *WidgetReconciler) phase2Inner(ctx context.Context, widget *myv1.Widget) error {
	return helpers.WritePhase(ctx, r.Client, widget, myv1.PhaseReady)
}

// DifferentParams hands two objects to one function, which writes one of them.
func (r *WidgetReconciler) DifferentParams(ctx context.Context, widget, other *myv1.Widget) error {
	if err := r.copyPhase(ctx, widget, other); err != nil {
		return err
	}
	return r.copyPhase(ctx, other, widget)
}

// SameParams hands them over in the same order.
func (r *WidgetReconciler) SameParams(ctx context.Context, widget, other *myv1.Widget) error {
	if err := r.copyPhase(ctx, widget, other); err != nil {
		return err
	}
	return r.copyPhase(ctx, widget, other) // want statusmulti:"widget.*always|always.*widget"
}

func (r *WidgetReconciler) copyPhase(ctx context.Context, to, from *myv1.Widget) error {
	base := to.DeepCopy()
	to.Status.Phase = from.Status.Phase
	return r.Status().Patch(ctx, to, client.MergeFrom(base))
}

// Returned writes what a function returns, which is what it was given.
func (r *WidgetReconciler) Returned(ctx context.Context, widget *myv1.Widget) error {
	same, err := r.markAndReturn(ctx, widget)
	if err != nil {
		return err
	}
	// contract: "the same variable or a copy of the pointer (assignment, parameter, …)", through the result of a callee.
	return r.markReady(ctx, same) // want statusmulti:"same|widget"
}

func (r *WidgetReconciler) markAndReturn(ctx context.Context, widget *myv1.Widget) (*myv1.Widget, error) {
	if err := r.markProgressing(ctx, widget); err != nil {
		return nil, err
	}
	return widget, nil
}

// Goroutine is a path of its own.
func (r *WidgetReconciler) Goroutine(ctx context.Context, widget *myv1.Widget) error {
	go func() {
		if err := r.markProgressing(ctx, widget.DeepCopy()); err != nil {
			log.Print(err)
		}
	}()
	return r.markReady(ctx, widget)
}

// TwoInAGoroutine is a path with two writes.
func (r *WidgetReconciler) TwoInAGoroutine(ctx context.Context, widget *myv1.Widget) {
	go func() {
		if err := r.markProgressing(ctx, widget); err != nil {
			return
		}
		_ = r.markReady(ctx, widget) // want statusmulti:"widget.*always|always.*widget"
	}()
}

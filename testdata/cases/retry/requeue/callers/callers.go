// Package callers: what becomes of the error in the callers, under policy=requeue.
package callers

import (
	"context"
	"fmt"
	"log"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type WidgetReconciler struct {
	client.Client
}

// write1 returns the error, and so does its caller.
func (r *WidgetReconciler) write1(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.write1(ctx, widget); err != nil {
		return ctrl.Result{}, fmt.Errorf("write: %w", err)
	}
	return ctrl.Result{}, nil
}

// write2 returns the error, and its caller swallows it.
func (r *WidgetReconciler) write2(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

func (r *WidgetReconciler) Logs(ctx context.Context, widget *myv1.Widget) {
	if err := r.write2(ctx, widget); err != nil { // want statusretry:"."
		log.Print(err)
	}
}

// write3 has two callers, one of which swallows it.
func (r *WidgetReconciler) write3(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

func (r *WidgetReconciler) Returns(ctx context.Context, widget *myv1.Widget) error {
	return r.write3(ctx, widget)
}

func (r *WidgetReconciler) Ignores(ctx context.Context, widget *myv1.Widget) {
	_ = r.write3(ctx, widget) // want statusretry:"."
}

// write4 returns it, its caller returns it, and the caller of that swallows it.
func (r *WidgetReconciler) write4(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

func (r *WidgetReconciler) between(ctx context.Context, widget *myv1.Widget) error {
	if err := r.write4(ctx, widget); err != nil {
		return fmt.Errorf("between: %w", err)
	}
	return nil
}

func (r *WidgetReconciler) Top(ctx context.Context, widget *myv1.Widget) {
	if err := r.between(ctx, widget); err != nil { // want statusretry:"."
		log.Print(err)
	}
}

// write5 swallows it by itself, and is reported there.
func (r *WidgetReconciler) write5(ctx context.Context, widget *myv1.Widget) {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
		log.Print(err)
	}
}

func (r *WidgetReconciler) CallsWrite5(ctx context.Context, widget *myv1.Widget) error {
	r.write5(ctx, widget)
	return nil
}

// Write6 is exported, with a caller in sight.
func (r *WidgetReconciler) Write6(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

func (r *WidgetReconciler) CallsWrite6(ctx context.Context, widget *myv1.Widget) {
	_ = r.Write6(ctx, widget) // want statusretry:"."
}

// Write7 is exported, without one.
func (r *WidgetReconciler) Write7(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// write8 turns a conflict into a requeue, and its caller drops that.
func (r *WidgetReconciler) write8(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		if apierrors.IsConflict(err) {
			return ctrl.Result{RequeueAfter: time.Second}, nil
		}
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

func (r *WidgetReconciler) DropsResult(ctx context.Context, widget *myv1.Widget) error {
	// contract: "so does turning a conflict into a requeue, unless a visible caller drops that result"; "the report stands on the call, direct or derived, whose error is swallowed".
	if _, err := r.write8(ctx, widget); err != nil { // want statusretry:"."
		return err
	}
	return nil
}

func (r *WidgetReconciler) KeepsResult(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	return r.write8(ctx, widget)
}

// Started starts a function whose error nobody sees.
func (r *WidgetReconciler) Started(ctx context.Context, widget *myv1.Widget) {
	go r.write9(ctx, widget) // want statusretry:"."
}

func (r *WidgetReconciler) write9(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// Put off until it returns.
func (r *WidgetReconciler) PutOff(ctx context.Context, widget *myv1.Widget) error {
	defer r.write10(ctx, widget) // want statusretry:"."
	return ctx.Err()
}

func (r *WidgetReconciler) write10(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// Closure returns it from a closure, and swallows it outside of that.
func (r *WidgetReconciler) Closure(ctx context.Context, widget *myv1.Widget) {
	write := func() error {
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	}
	if err := write(); err != nil { // want statusretry:"."
		log.Print(err)
	}
}

// ClosureReturned returns it from both.
func (r *WidgetReconciler) ClosureReturned(ctx context.Context, widget *myv1.Widget) error {
	write := func() error {
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	}
	return write()
}

// ThinWrapper ignores the error of a thin wrapper of another package.
func (r *WidgetReconciler) ThinWrapper(ctx context.Context, widget *myv1.Widget) {
	widget.Status.Phase = myv1.PhaseReady
	_ = helpers.UpdateStatus(ctx, r.Client, widget) // want statusretry:"widget"
}

// ThinWrapperReturned returns it.
func (r *WidgetReconciler) ThinWrapperReturned(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return helpers.UpdateStatus(ctx, r.Client, widget)
}

// Helper ignores the error of a status helper of another package.
func (r *WidgetReconciler) Helper(ctx context.Context, widget *myv1.Widget) {
	err := helpers.MutateWidget(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Attempts++ }) // want statusretry:"."
	if err != nil {
		log.Print(err)
	}
}

// HelperReturned returns it.
func (r *WidgetReconciler) HelperReturned(ctx context.Context, widget *myv1.Widget) error {
	return helpers.MutateWidget(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Attempts++ })
}

// Manager ignores the error of a manager, which is protected.
func (r *WidgetReconciler) Manager(ctx context.Context, widget *myv1.Widget) {
	_ = helpers.SetWidgetPhase(ctx, r.Client, widget, myv1.PhaseReady, "done")
}

// InMemory ignores nothing of the kind.
func (r *WidgetReconciler) InMemory(ctx context.Context, widget *myv1.Widget) {
	helpers.SetPhase(widget, myv1.PhaseReady)
}

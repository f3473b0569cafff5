// Package returned has functions that return what a retry is to call.
package returned

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
	Recorder record.EventRecorder
}

// Reconcile retries the literal that another method has made.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	return ctrl.Result{}, retry.RetryOnConflict(retry.DefaultRetry, r.update(ctx, req, v1.PhaseReady))
}

func (r *Reconciler) update(ctx context.Context, req ctrl.Request, phase string) func() error {
	return func() error {
		widget := &v1.Widget{}
		if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
			return err
		}
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Writing", "is written") // want statuscallback:"an event is recorded"
		widget.Status.Phase = phase
		return r.Status().Update(ctx, widget)
	}
}

// Twice retries two of them.
func (r *Reconciler) Twice(ctx context.Context, req ctrl.Request) error {
	if err := retry.RetryOnConflict(retry.DefaultRetry, r.quietly(ctx, req, v1.PhasePending)); err != nil {
		return err
	}
	return retry.RetryOnConflict(retry.DefaultRetry, r.quietly(ctx, req, v1.PhaseReady)) // want statusmulti:"has always been written before"
}

func (r *Reconciler) quietly(ctx context.Context, req ctrl.Request, phase string) func() error {
	return func() error {
		widget := &v1.Widget{}
		if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
			return err
		}
		widget.Status.Phase = phase
		return r.Status().Update(ctx, widget)
	}
}

// Stubborn retries one that does not read again.
func (r *Reconciler) Stubborn(ctx context.Context, widget *v1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, r.blindly(ctx, widget))
}

func (r *Reconciler) blindly(ctx context.Context, widget *v1.Widget) func() error {
	return func() error {
		return r.Status().Update(ctx, widget) // want statusrefetch:"widget"
	}
}

// Once calls it, and no more.
func (r *Reconciler) Once(ctx context.Context, req ctrl.Request) error {
	return r.once(ctx, req)()
}

func (r *Reconciler) once(ctx context.Context, req ctrl.Request) func() error {
	return func() error {
		widget := &v1.Widget{}
		if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
			return err
		}
		widget.Status.Phase = v1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusretry:"widget"
	}
}

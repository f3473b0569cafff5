// Package ended: nothing is written with a context that has ended.
package ended

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
)

type WidgetReconciler struct {
	client.Client
	deploy func(ctx context.Context, part string) error
}

// Reconcile writes with the context of the group, which ends when the group is done.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	group, inGroup := errgroup.WithContext(ctx)
	for _, part := range widget.Spec.Parts {
		group.Go(func() error { return r.deploy(inGroup, part) })
	}
	if err := group.Wait(); err != nil {
		return ctrl.Result{}, err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(inGroup, widget, client.MergeFrom(base)); err != nil {
		logf.FromContext(ctx).Error(err, "cannot tell that it runs")
	}
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Cancelled writes with a context that it has cancelled.
func (r *WidgetReconciler) Cancelled(ctx context.Context, widget *myv1.Widget) error {
	short, cancel := context.WithTimeout(ctx, time.Minute)
	err := r.deploy(short, widget.Name)
	cancel()
	base := widget.DeepCopy()
	if err != nil {
		widget.Status.Phase = myv1.PhaseFailed
		if err := r.Status().Patch(short, widget, client.MergeFrom(base)); err != nil {
			logf.FromContext(ctx).Error(err, "cannot tell that it failed")
		}
	}
	widget.Status.Attempts++
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Deferred cancels when it returns.
func (r *WidgetReconciler) Deferred(ctx context.Context, widget *myv1.Widget) error {
	short, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(short, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(short, widget, client.MergeFrom(base)) // want statusmulti:"always"
}

// Impatient may have cancelled before.
func (r *WidgetReconciler) Impatient(ctx context.Context, widget *myv1.Widget) error {
	short, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if widget.Spec.Paused {
		cancel()
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(short, widget, client.MergeFrom(base)); err != nil {
		logf.FromContext(ctx).Error(err, "cannot tell that it runs")
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"may"
}

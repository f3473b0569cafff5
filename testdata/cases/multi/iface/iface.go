// Package iface: the status manager is an interface with one implementation here.
package iface

import (
	"context"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// StatusManager has one implementation in this package.
type StatusManager interface {
	UpdatePhase(ctx context.Context, widget *myv1.Widget, phase string) error
}

type statusManager struct {
	client client.Client
}

// NewStatusManager makes the one.
func NewStatusManager(c client.Client) StatusManager { return &statusManager{client: c} }

func (m *statusManager) UpdatePhase(ctx context.Context, widget *myv1.Widget, phase string) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := m.client.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = phase
		return m.client.Status().Update(ctx, widget)
	})
}

// WidgetReconciler calls it twice.
type WidgetReconciler struct {
	client.Client
	Status StatusManager
}

func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.Status.UpdatePhase(ctx, widget, myv1.PhaseRunning); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.Status.UpdatePhase(ctx, widget, myv1.PhaseReady) // want statusmulti:"widget.*always|always.*widget"
}

// Once calls it once on each path.
func (r *WidgetReconciler) Once(ctx context.Context, widget *myv1.Widget) error {
	if widget.Spec.Paused {
		return r.Status.UpdatePhase(ctx, widget, myv1.PhasePending)
	}
	return r.Status.UpdatePhase(ctx, widget, myv1.PhaseReady)
}

// EachStep calls it in a loop.
func (r *WidgetReconciler) EachStep(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		if err := r.Status.UpdatePhase(ctx, widget, step); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// EachItem calls it for each item.
func (r *WidgetReconciler) EachItem(ctx context.Context, widgets []*myv1.Widget) error {
	for _, widget := range widgets {
		if err := r.Status.UpdatePhase(ctx, widget, myv1.PhaseReady); err != nil {
			return err
		}
	}
	return nil
}

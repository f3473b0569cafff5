package fixes

import (
	"context"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
)

// TwiceReconciler writes where once would do.
type TwiceReconciler struct {
	client.Client
}

// Reconcile has two updates, with no more than changes between.
func (r *TwiceReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	widget.Status.Phase = myv1.PhaseRunning
	// Tell everybody that it runs.
	if err := r.Status().Update(ctx, widget); err != nil {
		return ctrl.Result{}, fmt.Errorf("updating the phase: %w", err)
	}
	log.FromContext(ctx).Info("it runs")
	widget.Status.Message = "running"
	if err := r.Status().Update(ctx, widget); err != nil {
		return ctrl.Result{}, fmt.Errorf("updating the message: %w", err)
	}
	return ctrl.Result{}, nil
}

// Branch has the first update in a branch.
func (r *TwiceReconciler) Branch(ctx context.Context, req ctrl.Request) error {
	var gadget myv1.Gadget
	if err := r.Get(ctx, req.NamespacedName, &gadget); err != nil {
		return err
	}
	if gadget.Spec.Paused {
		gadget.Status.Message = "paused"
		err := r.Status().Update(ctx, &gadget)
		if err != nil {
			log.FromContext(ctx).Error(err, "cannot tell that it is paused")
			return err
		}
	}
	gadget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, &gadget)
}

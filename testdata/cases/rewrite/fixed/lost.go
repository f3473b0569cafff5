package fixed

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

// LostReconciler changes the status before the manager reads it again.
type LostReconciler struct {
	client.Client
	Statuses *helpers.Manager
}

// Reconcile loses the phase.
func (r *LostReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.Statuses.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady // at last
		widget.Status.Message = "ready"
		return nil
	}); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

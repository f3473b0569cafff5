package fixes

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

// PartReconciler has a status manager.
type PartReconciler struct {
	client.Client
	Statuses *helpers.Manager
}

// Reconcile has one write that becomes one of the manager.
func (r *PartReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	part, err := r.fetch(ctx, req)
	if err != nil || part == nil {
		return ctrl.Result{}, err
	}
	part.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, part); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

func (r *PartReconciler) fetch(ctx context.Context, req ctrl.Request) (*myv1.Part, error) {
	part := &myv1.Part{}
	err := r.Get(ctx, req.NamespacedName, part)
	if client.IgnoreNotFound(err) != nil {
		return nil, err
	}
	if err != nil {
		return nil, nil
	}
	return part, nil
}

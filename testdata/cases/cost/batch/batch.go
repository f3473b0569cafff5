// Package batch has a reconcile that notes many writes, and makes one of each resource.
package batch

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/writes/batch/plain"
	"example.com/cases/writes/batch/status"
)

// Batched writes by a helper, and in a loop.
type Batched struct{ client.Client }

// cost: 1 -> 1; 2 -> 2; status manager, callback; yes
func (r *Batched) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx)
	defer flush(&err)
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	for range widget.Spec.Replicas {
		if err := r.count(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, r.count(context.WithValue(ctx, key{}, 1), widget)
}

type key struct{}

func (r *Batched) count(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Attempts++
	return status.Update(ctx, r.Client, widget, base)
}

// Updates writes by a function that is vouched for, outside a batch: what that does
// after a conflict counts once.
type Updates struct{ client.Client }

// cost: 2 -> 1; 3 -> 2; status manager, callback; yes
func (r *Updates) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := widget.DeepCopy()
	widget.Status.Attempts++
	if err := status.Update(ctx, r.Client, widget, base); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Message = "tried"
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base)
}

// Lends has another package write by a client that takes note, and by one that does not.
type Lends struct{ client.Client }

// cost: 2 -> 1; 3 -> 2; 1 patch, 1 status manager, callback; yes
func (r *Lends) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx)
	defer flush(&err)
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := plain.Set(ctx, status.Batched(r.Client), widget, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err
	}
	if err := status.Batched(r.Client).Status().Update(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, plain.Set(ctx, r.Client, widget, myv1.PhaseReady)
}

package batch

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/writes/batch/plain"
	"example.com/cases/writes/batch/status"
)

// Lender has a batch, and hands on clients by which others write in it.
type Lender struct{ client.Client }

func (r *Lender) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx)
	defer flush(&err)
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := plain.Set(ctx, status.Batched(r.Client), widget, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err
	}
	if err := plain.SetFrom(ctx, plain.Params{Client: status.Batched(r.Client), Object: widget, Phase: myv1.PhaseRunning}); err != nil {
		return ctrl.Result{}, err
	}
	held := status.Batched(r.Client)
	if err := plain.Mutate(ctx, held, widget, func(w *myv1.Widget) { w.Status.Attempts++ }); err != nil {
		return ctrl.Result{}, err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, held.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Lost hands on a client of its own as well, and a context that has no batch.
type Lost struct{ client.Client }

func (r *Lost) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx)
	defer flush(&err)
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := plain.Set(ctx, status.Batched(r.Client), widget, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, plain.Set(ctx, r.Client, widget, myv1.PhaseReady) // want statusmulti:"always"
}

// Far writes with a context that is not that of the batch.
type Far struct{ client.Client }

func (r *Far) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx)
	defer flush(&err)
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := plain.Detached(status.Batched(r.Client), widget, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, plain.Detached(status.Batched(r.Client), widget, myv1.PhaseReady) // want statusmulti:"always"
}

package fixes

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/writes/batch/plain"
)

// Lender has others write by the client that it hands on, and writes what it changed
// before it called the function.
type Lender struct {
	client.Client
	Widgets client.Client
}

func (r *Lender) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Widgets.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := plain.Set(ctx, r.Widgets, widget, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err
	}
	if err := plain.Refresh(ctx, r.Widgets, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := plain.SetFrom(ctx, plain.Params{
		Client: r.Widgets,
		Object: widget,
		Phase:  myv1.PhaseRunning,
	}); err != nil {
		return ctrl.Result{}, err
	}
	if err := plain.Mutate(ctx, r.Widgets, widget, func(w *myv1.Widget) { w.Status.Attempts++ }); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, r.finish(ctx, widget)
}

// finish sends what others have changed.
func (r *Lender) finish(ctx context.Context, widget *myv1.Widget) error {
	return r.Widgets.Status().Update(ctx, widget)
}

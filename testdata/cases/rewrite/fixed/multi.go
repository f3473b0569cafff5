package fixed

import (
	"context"
	"fmt"

	"k8s.io/client-go/util/retry"
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
	log.FromContext(ctx).Info("it runs")
	if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh := &myv1.Widget{}
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), fresh); err != nil {
			return err
		}
		fresh.DeepCopyInto(widget)
		widget.Status.Phase = myv1.PhaseRunning
		widget.Status.Message = "running"
		return r.Status().Update(ctx, widget)
	}); err != nil {
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
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh := &myv1.Gadget{}
		if err := r.Get(ctx, client.ObjectKeyFromObject(&gadget), fresh); err != nil {
			return err
		}
		fresh.DeepCopyInto(&gadget)
		if gadget.Spec.Paused {
			gadget.Status.Message = "paused"
		}
		gadget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, &gadget)
	})
}

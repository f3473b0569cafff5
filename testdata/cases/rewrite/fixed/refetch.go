package fixed

import (
	"context"
	"fmt"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// RetryReconciler has retries that cannot succeed.
type RetryReconciler struct {
	client.Client
	Reader client.Reader
}

// Reconcile sends the same object again and again.
func (r *RetryReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh := &myv1.Widget{}
		if err := r.Reader.Get(ctx, client.ObjectKeyFromObject(widget), fresh); err != nil {
			return err
		}
		fresh.DeepCopyInto(widget)
		// It is ready.
		widget.Status.Phase = myv1.PhaseReady
		widget.Status.Message = "ready"
		return r.Status().Update(ctx, widget)
	})
	return ctrl.Result{}, err
}

// Wrapped hides the conflict from the retry.
func (r *RetryReconciler) Wrapped(ctx context.Context, req ctrl.Request) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		var gadget myv1.Gadget
		if err := r.Get(ctx, req.NamespacedName, &gadget); err != nil {
			return err
		}
		gadget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, &gadget); err != nil {
			return fmt.Errorf("%s is 100%% wrong: %w", gadget.Name, err)
		}
		return nil
	})
}

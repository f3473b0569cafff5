package fixed

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/rewrite/status"
)

// Again sends the same object again and again.
func (r *WidgetReconciler) Again(ctx context.Context, key types.NamespacedName) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		return status.Update(ctx, r.Client, widget, base)
	})
}

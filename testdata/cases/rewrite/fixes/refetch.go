package fixes

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"

	myv1 "example.com/cases/api/v1"
)

// Again sends the same object again and again.
func (r *WidgetReconciler) Again(ctx context.Context, key types.NamespacedName) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		return r.Status().Update(ctx, widget)
	})
}

// Package vault reads what it writes.
package vault

import (
	"context"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	_ "example.com/cases/rewrite/batch/status" // has the batch
)

// Vault seals widgets.
type Vault struct{ client.Client }

// Seal says that a widget is ready, as it is by now.
func (v *Vault) Seal(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := v.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return v.Status().Update(ctx, widget)
	})
}

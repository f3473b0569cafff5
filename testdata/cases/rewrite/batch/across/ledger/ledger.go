// Package ledger writes for two reconciles, of which the first waits in vain.
package ledger

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	_ "example.com/cases/rewrite/batch/status" // has the batch
)

// Ledger counts widgets.
type Ledger struct{ client.Client }

// Count says that there was another attempt.
func (l *Ledger) Count(ctx context.Context, widget *myv1.Widget) error {
	before := widget.DeepCopy()
	widget.Status.Attempts++
	return l.Status().Patch(ctx, widget, client.MergeFrom(before))
}

// Package keeper writes the status of widgets for others, by a client of its own.
package keeper

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	_ "example.com/cases/rewrite/batch/status" // has the batch
)

// Keeper claims widgets.
type Keeper struct{ client.Client }

// Claim says that a widget runs.
func (k *Keeper) Claim(ctx context.Context, widget *myv1.Widget) error {
	before := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	return k.Status().Patch(ctx, widget, client.MergeFrom(before))
}

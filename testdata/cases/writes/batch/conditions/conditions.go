// Package conditions has helpers that a batch in another package may call.
package conditions

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/writes/batch/status"
)

// Progress writes twice, which is its callers' to answer for.
func Progress(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	base := status.Base(ctx, widget)
	widget.Status.Phase = myv1.PhaseRunning
	if err := status.Update(ctx, c, widget, base); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return status.Patch(ctx, c, widget, base)
}

// Detached does so with a context that is in no batch.
func Detached(c client.Client, widget *myv1.Widget) error {
	ctx := context.Background()
	base := status.Base(ctx, widget)
	widget.Status.Phase = myv1.PhaseRunning
	if err := status.Update(ctx, c, widget, base); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return status.Update(ctx, c, widget, base) // want statusmulti:"always"
}

// Package constnil hands on a constant nil, which is no object of which anything could be
// known.
package constnil

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	myv1 "example.com/cases/api/v1"
)

// Reset panics, or would if anybody called it.
func Reset(ctx context.Context, c client.Client, key client.ObjectKey) error {
	widget := &myv1.Widget{}
	if err := c.Get(ctx, key, widget); err != nil {
		return err
	}
	controllerutil.RemoveFinalizer(nil, "example.com/widget")
	if err := c.Update(ctx, nil); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
}

// Package plain writes statuses by the clients that it is given, and knows no batch.
package plain

import (
	"context"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Params is what SetFrom takes.
type Params struct {
	Client client.Client
	Object *myv1.Widget
	Phase  string
}

// SetFrom patches the phase.
func SetFrom(ctx context.Context, p Params) error {
	return Set(ctx, p.Client, p.Object, p.Phase)
}

// Set patches the phase.
func Set(ctx context.Context, c client.Client, widget *myv1.Widget, phase string) error {
	base := widget.DeepCopy()
	widget.Status.Phase = phase
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Mutate reads a widget again, changes its status and writes it.
func Mutate(ctx context.Context, c client.Client, widget *myv1.Widget, change func(*myv1.Widget)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		change(widget)
		return c.Status().Update(ctx, widget)
	})
}

// Detached patches the phase whatever becomes of the caller.
func Detached(c client.Client, widget *myv1.Widget, phase string) error {
	base := widget.DeepCopy()
	widget.Status.Phase = phase
	return c.Status().Patch(context.Background(), widget, client.MergeFrom(base))
}

// Keeper has a client of its own.
type Keeper struct{ Client client.Client }

// Set patches the phase.
func (k *Keeper) Set(ctx context.Context, widget *myv1.Widget, phase string) error {
	return Set(ctx, k.Client, widget, phase)
}

// Both patches the phase of a widget and that of its gadget.
func Both(ctx context.Context, c client.Client, widget *myv1.Widget, gadget *myv1.Gadget, phase string) error {
	base := gadget.DeepCopy()
	gadget.Status.Phase = phase
	if err := c.Status().Patch(ctx, gadget, client.MergeFrom(base)); err != nil {
		return err
	}
	return Set(ctx, c, widget, phase)
}

// Tell patches the message of a gadget.
func (k *Keeper) Tell(ctx context.Context, gadget *myv1.Gadget, message string) error {
	base := gadget.DeepCopy()
	gadget.Status.Message = message
	return k.Client.Status().Patch(ctx, gadget, client.MergeFrom(base))
}

// Refresh reads a widget again.
func Refresh(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	return c.Get(ctx, client.ObjectKeyFromObject(widget), widget)
}

package fixes

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// None of these has a fix.

// Writer cannot read.
func Writer(ctx context.Context, w client.StatusWriter, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return w.Update(ctx, widget)
}

// Hidden has a client that cannot be named here.
func Hidden(ctx context.Context, c client.StatusClient, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Update(ctx, widget)
}

// Jumps has a goto that the copy would stand in the way of.
func Jumps(ctx context.Context, c client.Client, key types.NamespacedName, widget *myv1.Widget) error {
	if widget.Spec.Paused {
		goto done
	}
	if err := c.Get(ctx, key, widget); err != nil {
		return err
	}
done:
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Update(ctx, widget)
}

// MayBeNil asks whether there is an object.
func MayBeNil(ctx context.Context, c client.Client, obj client.Object) error {
	if obj == nil {
		return nil
	}
	return c.Status().Update(ctx, obj)
}

// Changed has been changed by whoever calls it.
func Changed(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	if err := c.Status().Update(ctx, widget); err != nil {
		return err
	}
	return c.Delete(ctx, widget)
}

// FromMap takes the address of nothing.
func FromMap(ctx context.Context, c client.Client, widgets map[string]*myv1.Widget) error {
	widgets["a"].Status.Phase = myv1.PhaseReady
	return c.Status().Update(ctx, widgets["a"])
}

// Made is what a call returns.
func Made(ctx context.Context, c client.Client) error {
	return c.Status().Update(ctx, made())
}

func made() *myv1.Widget { return &myv1.Widget{} }

// Loose keeps whatever it was given: its copy panics on an int, which no read leaves.
func Loose(ctx context.Context, c client.Client, u *unstructured.Unstructured) error {
	u.SetGeneration(u.GetGeneration() + 1)
	return c.Status().Update(ctx, u)
}

// Written has been changed by whoever calls it, though it looks at it before.
func Written(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	if widget.Spec.Paused {
		return nil
	}
	if err := c.Status().Update(ctx, widget); err != nil {
		return err
	}
	return c.Delete(ctx, &myv1.Gadget{})
}

package kept

import (
	"context"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Let takes all finalizers off an object, which is then no more.
func Let(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		var fresh myv1.Widget
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), &fresh); err != nil {
			return err
		}
		fresh.Finalizers = []string{}
		fresh.Status.Phase = myv1.PhasePending
		return c.Update(ctx, &fresh)
	})
}

// LetAll has none from the beginning.
func LetAll(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Finalizers = nil
	widget.Status.Phase = myv1.PhasePending
	return c.Update(ctx, widget)
}

// Hold gives it one.
func Hold(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Finalizers = []string{"example.com/hold"}
	widget.Status.Phase = myv1.PhasePending
	if err := c.Update(ctx, widget); err != nil { // want statuslost:"overwrites changes to the status of widget"
		return err
	}
	return c.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Living has its finalizers taken off an object of which it knows that it stays.
func Living(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhasePending
	if widget.DeletionTimestamp.IsZero() {
		return letGo(ctx, c, widget) // want statuslost:"overwrites changes to the status of widget"
	}
	return nil
}

// Dying does so for one that goes.
func Dying(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhasePending
	if !widget.DeletionTimestamp.IsZero() {
		return letGo(ctx, c, widget)
	}
	return c.Status().Update(ctx, widget) // want statusretry:"widget"
}

func letGo(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Finalizers = nil
	return c.Update(ctx, widget)
}

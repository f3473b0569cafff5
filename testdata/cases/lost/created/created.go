// Package created: an object whose status was changed goes to a helper that reads it
// before it calls back.
package created

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	myv1 "example.com/cases/api/v1"
)

// Before changes the status before the helper reads.
func Before(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	_, err := controllerutil.CreateOrUpdate(ctx, c, widget, func() error { // want statuslost:`not written \(Status.Phase; overwritten at controllerutil`
		widget.Spec.Paused = true
		return nil
	})
	return err
}

// Anew changes it in the callback as well.
func Anew(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	_, err := controllerutil.CreateOrPatch(ctx, c, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
	return err
}

// Noted has a callback that hands the object to code which cannot be seen.
func Noted(ctx context.Context, c client.Client, widget *myv1.Widget, notes interface{ Add(client.Object) }) error {
	widget.Status.Phase = myv1.PhaseReady
	_, err := controllerutil.CreateOrUpdate(ctx, c, widget, func() error {
		notes.Add(widget)
		return nil
	})
	return err
}

// applicator is the project's own.
type applicator interface {
	Apply(ctx context.Context, object client.Object, opts ...client.PatchOption) error
}

// Applied sends the whole object.
func Applied(ctx context.Context, a applicator, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return a.Apply(ctx, widget) // want statuslost:"overwrites changes to the status of widget"
}

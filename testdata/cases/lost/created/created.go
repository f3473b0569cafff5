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

// Within changes it in the callback: the Update that follows answers with the old one.
func Within(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	_, err := controllerutil.CreateOrUpdate(ctx, c, widget, func() error { // want statuslost:`not written \(Status.Phase; overwritten at controllerutil`
		widget.Spec.Paused = true
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
	return err
}

// PatchedWithin is right: CreateOrPatch patches the status as well.
func PatchedWithin(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	_, err := controllerutil.CreateOrPatch(ctx, c, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
	return err
}

// send sends the widget, and calls back afterwards.
func send(ctx context.Context, c client.Client, widget *myv1.Widget, begin, then func()) error {
	begin()
	if err := c.Update(ctx, widget); err != nil {
		return err
	}
	then()
	return nil
}

// Afterwards changes it when it has been sent.
func Afterwards(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	return send(ctx, c, widget, func() {}, func() { widget.Status.Phase = myv1.PhaseReady })
}

// job holds the widget of one reconcile.
type job struct {
	client.Client
	widget *myv1.Widget
}

func (j *job) tidy(ctx context.Context) error {
	j.widget.Finalizers = nil
	return j.Update(ctx, j.widget)
}

// Held names the widget as the program does.
func Held(ctx context.Context, c client.Client, key client.ObjectKey) error {
	j := job{Client: c, widget: &myv1.Widget{}}
	if err := c.Get(ctx, key, j.widget); err != nil {
		return err
	}
	j.widget.Status.Phase = myv1.PhaseReady
	return j.tidy(ctx) // want statuslost:"the status of j.widget"
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

// Package failures: a reconcile that fails records why, and loses that.
package failures

import (
	"context"
	"errors"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	myv1 "example.com/cases/api/v1"
)

var errNoOwner = errors.New("no owner")

// Instead sends the object instead of its status.
func Instead(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseFailed
	if err := c.Update(ctx, widget); err != nil { // want statuslost:`Update does not send the status of widget, and its response overwrites what was changed there \(Status.Phase\); use Status\(\).Update`
		return err
	}
	return errNoOwner
}

// Patched patches the object instead of its status.
func Patched(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseFailed
	if err := c.Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statuslost:`Patch does not send the status of widget.*use Status..\.Patch`
		return err
	}
	return errNoOwner
}

// Later writes the status after the object, and fails then.
func Later(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseFailed
	if controllerutil.AddFinalizer(widget, "my.example.com/tidy") {
		if err := c.Update(ctx, widget); err != nil { // want statuslost:"overwrites changes to the status of widget"
			return err
		}
	}
	if err := c.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	return errNoOwner
}

// Labelled has a label to send: the next reconcile records the failure anew.
func Labelled(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseFailed
	widget.Labels["failed"] = "yes"
	if err := c.Update(ctx, widget); err != nil {
		return err
	}
	return errNoOwner
}

// Claimed sends a label that a method of another package has added.
func Claimed(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if widget.Claim() {
		return c.Patch(ctx, widget, client.MergeFrom(base)) // want statuslost:"this call overwrites changes to the status of widget"
	}
	return c.Status().Update(ctx, widget) // want statusretry:"widget"
}

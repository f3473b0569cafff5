package patchers

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	myv1 "example.com/cases/api/v1"
)

// Created changes the status in the function that CreateOrPatch calls, which sends that.
func Created(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	if _, err := controllerutil.CreateOrPatch(ctx, c, widget, func() error {
		widget.Status.Phase = myv1.PhasePending
		return nil
	}); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Patch(ctx, widget, client.Merge) // want statusmulti:"widget may have been written before"
}

// CreatedWithout changes the spec only, so the status is not sent.
func CreatedWithout(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	if _, err := controllerutil.CreateOrPatch(ctx, c, widget, func() error {
		widget.Spec.Paused = true
		return nil
	}); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Patch(ctx, widget, client.Merge)
}

// CreatedBy calls what it is given, which may change anything.
func CreatedBy(ctx context.Context, c client.Client, widget *myv1.Widget, change controllerutil.MutateFn) error {
	if _, err := controllerutil.CreateOrPatch(ctx, c, widget, change); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Patch(ctx, widget, client.Merge) // want statusmulti:"widget may have been written before"
}

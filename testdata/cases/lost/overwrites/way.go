package overwrites

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

// Elsewhere calls a function of another package that reads the object.
func (r *WidgetReconciler) Elsewhere(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = "Ready"
	return helpers.Reload(ctx, r.Client, widget) // want statuslost:`not written \(Status.Phase; overwritten at helpers/read.go:11\)`
}

// Deeper calls a function that calls one that does.
func (r *WidgetReconciler) Deeper(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = "Ready"
	return r.reload(ctx, widget) // want statuslost:`not written \(Status.Phase; overwritten at helpers/read.go:11\)`
}

func (r *WidgetReconciler) reload(ctx context.Context, widget *myv1.Widget) error {
	return helpers.Reload(ctx, r.Client, widget)
}

// Here calls one of its own that reads the object.
func (r *WidgetReconciler) Here(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = "Ready"
	return r.readAgain(ctx, widget) // want statuslost:`not written \(Status.Phase\)`
}

func (r *WidgetReconciler) readAgain(ctx context.Context, widget *myv1.Widget) error {
	return r.Get(ctx, client.ObjectKeyFromObject(widget), widget)
}

// Further calls one that calls another.
func (r *WidgetReconciler) Further(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = "Ready"
	return r.refresh(ctx, widget) // want statuslost:`not written \(Status.Phase\)`
}

func (r *WidgetReconciler) refresh(ctx context.Context, widget *myv1.Widget) error {
	if widget.Name == "" {
		return nil
	}
	return r.readAgain(ctx, widget)
}

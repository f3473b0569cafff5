package steps

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// ManyBefore writes up to eight others before the loop, each or not: there are
// more sets of them than a path engine can keep apart.
func (r *WidgetReconciler) ManyBefore(ctx context.Context, widget *myv1.Widget, gadgets [8]*myv1.Gadget, patch client.Patch) error {
	if widget.Spec.Steps[0] != "" {
		if err := r.Status().Patch(ctx, gadgets[0], patch); err != nil {
			return err
		}
	}
	if widget.Spec.Steps[1] != "" {
		if err := r.Status().Patch(ctx, gadgets[1], patch); err != nil {
			return err
		}
	}
	if widget.Spec.Steps[2] != "" {
		if err := r.Status().Patch(ctx, gadgets[2], patch); err != nil {
			return err
		}
	}
	if widget.Spec.Steps[3] != "" {
		if err := r.Status().Patch(ctx, gadgets[3], patch); err != nil {
			return err
		}
	}
	if widget.Spec.Steps[4] != "" {
		if err := r.Status().Patch(ctx, gadgets[4], patch); err != nil {
			return err
		}
	}
	if widget.Spec.Steps[5] != "" {
		if err := r.Status().Patch(ctx, gadgets[5], patch); err != nil {
			return err
		}
	}
	if widget.Spec.Steps[6] != "" {
		if err := r.Status().Patch(ctx, gadgets[6], patch); err != nil {
			return err
		}
	}
	if widget.Spec.Steps[7] != "" {
		if err := r.Status().Patch(ctx, gadgets[7], patch); err != nil {
			return err
		}
	}
	for _, step := range widget.Spec.Steps {
		widget.Status.Message = step
		if err := r.Status().Patch(ctx, widget, patch); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

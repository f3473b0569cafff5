package others

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// ByTheOther says on one path what it has found by way of another object of the same
// widget. There are more sets of gadgets that may have been written before than a path
// engine can keep apart: it must not take the change for one that is dropped.
func (r *WidgetReconciler) ByTheOther(ctx context.Context, key client.ObjectKey, gadgets [8]*myv1.Gadget, steps [9]string) error {
	if steps[0] != "" {
		if err := r.Status().Patch(ctx, gadgets[0], client.Merge); err != nil {
			return err
		}
	}
	if steps[1] != "" {
		if err := r.Status().Patch(ctx, gadgets[1], client.Merge); err != nil {
			return err
		}
	}
	if steps[2] != "" {
		if err := r.Status().Patch(ctx, gadgets[2], client.Merge); err != nil {
			return err
		}
	}
	if steps[3] != "" {
		if err := r.Status().Patch(ctx, gadgets[3], client.Merge); err != nil {
			return err
		}
	}
	if steps[4] != "" {
		if err := r.Status().Patch(ctx, gadgets[4], client.Merge); err != nil {
			return err
		}
	}
	if steps[5] != "" {
		if err := r.Status().Patch(ctx, gadgets[5], client.Merge); err != nil {
			return err
		}
	}
	if steps[6] != "" {
		if err := r.Status().Patch(ctx, gadgets[6], client.Merge); err != nil {
			return err
		}
	}
	if steps[7] != "" {
		if err := r.Status().Patch(ctx, gadgets[7], client.Merge); err != nil {
			return err
		}
	}
	widget, other := &myv1.Widget{}, &myv1.Widget{}
	if steps[8] != "" {
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Message = steps[8]
		if err := r.Get(ctx, key, other); err != nil {
			return err
		}
		other.Status.Phase = myv1.PhasePending
		if err := r.Status().Patch(ctx, other, client.Merge); err != nil {
			return err
		}
	}
	return nil
}

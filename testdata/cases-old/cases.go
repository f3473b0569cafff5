// Package cases has a controller-runtime from before there was a SubResourceWriter.
package cases

import (
	"context"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/casesold/api"
)

// WidgetReconciler writes once per step and again for the phase.
type WidgetReconciler struct {
	client.Client
	writer client.StatusWriter
	whole  client.Writer
}

func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &api.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	for _, step := range []string{"a", "b", "c"} {
		widget.Status.Steps = append(widget.Status.Steps, step)
		if err := r.Status().Update(ctx, widget); err != nil { // want statusloop:"widget" statusretry:"widget"
			return ctrl.Result{}, err
		}
	}
	widget.Status.Phase = "Ready"
	// The loop has a turn for each of a fixed list, which is not looked into.
	return ctrl.Result{}, r.Status().Update(ctx, widget) // want statusmulti:"widget" statusretry:"widget"
}

// Patches writes twice, by patches.
func (r *WidgetReconciler) Patches(ctx context.Context, widget *api.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = "Running"
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = "Ready"
	return r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// Failed writes again only where the first write failed.
func (r *WidgetReconciler) Failed(ctx context.Context, widget *api.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = "Ready"
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		widget.Status.Phase = "Failed"
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

// Locked sends a resourceVersion.
func (r *WidgetReconciler) Locked(ctx context.Context, widget *api.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = "Ready"
	return r.Status().Patch(ctx, widget, client.MergeFromWithOptions(base, client.MergeFromWithOptimisticLock{})) // want statusretry:"widget"
}

// Retried is protected.
func (r *WidgetReconciler) Retried(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &api.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = "Ready"
		return r.Status().Update(ctx, widget)
	})
}

// Held keeps the writer in a field.
func (r *WidgetReconciler) Held(ctx context.Context, widget *api.Widget) error {
	widget.Status.Attempts++
	return r.writer.Update(ctx, widget) // want statusretry:"widget"
}

// HeldWhole has the writer of whole objects, whose options are the same in this version.
func (r *WidgetReconciler) HeldWhole(ctx context.Context, widget *api.Widget) error {
	widget.Status.Attempts++
	return r.whole.Update(ctx, widget) // want statuslost:"Update does not send the status of widget"
}

// Whole writes the whole object.
func (r *WidgetReconciler) Whole(ctx context.Context, widget *api.Widget) error {
	widget.Status.Attempts++
	return r.Update(ctx, widget) // want statuslost:"Update does not send the status of widget"
}

// Items writes each of the widgets once.
func (r *WidgetReconciler) Items(ctx context.Context, widgets []*api.Widget) error {
	for _, widget := range widgets {
		base := widget.DeepCopy()
		widget.Status.Attempts++
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return nil
}

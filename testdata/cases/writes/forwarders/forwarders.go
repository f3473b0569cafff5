// Package forwarders: methods that pass on what they are given.
package forwarders

import (
	"context"
	"log"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// countingWriter is a writer that counts. Its methods are forwarders: no writes.
type countingWriter struct {
	client.StatusWriter
	writes int
}

func (w *countingWriter) Update(ctx context.Context, obj client.Object, opts ...client.SubResourceUpdateOption) error {
	w.writes++
	return w.StatusWriter.Update(ctx, obj, opts...)
}

func (w *countingWriter) Patch(ctx context.Context, obj client.Object, patch client.Patch, opts ...client.SubResourcePatchOption) error {
	w.writes++
	err := w.StatusWriter.Patch(ctx, obj, patch, opts...)
	if err != nil {
		log.Print(err)
	}
	return err
}

// countingClient is a client with such a writer.
type countingClient struct {
	client.Client
	writer countingWriter
}

func (c *countingClient) Status() client.StatusWriter {
	c.writer.StatusWriter = c.Client.Status()
	return &c.writer
}

// WidgetReconciler writes by it.
type WidgetReconciler struct {
	*countingClient
}

func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Direct calls the method of the type itself.
func (r *WidgetReconciler) Direct(ctx context.Context, w *countingWriter, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return w.Update(ctx, widget) // want statusretry:"widget"
}

// Patched calls the other.
func (r *WidgetReconciler) Patched(ctx context.Context, w *countingWriter, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return w.Patch(ctx, widget, client.MergeFrom(base))
}

// Retried calls it in a region.
func (r *WidgetReconciler) Retried(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// Twice calls it twice.
func (r *WidgetReconciler) Twice(ctx context.Context, w *countingWriter, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := w.Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return w.Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// stampingWriter changes what it passes on: no forwarder, so that its write is one.
type stampingWriter struct {
	client.StatusWriter
}

func (w *stampingWriter) Update(ctx context.Context, obj client.Object, opts ...client.SubResourceUpdateOption) error {
	widget, ok := obj.(*myv1.Widget)
	if !ok {
		return nil
	}
	widgetCopy := widget.DeepCopy()
	widgetCopy.Status.ObservedGeneration = widget.Generation
	return w.StatusWriter.Update(ctx, widgetCopy, opts...) // want statusretry:"widget"
}

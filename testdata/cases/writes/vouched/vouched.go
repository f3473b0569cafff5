// Package vouched calls functions that carry a directive.
package vouched

import (
	"context"

	"k8s.io/client-go/tools/record"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/writes/vouched/status"
)

// Reconciler saves what it has done.
type Reconciler struct {
	client.Client
	Recorder record.EventRecorder
}

// Once is one write, and a safe one.
func (r *Reconciler) Once(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return status.Save(ctx, r.Client, widget, base)
}

// Twice writes twice all the same.
func (r *Reconciler) Twice(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := status.Save(ctx, r.Client, widget, base); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return status.Save(ctx, r.Client, widget, base) // want statusmulti:"always"
}

// Finalizer is lost: the answer to the write takes its place.
func (r *Reconciler) Finalizer(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Finalizers = append(widget.Finalizers, "widgets")
	widget.Status.Phase = myv1.PhaseReady
	if err := status.Save(ctx, r.Client, widget, base); err != nil { // want statuslost:"Finalizers"
		return err
	}
	return r.Update(ctx, widget)
}

// Again sends an event in what may run again.
func (r *Reconciler) Again(ctx context.Context, widget *myv1.Widget) error {
	return status.Change(ctx, widget, func() error {
		r.Recorder.Event(widget, "Normal", "Ready", "it is ready") // want statuscallback:"event"
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

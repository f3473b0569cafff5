package others

import (
	"context"
	"log"

	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Told takes over, to go on with it, what a helper has written by way of a copy if it
// was new.
func (r *WidgetReconciler) Told(ctx context.Context, key client.ObjectKey, message string) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	status := &myv1.WidgetStatus{Message: message}
	if err := r.tell(ctx, widget, status); err != nil {
		return err
	}
	widget.Status = *status
	log.Print(widget.Status.Message)
	return nil
}

func (r *WidgetReconciler) tell(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if widget.Status.Message == status.Message {
		return nil
	}
	other := widget.DeepCopy()
	other.Status = *status
	return r.Status().Patch(ctx, other, client.MergeFrom(widget))
}

// Untold has nobody write it.
func (r *WidgetReconciler) Untold(ctx context.Context, key client.ObjectKey, message string) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status = myv1.WidgetStatus{Message: message} // want statuslost:"the status of widget is changed here .Status., but never written"
	log.Print(widget.Status.Message)
	return nil
}

// Stripped hands on a copy without its status: that is nothing to be written.
func (r *WidgetReconciler) Stripped(ctx context.Context, widget *myv1.Widget) error {
	bare := widget.DeepCopy()
	bare.Status = myv1.WidgetStatus{}
	return r.mark(ctx, bare)
}

func (r *WidgetReconciler) mark(ctx context.Context, widget *myv1.Widget) error {
	if widget.Annotations == nil {
		widget.SetAnnotations(map[string]string{})
	}
	widget.GetAnnotations()["marked"] = "true"
	return r.Update(ctx, widget)
}

// Reset does the same to the object itself.
func (r *WidgetReconciler) Reset(ctx context.Context, widget *myv1.Widget) error {
	widget.Status = myv1.WidgetStatus{}
	return r.Update(ctx, widget) // want statuslost:"Update does not send the status of widget"
}

// Left asks how long there is, by the status that somebody else has written.
func (r *WidgetReconciler) Left(ctx context.Context, key client.ObjectKey) (bool, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return false, err
	}
	status, err := r.record(ctx, widget)
	if err != nil {
		return false, err
	}
	widget.Status = *status
	return widget.Status.Phase == myv1.PhaseReady, nil
}

// Same leaves out of a comparison what does not count.
func (r *WidgetReconciler) Same(ctx context.Context, key client.ObjectKey, want myv1.WidgetStatus) (bool, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return false, err
	}
	widget.Status.ObservedGeneration = 0
	return equality.Semantic.DeepEqual(widget.Status, want), nil
}

// Before asks for what there was, and then drops what it changes.
func (r *WidgetReconciler) Before(ctx context.Context, key client.ObjectKey) (bool, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return false, err
	}
	if widget.Status.Phase == myv1.PhaseReady {
		return true, nil
	}
	widget.Status.Phase = myv1.PhaseReady // want statuslost:"the status of widget is changed here .Status.Phase., but never written"
	return widget.Status.Attempts == 1, nil
}

func (r *WidgetReconciler) record(ctx context.Context, widget *myv1.Widget) (*myv1.WidgetStatus, error) {
	status := widget.Status.DeepCopy()
	status.Phase, status.Attempts = myv1.PhaseReady, widget.Status.Attempts+1
	changed := widget.DeepCopy()
	changed.Status = *status
	return status, r.Status().Patch(ctx, changed, client.MergeFrom(widget))
}

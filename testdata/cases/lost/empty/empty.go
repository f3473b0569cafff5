// Package empty sends patches from a copy of the very object.
package empty

import (
	"context"
	"log/slog"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
	object Object
}

// Object is any object with a phase.
type Object interface {
	client.Object
	SetPhase(string)
}

func (r *Reconciler) Field(ctx context.Context) error {
	r.object.SetPhase(myv1.PhaseReady)
	base := client.MergeFrom(r.object.DeepCopyObject().(client.Object))
	slog.Info("writing", "name", r.object.GetName())
	return r.Status().Patch(ctx, r.object, base) // want statuslost:"this patch of r.object is always empty, as its base was copied when all had been changed"
}

func (r *Reconciler) FieldBefore(ctx context.Context) error {
	base := client.MergeFrom(r.object.DeepCopyObject().(client.Object))
	r.object.SetPhase(myv1.PhaseReady)
	return r.Status().Patch(ctx, r.object, base)
}

// Spec is not what a patch of the status sends.
func (r *Reconciler) Spec(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Spec.Paused = true
	return r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statuslost:"this patch of widget is always empty"
}

// Branch changes it on one path.
func (r *Reconciler) Branch(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Spec.Paused {
		widget.Status.Phase = myv1.PhaseReady
	}
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Parts changes it through a pointer that was taken before.
func (r *Reconciler) Parts(ctx context.Context, widget *myv1.Widget) error {
	status := &widget.Status
	base := widget.DeepCopy()
	status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Called changes it in code that cannot be seen.
func (r *Reconciler) Called(ctx context.Context, widget *myv1.Widget, change func()) error {
	base := widget.DeepCopy()
	change()
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Other is another object.
func (r *Reconciler) Other(ctx context.Context, widget, old *myv1.Widget) error {
	base := old.DeepCopy()
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Locked carries a resourceVersion.
func (r *Reconciler) Locked(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	return r.Status().Patch(ctx, widget, client.MergeFromWithOptions(base, client.MergeFromWithOptimisticLock{}))
}

// Turns changes it at the end of a turn, after the patch of the last one.
func (r *Reconciler) Turns(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	for range 3 {
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:""
			return err
		}
		widget.Status.Attempts++
	}
	return nil
}

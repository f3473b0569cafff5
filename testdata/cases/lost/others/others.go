// Package others: responses that overwrite metadata, late bases, and changes
// that are dropped.
package others

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	corev1 "k8s.io/api/core/v1"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/lost/plain"
)

const finalizer = "my.example.com/cleanup"

type WidgetReconciler struct {
	client.Client
	cache map[string]*myv1.Widget
}

// Finalizer is gone before the update that was to send it.
func (r *WidgetReconciler) Finalizer(ctx context.Context, widget *myv1.Widget) error {
	controllerutil.AddFinalizer(widget, finalizer)
	widget.Status.Phase = myv1.PhasePending
	if err := r.Status().Patch(ctx, widget, client.Merge); err != nil { // want statuslost:"response to this status write overwrites changes of widget that were not written .Finalizers."
		return err
	}
	return r.Update(ctx, widget)
}

// Annotation is one as well, and so is a label.
func (r *WidgetReconciler) Annotation(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Annotations["checked"] = "true"
	widget.SetLabels(map[string]string{"phase": "pending"})
	if err := r.Status().Patch(ctx, widget, client.Merge); err != nil { // want statuslost:"overwrites changes of widget that were not written"
		return err
	}
	return r.Patch(ctx, widget, client.MergeFrom(base))
}

// Spec is what a user may see.
func (r *WidgetReconciler) Spec(ctx context.Context, widget *myv1.Widget) error {
	widget.Spec.Paused = true
	if err := r.Status().Patch(ctx, widget, client.Merge); err != nil { // want statuslost:"Spec.Paused"
		return err
	}
	return r.Update(ctx, widget)
}

// NoUpdate follows, so it was only meant for memory.
func (r *WidgetReconciler) NoUpdate(ctx context.Context, widget *myv1.Widget) error {
	controllerutil.AddFinalizer(widget, finalizer)
	return r.Status().Patch(ctx, widget, client.Merge)
}

// UpdateFirst is the right order.
func (r *WidgetReconciler) UpdateFirst(ctx context.Context, widget *myv1.Widget) error {
	controllerutil.AddFinalizer(widget, finalizer)
	if err := r.Update(ctx, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhasePending
	return r.Status().Patch(ctx, widget, client.Merge)
}

// Again adds it once more.
func (r *WidgetReconciler) Again(ctx context.Context, widget *myv1.Widget) error {
	controllerutil.AddFinalizer(widget, finalizer)
	if err := r.Status().Patch(ctx, widget, client.Merge); err != nil {
		return err
	}
	controllerutil.AddFinalizer(widget, finalizer)
	return r.Update(ctx, widget)
}

// LateBase copies after the change.
func (r *WidgetReconciler) LateBase(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	base := widget.DeepCopy()
	widget.Status.Attempts++
	return r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statuslost:"base of this patch was copied when the status of widget had changed .Status.Phase."
}

// OwnBase compares the object with itself.
func (r *WidgetReconciler) OwnBase(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(widget)) // want statuslost:"this patch of widget is always empty, as its base is the object itself"
}

// EarlyBase copies first.
func (r *WidgetReconciler) EarlyBase(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// ChangedAgain changes the same field after the copy.
func (r *WidgetReconciler) ChangedAgain(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseRunning
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Dropped changes what it read, and leaves.
func (r *WidgetReconciler) Dropped(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	widget.Status.Phase = myv1.PhaseFailed
	widget.Status.Message = "unknown phase" // want statuslost:"the status of widget is changed here .Status.Message., but never written"
	return ctrl.Result{}, nil
}

// DroppedByHelper has a helper change it.
func (r *WidgetReconciler) DroppedByHelper(ctx context.Context, req ctrl.Request) error {
	var widget myv1.Widget
	if err := r.Get(ctx, req.NamespacedName, &widget); err != nil {
		return err
	}
	fail(&widget) // want statuslost:"the status of widget is changed here"
	return nil
}

func fail(widget *myv1.Widget) { widget.Status.Phase = myv1.PhaseFailed }

// DroppedWithError fails anyway.
func (r *WidgetReconciler) DroppedWithError(ctx context.Context, req ctrl.Request, cause error) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseFailed
	if cause == nil {
		return r.Status().Patch(ctx, widget, client.Merge)
	}
	return cause
}

// Guarded is written where it differs.
func (r *WidgetReconciler) Guarded(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	before := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if equality.Semantic.DeepEqual(before.Status, widget.Status) {
		return nil
	}
	return r.Status().Patch(ctx, widget, client.MergeFrom(before))
}

// EqualThenUpdate updates the whole object where nothing is to be written.
func (r *WidgetReconciler) EqualThenUpdate(ctx context.Context, widget *myv1.Widget) error {
	before := widget.Status.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if !equality.Semantic.DeepEqual(before, &widget.Status) {
		return r.Status().Patch(ctx, widget, client.Merge)
	}
	return r.Update(ctx, widget)
}

// Deferred writes at the end.
func (r *WidgetReconciler) Deferred(ctx context.Context, req ctrl.Request) (err error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	defer func() { err = r.Status().Patch(ctx, widget, client.Merge) }()
	widget.Status.Phase = myv1.PhaseReady
	return nil
}

// Returned goes to the caller.
func (r *WidgetReconciler) Returned(ctx context.Context, req ctrl.Request) (*myv1.Widget, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return nil, err
	}
	widget.Status.Phase = myv1.PhaseReady
	return widget, nil
}

// Kept stays in a cache.
func (r *WidgetReconciler) Kept(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	r.cache[req.Name] = widget
	widget.Status.Phase = myv1.PhaseReady
	return nil
}

// DroppedAndDeleted deletes the object itself.
func (r *WidgetReconciler) DroppedAndDeleted(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseFailed
	return r.Delete(ctx, widget)
}

// DeletedDropped is being deleted.
func (r *WidgetReconciler) DeletedDropped(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	if widget.GetDeletionTimestamp() != nil {
		widget.Status.Phase = myv1.PhaseFailed
		return nil
	}
	return nil
}

// NoStatus is a type of which it is not known that it has the subresource.
func (r *WidgetReconciler) NoStatus(ctx context.Context, note *plain.Note) error {
	note.Status.Phase = myv1.PhaseReady
	return r.Update(ctx, note)
}

// BuiltIn types have it.
func (r *WidgetReconciler) BuiltIn(ctx context.Context, pod *corev1.Pod) error {
	pod.Status.Phase = corev1.PodRunning
	return r.Update(ctx, pod) // want statuslost:"Update does not send the status of pod"
}

// NeverRead is a new object, of which nothing is known.
func (r *WidgetReconciler) NeverRead(ctx context.Context, name string) error {
	widget := &myv1.Widget{}
	widget.Status.Phase = name
	return ctx.Err()
}

// OwnGuard decides by a comparison of its own.
func (r *WidgetReconciler) OwnGuard(ctx context.Context, req ctrl.Request, phase string) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	before := widget.Status.Phase
	widget.Status.Phase = phase
	if before == phase {
		return nil
	}
	return r.Status().Patch(ctx, widget, client.Merge)
}

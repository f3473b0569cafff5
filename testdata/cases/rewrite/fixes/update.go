// Package fixes: controllers, and what the fixes make of them, in the package
// fixed.
package fixes

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
)

// WidgetReconciler embeds its client.
type WidgetReconciler struct {
	client.Client
}

// Reconcile writes on several branches what it has read once.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	} // gone, or not

	// The status names the generation that it was worked out for.
	widget.Status.ObservedGeneration = widget.Generation
	if widget.Spec.Paused {
		widget.Status.Phase = myv1.PhasePending
		if err := r.Status().Update(ctx, widget); err != nil {
			return ctrl.Result{}, fmt.Errorf("update the status: %w", err)
		}
		return ctrl.Result{}, nil
	}
	if err := r.start(ctx, req); err != nil {
		widget.Status.Phase = myv1.PhaseFailed
		if err := r.Status().Update(ctx, widget); err != nil {
			log.FromContext(ctx).Error(err, "cannot update the status")
		}
		return ctrl.Result{}, err
	}
	widget.Status.Phase = myv1.PhaseRunning
	return ctrl.Result{}, r.Client.Status().Update(ctx, widget, client.FieldOwner("widgets"))
}

func (r *WidgetReconciler) start(context.Context, ctrl.Request) error { return nil }

// Given gets its object from whoever calls it.
func (r *WidgetReconciler) Given(ctx context.Context, log string, widget *myv1.Widget) error {
	if log == "" {
		return errors.New("no log")
	}
	widget.Status.Message = log
	return r.Status().Update(ctx, widget)
}

// Two objects have a copy each.
func (r *WidgetReconciler) Two(ctx context.Context, key types.NamespacedName) error {
	var widget myv1.Widget
	if err := r.Get(ctx, key, &widget); err != nil {
		return err
	}
	gadget, err := r.gadget(ctx, key)
	if err != nil {
		return err
	}
	widget.Status.Phase, gadget.Status.Phase = myv1.PhaseReady, myv1.PhaseReady
	if err := r.Status().Update(ctx, &widget); err != nil {
		return err
	}
	return r.SubResource("status").Update(ctx, gadget)
}

func (r *WidgetReconciler) gadget(ctx context.Context, key types.NamespacedName) (*myv1.Gadget, error) {
	gadget := &myv1.Gadget{}
	return gadget, r.Get(ctx, key, gadget)
}

// Twice reads one object twice.
func (r *WidgetReconciler) Twice(ctx context.Context, key types.NamespacedName) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	if widget.Spec.Paused {
		widget.Status.Phase = myv1.PhasePending
		return r.Status().Update(ctx, widget)
	}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// Items are elements of a list, and copies of them.
func (r *WidgetReconciler) Items(ctx context.Context) error {
	var list myv1.WidgetList
	if err := r.List(ctx, &list); err != nil {
		return err
	}
	for i := range list.Items {
		list.Items[i].Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, &list.Items[i]); err != nil {
			return err
		}
	}
	for _, item := range list.Items {
		item.Status.Message = "done"
		if err := r.Status().Update(ctx, &item); err != nil {
			return err
		}
	}
	return nil
}

// Job is one reconcile: the object is in a field.
type Job struct {
	client client.Client
	widget *myv1.Widget
}

// Run changes what is in the field.
func (j *Job) Run(ctx context.Context) error {
	j.widget.Status.Phase = myv1.PhaseReady
	return j.client.Status().Update(ctx, j.widget)
}

// Deferred writes at the end, in a literal.
func (r *WidgetReconciler) Deferred(ctx context.Context, key types.NamespacedName) (err error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	defer func() {
		if uerr := r.Status().Update(ctx, widget); uerr != nil {
			err = errors.Join(err, uerr)
		}
	}()
	widget.Status.Phase = myv1.PhaseReady
	return r.start(ctx, ctrl.Request{NamespacedName: key})
}

// Switched reads in the head of a switch.
func (r *WidgetReconciler) Switched(ctx context.Context, key types.NamespacedName) error {
	widget := &myv1.Widget{}
	switch err := r.Get(ctx, key, widget); {
	case client.IgnoreNotFound(err) != nil:
		return err
	case err == nil:
		// It is there.
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	}
	return nil
}

// Created makes what is not there.
func (r *WidgetReconciler) Created(ctx context.Context, key types.NamespacedName) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		if client.IgnoreNotFound(err) != nil {
			return err
		}
		widget.Name, widget.Namespace = key.Name, key.Namespace
		if err := r.Create(ctx, widget); err != nil {
			return err
		}
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// Filled is read by a helper.
func (r *WidgetReconciler) Filled(ctx context.Context, key types.NamespacedName) error {
	widget := &myv1.Widget{}
	if err := r.read(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

func (r *WidgetReconciler) read(ctx context.Context, key types.NamespacedName, widget *myv1.Widget) error {
	return r.Get(ctx, key, widget)
}

// AnyObject is whatever has a status.
func (r *WidgetReconciler) AnyObject(ctx context.Context, obj client.Object) error {
	obj.SetResourceVersion(obj.GetResourceVersion())
	return r.Status().Update(ctx, obj)
}

// save is a thin wrapper: its callers hand it the object as it was read.
func (r *WidgetReconciler) save(ctx context.Context, widget *myv1.Widget) error {
	if err := r.Status().Update(ctx, widget); err != nil {
		log.FromContext(ctx).Error(err, "cannot save")
		return fmt.Errorf("save: %w", err)
	}
	return nil
}

// Saved calls it twice.
func (r *WidgetReconciler) Saved(ctx context.Context, key types.NamespacedName) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	if widget.Spec.Paused {
		widget.Status.Phase = myv1.PhasePending
		return r.save(ctx, widget)
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.save(ctx, widget)
}

// store is a thin wrapper, and storeChanged one around it.
func (r *WidgetReconciler) store(ctx context.Context, widget *myv1.Widget) error {
	return r.Status().Update(ctx, widget)
}

func (r *WidgetReconciler) storeChanged(ctx context.Context, old *myv1.WidgetStatus, widget *myv1.Widget) error {
	if reflect.DeepEqual(old, &widget.Status) {
		return nil
	}
	return r.store(ctx, widget)
}

// Stored calls both.
func (r *WidgetReconciler) Stored(ctx context.Context, key types.NamespacedName) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	old := widget.Status.DeepCopy()
	widget.Status.Phase = myv1.PhasePending
	if widget.Spec.Paused {
		return r.store(ctx, widget)
	}
	return r.storeChanged(ctx, old, widget)
}

// Mixed updates by a wrapper, or itself: both by one copy.
func Mixed(ctx context.Context, c client.Client, key types.NamespacedName) error {
	widget := &myv1.Widget{}
	if err := c.Get(ctx, key, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	if widget.Spec.Paused {
		widget.Status.Message = "paused"
		return push(ctx, c, widget)
	}
	widget.Status.Message = "begun"
	return c.Status().Update(ctx, widget)
}

func push(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	return c.Status().Update(ctx, widget)
}

// Read is of a type that keeps whatever it is given, and has just been read.
func Read(ctx context.Context, c client.Client, key types.NamespacedName) error {
	u := &unstructured.Unstructured{}
	if err := c.Get(ctx, key, u); err != nil {
		return err
	}
	if err := unstructured.SetNestedField(u.Object, "Ready", "status", "phase"); err != nil {
		return err
	}
	return c.Status().Update(ctx, u)
}

// Told hands what it has read to a function that nobody else calls.
func Told(ctx context.Context, c client.Client, key types.NamespacedName) error {
	u := &unstructured.Unstructured{}
	if err := c.Get(ctx, key, u); err != nil {
		return err
	}
	return told(ctx, c, u, "told")
}

func told(ctx context.Context, c client.Client, u *unstructured.Unstructured, message string) error {
	if err := unstructured.SetNestedField(u.Object, message, "status", "message"); err != nil {
		return err
	}
	return c.Status().Update(ctx, u)
}

// Compared is given the object as it was read beside the changed one, and does more.
func Compared(ctx context.Context, c client.Client, old, widget *myv1.Widget) error {
	if reflect.DeepEqual(old.Status, widget.Status) {
		return nil
	}
	if err := c.Status().Update(ctx, widget); err != nil {
		return err
	}
	return c.Delete(ctx, &myv1.Gadget{})
}

// Drained writes on an exit of a loop what the turns before have changed.
func (r *WidgetReconciler) Drained(ctx context.Context, widget *myv1.Widget, names []string) error {
	for _, name := range names {
		if name == "" {
			return r.Status().Update(ctx, widget)
		}
		widget.Status.Attempts++
	}
	return nil
}

// Inside changes and writes in one branch.
func (r *WidgetReconciler) Inside(ctx context.Context, widget *myv1.Widget) error {
	if widget.Status.Phase == "" {
		widget.Status.Phase = myv1.PhasePending
		return r.Status().Update(ctx, widget)
	}
	return nil
}

// Both changes and writes in a branch and after it.
func (r *WidgetReconciler) Both(ctx context.Context, widget *myv1.Widget) error {
	if widget.Spec.Paused {
		widget.Status.Message = "paused"
		return r.Status().Update(ctx, widget)
	}
	widget.Status.Attempts++
	return r.Status().Update(ctx, widget)
}

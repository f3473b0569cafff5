// Package objects: callbacks that change the wrong object, or write what their
// manager writes.
package objects

import (
	"context"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type WidgetReconciler struct {
	client.Client
	Manager *helpers.Manager
}

// Outer changes the object from before in place of the one that was read.
func (r *WidgetReconciler) Outer(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh := &myv1.Widget{}
		if err := r.Get(ctx, req.NamespacedName, fresh); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady // want statuscallback:"Status.Phase of widget is changed here, but the retry reads and writes another object"
		return r.Status().Update(ctx, fresh)
	})
}

// Copy changes a copy of what the manager writes.
func (r *WidgetReconciler) Copy(ctx context.Context, widget *myv1.Widget) error {
	desired := widget.DeepCopy()
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		desired.Status.Phase = myv1.PhaseReady // want statuscallback:"Status.Phase of desired is changed here"
		return nil
	})
}

// Both keeps the object in memory up to date.
func (r *WidgetReconciler) Both(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh := &myv1.Widget{}
		if err := r.Get(ctx, req.NamespacedName, fresh); err != nil {
			return err
		}
		fresh.Status.Phase = myv1.PhaseReady
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, fresh)
	})
}

// CopiedBack takes over what was written.
func (r *WidgetReconciler) CopiedBack(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh := &myv1.Widget{}
		if err := r.Get(ctx, req.NamespacedName, fresh); err != nil {
			return err
		}
		fresh.Status.Attempts++
		if err := r.Status().Update(ctx, fresh); err != nil {
			return err
		}
		widget.Status = fresh.Status
		return nil
	})
}

// OtherResource is no copy of it.
func (r *WidgetReconciler) OtherResource(ctx context.Context, widget, other *myv1.Widget) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady
		other.Status.Message = "its sibling is ready"
		return nil
	})
}

// Nested writes what the manager is about to write.
func (r *WidgetReconciler) Nested(ctx context.Context, widget *myv1.Widget) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statuscallback:"the status of widget is written here, and once more by the status manager"
	})
}

// NestedOther writes another one.
func (r *WidgetReconciler) NestedOther(ctx context.Context, widget *myv1.Widget, gadget *myv1.Gadget) error {
	base := gadget.DeepCopy()
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady
		gadget.Status.Phase = myv1.PhaseReady
		return r.Status().Patch(ctx, gadget, client.MergeFrom(base))
	})
}

// record writes a fresh object, and keeps a note on the other one: no retry.
func (r *WidgetReconciler) record(ctx context.Context, req ctrl.Request, widget *myv1.Widget) error {
	fresh := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, fresh); err != nil {
		return err
	}
	base := fresh.DeepCopy()
	fresh.Status.Attempts++
	widget.Status.Message = "recorded"
	return r.Status().Patch(ctx, fresh, client.MergeFrom(base))
}

// NoRetry calls it once.
func (r *WidgetReconciler) NoRetry(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	return r.record(ctx, req, widget)
}

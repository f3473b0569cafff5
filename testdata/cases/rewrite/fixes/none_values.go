package fixes

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
)

// ValueReconciler has updates that must stay as they are, for what comes before
// or after them.
type ValueReconciler struct {
	client.Client
	marker marker
	look   func(*myv1.Widget)
}

type marker interface {
	mark(ctx context.Context, widget *myv1.Widget) error
}

func (r *ValueReconciler) read(ctx context.Context, req ctrl.Request) (*myv1.Widget, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return nil, err
	}
	return widget, nil
}

// Compares asks a copy from before what has changed: after a read in between,
// that is what others changed as well.
func (r *ValueReconciler) Compares(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	old := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	if equality.Semantic.DeepEqual(old.Status, widget.Status) {
		return nil
	}
	return r.List(ctx, &myv1.PartList{})
}

// Ignored returns no error for an object that is gone, where the first update
// was a second chance.
func (r *ValueReconciler) Ignored(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	_ = r.Status().Update(ctx, widget)
	widget.Status.Message = "running"
	return client.IgnoreNotFound(r.Status().Update(ctx, widget))
}

// IgnoredLater is the same, in two steps.
func (r *ValueReconciler) IgnoredLater(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	_ = r.Status().Update(ctx, widget)
	widget.Status.Message = "running"
	if err := r.Status().Update(ctx, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	return nil
}

// Leaves may end between the change and the update.
func (r *ValueReconciler) Leaves(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	for _, step := range widget.Spec.Steps {
		if step == "" {
			return fmt.Errorf("a step of %s has no name", widget.Name)
		}
		widget.Status.Message = step
	}
	return r.Status().Update(ctx, widget)
}

// Reused gives a variable another value after the change that used it.
func (r *ValueReconciler) Reused(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	text := "first"
	widget.Status.Message = text
	text = "second"
	log.FromContext(ctx).Info(text)
	widget.Status.Phase = myv1.PhaseRunning
	return r.Status().Update(ctx, widget)
}

// Reads gets the object into itself while it holds a change: what the server
// omits stays.
func (r *ValueReconciler) Reads(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	widget.Status.Steps = nil
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	return r.Status().Update(ctx, widget)
}

// Unseen hands the object to code that is not in view.
func (r *ValueReconciler) Unseen(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	r.look(widget)
	widget.Status.Phase = myv1.PhaseRunning
	return r.Status().Update(ctx, widget)
}

// Aliased gets a pointer into the object back, and changes through it.
func (r *ValueReconciler) Aliased(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	status, _ := r.status(ctx, widget)
	status.Message = "by the pointer"
	widget.Status.Phase = myv1.PhaseRunning
	return r.Status().Update(ctx, widget)
}

func (r *ValueReconciler) status(ctx context.Context, widget *myv1.Widget) (*myv1.WidgetStatus, error) {
	return &widget.Status, r.List(ctx, &myv1.PartList{})
}

// Shadowed has a variable of the name that the package has in this file.
func (r *ValueReconciler) Shadowed(ctx context.Context, req ctrl.Request) error {
	client := r.Client
	widget := &myv1.Widget{}
	if err := client.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	return client.Status().Update(ctx, widget)
}

// Calls is one caller of what others may call too.
func (r *ValueReconciler) Calls(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	if widget.Spec.Paused {
		return r.Public(ctx, widget)
	}
	if err := r.mark(ctx, widget); err != nil {
		return err
	}
	return r.marker.mark(ctx, &myv1.Widget{})
}

// Public may be called from elsewhere, with changes.
func (r *ValueReconciler) Public(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Message = "paused"
	return r.Status().Update(ctx, widget)
}

// mark may be called by way of the interface, with changes.
func (r *ValueReconciler) mark(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Message = "marked"
	return r.Status().Update(ctx, widget)
}

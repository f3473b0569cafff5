package written

import (
	"context"
	"errors"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Split writes by a helper first.
func (r *Reconciler) Split(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	r.tell(ctx, widget, "seen")
	widget.Status.Attempts++
	return r.Status().Update(ctx, widget) // fix: safe
}

// tell is called in one place.
func (r *Reconciler) tell(ctx context.Context, widget *myv1.Widget, message string) {
	if message == "" {
		return
	}
	widget.Status.Message = message
}

// Shared writes by a helper that others call too.
func (r *Reconciler) Shared(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	r.try(ctx, widget)
	widget.Status.Message = "tried"
	return r.Status().Update(ctx, widget) // fix: safe
}

func (r *Reconciler) try(ctx context.Context, w *myv1.Widget) {
	w.Status.Attempts++
}

// Tries calls it with nothing to follow.
func (r *Reconciler) Tries(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var widget myv1.Widget
	if err := r.Get(ctx, req.NamespacedName, &widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if widget.Spec.Paused {
		r.try(ctx, &widget)
		if err := r.Status().Update(ctx, &widget); err != nil {
			return ctrl.Result{}, err
		}
		return ctrl.Result{}, nil
	}
	r.try(ctx, &widget)
	return ctrl.Result{}, r.Status().Update(ctx, &widget)
}

// Fails writes by a helper that may fail otherwise.
func (r *Reconciler) Fails(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	if err := r.check(ctx, widget); err != nil {
		return err
	}
	widget.Status.Attempts++
	return r.Status().Update(ctx, widget) // fix: safe
}

func (r *Reconciler) check(ctx context.Context, widget *myv1.Widget) error {
	if widget.Spec.Owner == "" {
		return errors.New("no owner")
	}
	widget.Status.Message = "checked"
	return nil
}

// Saves writes by a helper that does nothing else.
func (r *Reconciler) Saves(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	widget.Status.Message = "saved"
	return r.Status().Update(ctx, widget) // fix: safe
}

// Stores writes by one that others call too, and in a return that comes before the end.
func (r *Reconciler) Stores(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	if widget.Spec.Paused {
		if err := r.store(ctx, widget); err != nil {
			return err
		}
		return nil
	}
	widget.Status.Message = "stored"
	return r.Status().Update(ctx, widget) // fix: safe
}

// Keeps has nothing to follow.
func (r *Reconciler) Keeps(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	return r.store(ctx, widget)
}

func (r *Reconciler) store(ctx context.Context, widget *myv1.Widget) error {
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	return nil
}

// Differs writes by a helper whose patch is the difference to a copy of its own.
func (r *Reconciler) Differs(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	r.sends(ctx, widget, "begun")
	widget.Status.Attempts++
	return r.Status().Update(ctx, widget) // fix: safe
}

func (r *Reconciler) sends(ctx context.Context, widget *myv1.Widget, message string) {
	widget.Status.Message = message
}

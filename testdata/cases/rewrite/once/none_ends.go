package once

import (
	"context"
	"os"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Panics counts how often it has begun; who calls it recovers.
func (r *Reconciler) Panics(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	if widget.Status.Attempts < 3 {
		panic("not yet")
	}
	widget.Status.Message = "done"
	return r.Status().Update(ctx, widget) // no fix: line 24 ends the run without the later write
}

// Exits ends the process if it has tried too often.
func (r *Reconciler) Exits(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	r.giveUp(widget)
	widget.Status.Message = "done"
	return r.Status().Update(ctx, widget) // no fix: Exit in line 47 ends the run without the later write
}

func (r *Reconciler) giveUp(widget *myv1.Widget) {
	if widget.Status.Attempts > 9 {
		os.Exit(1)
	}
}

// Package named: methods that are only named like a status write.
package named

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Dashboard is no API server.
type Dashboard struct {
	seen map[string]string
}

// UpdateStatus shows the phase.
func (d *Dashboard) UpdateStatus(ctx context.Context, widget *myv1.Widget) error {
	d.seen[widget.Name] = widget.Status.Phase
	return nil
}

// Status has the name of the method of a client.
func (d *Dashboard) Status() *Board { return &Board{} }

// Board has methods with the names of those of a writer.
type Board struct {
	lines []string
}

// Update shows a line.
func (b *Board) Update(ctx context.Context, widget *myv1.Widget) error {
	b.lines = append(b.lines, widget.Name)
	return nil
}

// Patch shows one, too.
func (b *Board) Patch(ctx context.Context, widget *myv1.Widget, line string) error {
	b.lines = append(b.lines, line)
	return nil
}

// Reporter is implemented elsewhere, and its parameter is no option of a client.
type Reporter interface {
	UpdateStatus(ctx context.Context, widget *myv1.Widget) error
}

type Reconciler struct {
	client.Reader
	dashboard *Dashboard
	reporter  Reporter
}

// Reconcile writes nothing.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.dashboard.UpdateStatus(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	for _, step := range widget.Spec.Steps {
		if err := r.dashboard.Status().Patch(ctx, widget, step); err != nil {
			return ctrl.Result{}, err
		}
		if err := r.dashboard.Status().Update(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
		if err := r.dashboard.UpdateStatus(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, r.dashboard.UpdateStatus(ctx, widget)
}

// Reported calls the interface: it cannot be seen through.
func (r *Reconciler) Reported(ctx context.Context, widget *myv1.Widget) error {
	if err := r.reporter.UpdateStatus(ctx, widget); err != nil {
		return err
	}
	return r.reporter.UpdateStatus(ctx, widget)
}

// widgetWriter has a method of that name which does write.
type widgetWriter struct {
	client.Client
}

// UpdateStatus is what it is called.
func (w *widgetWriter) UpdateStatus(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.ObservedGeneration = widget.Generation
	return w.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Written calls it twice.
func Written(ctx context.Context, w *widgetWriter, widget *myv1.Widget) error {
	if err := w.UpdateStatus(ctx, widget); err != nil {
		return err
	}
	return w.UpdateStatus(ctx, widget) // want statusmulti:"widget.*always|always.*widget"
}

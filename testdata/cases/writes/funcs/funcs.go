// Package funcs: methods of the writer as values.
package funcs

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client

	// update is set once, to the method of a writer.
	update func(ctx context.Context, obj client.Object, opts ...client.SubResourceUpdateOption) error
	// unset is nowhere set.
	unset func(ctx context.Context, obj client.Object, opts ...client.SubResourceUpdateOption) error
}

// New sets the field.
func New(c client.Client) *Reconciler {
	return &Reconciler{Client: c, update: c.Status().Update}
}

// MethodValue keeps the method in a variable.
func (r *Reconciler) MethodValue(ctx context.Context, widget *myv1.Widget) error {
	update := r.Status().Update
	widget.Status.Phase = myv1.PhaseReady
	return update(ctx, widget) // want statusretry:"widget"
}

// MethodValueOfTheWhole keeps that of the whole object.
func (r *Reconciler) MethodValueOfTheWhole(ctx context.Context, widget *myv1.Widget) error {
	update := r.Update
	widget.Status.Phase = myv1.PhaseReady
	return update(ctx, widget) // want statuslost:"Update does not send the status of widget"
}

// MethodExpression is the method as a function.
func (r *Reconciler) MethodExpression(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return client.StatusWriter.Update(r.Status(), ctx, widget) // want statusretry:"widget"
}

// Field calls the field with one target.
func (r *Reconciler) Field(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.update(ctx, widget) // want statusretry:"widget"
}

// UnsetField calls the field without one.
func (r *Reconciler) UnsetField(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.unset(ctx, widget)
}

// Package held: writers that are kept somewhere.
package held

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
	Kube client.Client

	status client.StatusWriter
	writer client.SubResourceWriter
	whole  client.Writer
}

func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	status := r.Status()
	widget.Status.Phase = myv1.PhaseReady
	if err := status.Update(ctx, widget); err != nil { // want statusretry:"widget"
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

// Embedded spells the embedded client out.
func (r *Reconciler) Embedded(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Client.Status().Update(ctx, widget) // want statusretry:"widget"
}

// NamedField has the client in a field with a name.
func (r *Reconciler) NamedField(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Kube.Status().Update(ctx, widget) // want statusretry:"widget"
}

// StatusWriterField has the writer in a field.
func (r *Reconciler) StatusWriterField(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.status.Update(ctx, widget) // want statusretry:"widget"
}

// SubResourceWriterField has it there under the other name of its type.
func (r *Reconciler) SubResourceWriterField(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	// contract: "the project's own interface over client.Client, client.StatusWriter or client.SubResourceWriter"; the two names are one type, so that a kept writer is one of the status.
	return r.writer.Update(ctx, widget) // want statusretry:"widget"
}

// WholeWriterField has a writer of whole objects in a field.
func (r *Reconciler) WholeWriterField(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.whole.Update(ctx, widget) // want statuslost:"Update does not send the status of widget"
}

// Parameter is given the writer.
func Parameter(ctx context.Context, status client.StatusWriter, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return status.Update(ctx, widget) // want statusretry:"widget"
}

// ClientParameter is given the client.
func ClientParameter(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Update(ctx, widget) // want statusretry:"widget"
}

// StatusClientParameter is given the smaller interface.
func StatusClientParameter(ctx context.Context, c client.StatusClient, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Anonymous takes an interface without a name.
func Anonymous(ctx context.Context, c interface{ Status() client.StatusWriter }, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Twice writes by the field, and by the parameter of a method that is given the same field.
func (r *Reconciler) Twice(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.status.Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	return write(ctx, r.status, widget) // want statusmulti:"widget.*always|always.*widget"
}

func write(ctx context.Context, status client.StatusWriter, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return status.Patch(ctx, widget, client.MergeFrom(base))
}

// WholeTwice writes the whole object twice.
func (r *Reconciler) WholeTwice(ctx context.Context, widget *myv1.Widget) error {
	if err := r.whole.Update(ctx, widget); err != nil {
		return err
	}
	return r.whole.Update(ctx, widget)
}

// StatusCreate creates a subresource: no write of the table.
func (r *Reconciler) StatusCreate(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Create(ctx, widget, widget)
}

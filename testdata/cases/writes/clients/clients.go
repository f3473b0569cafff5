// Package clients: the project's own interfaces and types of clients.
package clients

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	myv1 "example.com/cases/api/v1"
)

// KubeClient is the project's own interface over client.Client.
type KubeClient interface {
	client.Client
	Cluster() string
}

// StatusClient is one with the one method that is wanted.
type StatusClient interface {
	client.Reader
	Status() client.StatusWriter
}

// StatusWriter is one over client.StatusWriter.
type StatusWriter interface {
	client.StatusWriter
}

// Updater has the one method of client.SubResourceWriter that is wanted.
type Updater interface {
	Update(ctx context.Context, obj client.Object, opts ...client.SubResourceUpdateOption) error
}

// WholeUpdater has that of client.Writer.
type WholeUpdater interface {
	Update(ctx context.Context, obj client.Object, opts ...client.UpdateOption) error
}

// context of a reconcile, with the client embedded in an embedded struct.
type base struct {
	client.Client
}

type WidgetReconciler struct {
	base
	manager manager.Manager
}

func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// FromManager gets the client from the manager.
func (r *WidgetReconciler) FromManager(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.manager.GetClient().Status().Update(ctx, widget) // want statusretry:"widget"
}

// OwnClient has the project's own interface.
func OwnClient(ctx context.Context, c KubeClient, widget *myv1.Widget) error {
	widget.Status.Message = c.Cluster()
	return c.Status().Update(ctx, widget) // want statusretry:"widget"
}

// OwnStatusClient has the smaller one.
func OwnStatusClient(ctx context.Context, c StatusClient, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Update(ctx, widget) // want statusretry:"widget"
}

// OwnStatusWriter has the one over the writer.
func OwnStatusWriter(ctx context.Context, w StatusWriter, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return w.Update(ctx, widget) // want statusretry:"widget"
}

// OwnUpdater has the one method of it.
//
// contract: "the project's own interface over … client.SubResourceWriter": over one method of it, which its options tell.
func OwnUpdater(ctx context.Context, w Updater, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return w.Update(ctx, widget) // want statusretry:"widget"
}

// OwnWholeUpdater has the method of the other.
func OwnWholeUpdater(ctx context.Context, w WholeUpdater, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return w.Update(ctx, widget) // want statuslost:"Update does not send the status of widget"
}

// OwnClientWhole writes the whole object.
func OwnClientWhole(ctx context.Context, c KubeClient, widget *myv1.Widget) error {
	widget.Status.Message = c.Cluster()
	return c.Update(ctx, widget) // want statuslost:"Update does not send the status of widget"
}

// OwnClientTwice writes twice.
func OwnClientTwice(ctx context.Context, c KubeClient, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := c.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// TwoOwnClients writes once by each of two.
func TwoOwnClients(ctx context.Context, c, d KubeClient, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := c.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	return d.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Package generic: type parameters.
package generic

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// patchStatus writes the status of whatever it is given.
func patchStatus[T client.Object](ctx context.Context, c client.Client, obj T, mutate func(T)) error {
	base := obj.DeepCopyObject().(client.Object)
	mutate(obj)
	return c.Status().Patch(ctx, obj, client.MergeFrom(base))
}

type WidgetReconciler struct {
	client.Client
}

// Reconcile calls it twice with the same object.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := patchStatus(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseRunning }); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, patchStatus(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady }) // want statusmulti:"widget.*always|always.*widget"
}

// TwoKinds calls it with two.
func (r *WidgetReconciler) TwoKinds(ctx context.Context, widget *myv1.Widget, gadget *myv1.Gadget) error {
	if err := patchStatus(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseRunning }); err != nil {
		return err
	}
	return patchStatus(ctx, r.Client, gadget, func(g *myv1.Gadget) { g.Status.Phase = myv1.PhaseReady })
}

// Steps calls it in a loop.
func (r *WidgetReconciler) Steps(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		if err := patchStatus(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Message = step }); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// Items calls it for each item.
func (r *WidgetReconciler) Items(ctx context.Context, widgets []*myv1.Widget) error {
	for _, widget := range widgets {
		if err := patchStatus(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Attempts++ }); err != nil {
			return err
		}
	}
	return nil
}

// Object is a pointer to T that is an API object.
type Object[T any] interface {
	*T
	client.Object
}

// Reconciler is a generic reconciler.
type Reconciler[T any, PT Object[T]] struct {
	client.Client
	Start, Finish func(PT)
}

// Reconcile writes twice, whatever the kind.
func (r *Reconciler[T, PT]) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	obj := PT(new(T))
	if err := r.Get(ctx, req.NamespacedName, obj); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.Client.Status().Patch(ctx, obj, client.RawPatch(types.MergePatchType, []byte(`{"status":{"phase":"Running"}}`))); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.Client.Status().Patch(ctx, obj, client.RawPatch(types.MergePatchType, []byte(`{"status":{"phase":"Ready"}}`))) // want statusmulti:"obj.*always|always.*obj"
}

// Once writes once, whatever the kind.
func (r *Reconciler[T, PT]) Once(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	obj := PT(new(T))
	if err := r.Get(ctx, req.NamespacedName, obj); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := obj.DeepCopyObject().(client.Object)
	r.Start(obj)
	r.Finish(obj)
	return ctrl.Result{}, r.Client.Status().Patch(ctx, obj, client.MergeFrom(base))
}

// Instances are used, so that there are some.
var (
	_ = &Reconciler[myv1.Widget, *myv1.Widget]{}
	_ = &Reconciler[myv1.Gadget, *myv1.Gadget]{}
)

// holder is generic over what it holds.
type holder[T client.Object] struct {
	client.Client
	obj T
}

func (h *holder[T]) patch(ctx context.Context, data string) error {
	return h.Status().Patch(ctx, h.obj, client.RawPatch(types.MergePatchType, []byte(data)))
}

// Held calls a method of it twice.
func (r *WidgetReconciler) Held(ctx context.Context, widget *myv1.Widget) error {
	h := &holder[*myv1.Widget]{Client: r.Client, obj: widget}
	if err := h.patch(ctx, `{"status":{"phase":"Running"}}`); err != nil {
		return err
	}
	return h.patch(ctx, `{"status":{"phase":"Ready"}}`) // want statusmulti:"(widget|h).*always|always.*(widget|h)"
}

// HeldTwo calls it on two of them.
func (r *WidgetReconciler) HeldTwo(ctx context.Context, widget, other *myv1.Widget) error {
	h := &holder[*myv1.Widget]{Client: r.Client, obj: widget}
	h2 := &holder[*myv1.Widget]{Client: r.Client, obj: other}
	if err := h.patch(ctx, `{"status":{"phase":"Running"}}`); err != nil {
		return err
	}
	return h2.patch(ctx, `{"status":{"phase":"Ready"}}`)
}

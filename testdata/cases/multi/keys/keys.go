// Package keys: objects read under one key, and under different ones.
package keys

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type Reconciler struct {
	client.Client
	Remote client.Client
}

func (r *Reconciler) first(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Reconcile reads the object again under the key of the request.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.first(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	latest := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, latest); err != nil {
		return ctrl.Result{}, err
	}
	base := latest.DeepCopy()
	latest.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, r.Status().Patch(ctx, latest, client.MergeFrom(base)) // want statusmulti:"(latest|widget).*always|always.*(latest|widget)"
}

// OtherType reads another kind under the same key.
func (r *Reconciler) OtherType(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.first(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	gadget := &myv1.Gadget{}
	if err := r.Get(ctx, req.NamespacedName, gadget); err != nil {
		return ctrl.Result{}, err
	}
	base := gadget.DeepCopy()
	gadget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, r.Status().Patch(ctx, gadget, client.MergeFrom(base))
}

// OtherClient reads and writes the same key in another cluster.
func (r *Reconciler) OtherClient(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.first(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	mirror := &myv1.Widget{}
	if err := r.Remote.Get(ctx, req.NamespacedName, mirror); err != nil {
		return ctrl.Result{}, err
	}
	base := mirror.DeepCopy()
	mirror.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, r.Remote.Status().Patch(ctx, mirror, client.MergeFrom(base))
}

// Variable keeps the key in a variable.
func (r *Reconciler) Variable(ctx context.Context, key types.NamespacedName) error {
	var before, after myv1.Widget
	if err := r.Get(ctx, key, &before); err != nil {
		return err
	}
	if err := r.first(ctx, &before); err != nil {
		return err
	}
	if err := r.Get(ctx, key, &after); err != nil {
		return err
	}
	return r.first(ctx, &after) // want statusmulti:"(after|before).*always|always.*(after|before)"
}

// TwoVariables has two keys.
func (r *Reconciler) TwoVariables(ctx context.Context, key, key2 types.NamespacedName) error {
	var before, after myv1.Widget
	if err := r.Get(ctx, key, &before); err != nil {
		return err
	}
	if err := r.first(ctx, &before); err != nil {
		return err
	}
	if err := r.Get(ctx, key2, &after); err != nil {
		return err
	}
	return r.first(ctx, &after)
}

// KeyChanged has one variable with two keys in it.
func (r *Reconciler) KeyChanged(ctx context.Context, key types.NamespacedName) error {
	var before, after myv1.Widget
	if err := r.Get(ctx, key, &before); err != nil {
		return err
	}
	if err := r.first(ctx, &before); err != nil {
		return err
	}
	key.Name += "-next"
	if err := r.Get(ctx, key, &after); err != nil {
		return err
	}
	return r.first(ctx, &after)
}

// FromObject makes the key from the object.
func (r *Reconciler) FromObject(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	latest := &myv1.Widget{}
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), latest); err != nil {
		return err
	}
	return r.first(ctx, latest) // want statusmulti:"(latest|widget).*always|always.*(latest|widget)"
}

// FromFields makes the key from the object's own name and namespace.
func (r *Reconciler) FromFields(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	latest := &myv1.Widget{}
	if err := r.Get(ctx, types.NamespacedName{Namespace: widget.Namespace, Name: widget.Name}, latest); err != nil {
		return err
	}
	return r.first(ctx, latest) // want statusmulti:"(latest|widget).*always|always.*(latest|widget)"
}

// FromMethods makes it from the methods.
func (r *Reconciler) FromMethods(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	latest := &myv1.Widget{}
	if err := r.Get(ctx, client.ObjectKey{Namespace: widget.GetNamespace(), Name: widget.GetName()}, latest); err != nil {
		return err
	}
	return r.first(ctx, latest) // want statusmulti:"(latest|widget).*always|always.*(latest|widget)"
}

// FromOtherFields makes it from another of its fields.
func (r *Reconciler) FromOtherFields(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	owner := &myv1.Widget{}
	if err := r.Get(ctx, types.NamespacedName{Namespace: widget.Namespace, Name: widget.Spec.Owner}, owner); err != nil {
		return err
	}
	return r.first(ctx, owner)
}

// FromOtherObject makes it from the name of another object.
func (r *Reconciler) FromOtherObject(ctx context.Context, widget *myv1.Widget, gadget *myv1.Gadget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	latest := &myv1.Widget{}
	if err := r.Get(ctx, client.ObjectKeyFromObject(gadget), latest); err != nil {
		return err
	}
	return r.first(ctx, latest)
}

// IntoItself reads the object into itself.
func (r *Reconciler) IntoItself(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
		return err
	}
	return r.first(ctx, widget) // want statusmulti:"widget.*always|always.*widget"
}

// IntoTheSameVariable reads another object into the variable.
func (r *Reconciler) IntoTheSameVariable(ctx context.Context, widget *myv1.Widget, key types.NamespacedName) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	return r.first(ctx, widget)
}

// Literal is an object with the other one's name.
func (r *Reconciler) Literal(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	widget2 := &myv1.Widget{ObjectMeta: metav1.ObjectMeta{Name: widget.Name, Namespace: widget.Namespace}}
	widget2.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget2, client.Merge) // want statusmulti:"widget.*always|always.*widget"
}

// LiteralOtherName is one with another name.
func (r *Reconciler) LiteralOtherName(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	widget2 := &myv1.Widget{ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: widget.Namespace}}
	widget2.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget2, client.Merge)
}

// ByKey gives the key of the request to a function that reads and writes.
func (r *Reconciler) ByKey(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	return helpers.MarkFailed(ctx, r.Client, req.NamespacedName, "late") // want statusmulti:"."
}

// ByKeyOfTheObject gives the key of the object.
func (r *Reconciler) ByKeyOfTheObject(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	return helpers.MarkFailed(ctx, r.Client, client.ObjectKeyFromObject(widget), "late") // want statusmulti:"."
}

// ByOtherKey gives another key.
func (r *Reconciler) ByOtherKey(ctx context.Context, widget *myv1.Widget, key types.NamespacedName) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	return helpers.MarkFailed(ctx, r.Client, key, "late")
}

// ByKeyTwice gives the same key twice.
func (r *Reconciler) ByKeyTwice(ctx context.Context, key types.NamespacedName) error {
	if err := helpers.MarkFailed(ctx, r.Client, key, "early"); err != nil {
		return err
	}
	return helpers.MarkFailed(ctx, r.Client, key, "late") // want statusmulti:"."
}

type scope struct {
	client.Client
	key types.NamespacedName
}

// KeyField keeps the key in a struct.
func (s *scope) KeyField(ctx context.Context) error {
	widget := &myv1.Widget{}
	if err := s.Get(ctx, s.key, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := s.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	latest := &myv1.Widget{}
	if err := s.Get(ctx, s.key, latest); err != nil {
		return err
	}
	base = latest.DeepCopy()
	latest.Status.Phase = myv1.PhaseReady
	return s.Status().Patch(ctx, latest, client.MergeFrom(base)) // want statusmulti:"(latest|widget).*always|always.*(latest|widget)"
}

// KeyFieldStored keeps another key there in between.
func (s *scope) KeyFieldStored(ctx context.Context, next types.NamespacedName) error {
	widget := &myv1.Widget{}
	if err := s.Get(ctx, s.key, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := s.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	s.key = next
	latest := &myv1.Widget{}
	if err := s.Get(ctx, s.key, latest); err != nil {
		return err
	}
	base = latest.DeepCopy()
	latest.Status.Phase = myv1.PhaseReady
	return s.Status().Patch(ctx, latest, client.MergeFrom(base))
}

// Fetched gets the object from a function that reads it under the key.
func (r *Reconciler) Fetched(ctx context.Context, req ctrl.Request) error {
	widget, err := r.fetch(ctx, req.NamespacedName)
	if err != nil {
		return err
	}
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	latest, err := r.fetch(ctx, req.NamespacedName)
	if err != nil {
		return err
	}
	// contract: "were read under the same key: the same req.NamespacedName or key variable"; the reads are in a callee, which is part of the path.
	return r.first(ctx, latest) // want statusmulti:"(latest|widget).*always|always.*(latest|widget)"
}

// FetchedOther gets two objects.
func (r *Reconciler) FetchedOther(ctx context.Context, req ctrl.Request, key types.NamespacedName) error {
	widget, err := r.fetch(ctx, req.NamespacedName)
	if err != nil {
		return err
	}
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	other, err := r.fetch(ctx, key)
	if err != nil {
		return err
	}
	return r.first(ctx, other)
}

func (r *Reconciler) fetch(ctx context.Context, key types.NamespacedName) (*myv1.Widget, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return nil, err
	}
	return widget, nil
}

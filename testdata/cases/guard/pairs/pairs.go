// Package pairs compares what is never and what is always equal.
package pairs

import (
	"context"
	"reflect"

	"k8s.io/apimachinery/pkg/api/equality"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/guard/api"
)

// Reconciler means to write only what has changed.
type Reconciler struct {
	client.Client
}

// Reconcile hands on what it has read.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) error {
	widget, latest := &myv1.Widget{}, &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	if err := r.Get(ctx, client.ObjectKey{Name: widget.Spec.Owner}, latest); err != nil {
		return err
	}
	switch req.Name {
	case "copied":
		return r.copied(ctx, widget)
	case "inline":
		return r.inline(ctx, widget, latest)
	}
	return r.given(ctx, widget, &myv1.WidgetStatus{Phase: myv1.PhaseReady})
}

// copied compares with a deep copy, which is there.
func (r *Reconciler) copied(ctx context.Context, widget *myv1.Widget) error {
	base, old := widget.DeepCopy(), widget.Status.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if equality.Semantic.DeepEqual(widget.Status, old) { // want statusguard:"never equal"
		return nil
	}
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// inline copies on the spot.
func (r *Reconciler) inline(ctx context.Context, widget, latest *myv1.Widget) error {
	if reflect.DeepEqual( // want statusguard:"never equal"
		latest.Status.DeepCopy(), // a copy, as others hold the latest
		widget.Status,
	) {
		return nil
	}
	base := latest.DeepCopy()
	latest.Status = widget.Status
	return r.Status().Patch(ctx, latest, client.MergeFrom(base))
}

// given is given a pointer, which may be nil.
func (r *Reconciler) given(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if !reflect.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
		base := widget.DeepCopy()
		widget.Status = *status
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

// Shallow copies the struct.
func (r *Reconciler) Shallow(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status // as it was
	plan.Status.Steps[0].Phase = myv1.PhaseReady
	if equality.Semantic.DeepEqual(old, plan.Status) { // want statusguard:"shallow"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// ShallowWhole copies the whole struct.
func (r *Reconciler) ShallowWhole(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := *plan
	plan.Status.Steps[0].Phase = myv1.PhaseReady
	if equality.Semantic.DeepEqual(old.Status, plan.Status) { // want statusguard:"shallow"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Pointer copies the pointer.
func (r *Reconciler) Pointer(ctx context.Context, plan *api.Plan) error {
	base, old := plan.DeepCopy(), plan
	plan.Status.Phase = myv1.PhaseReady
	if equality.Semantic.DeepEqual(old.Status, plan.Status) { // want statusguard:"alias"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

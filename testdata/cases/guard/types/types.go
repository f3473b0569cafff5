// Package types compares values of types that are alike.
package types

import (
	"context"
	"reflect"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct{ client.Client }

type conditions []metav1.Condition

// Named is a list of another name.
func (r *Reconciler) Named(ctx context.Context, widget *myv1.Widget, next conditions) error {
	if equality.Semantic.DeepEqual(widget.Status.Conditions, next) { // want statusguard:"^widget.Status.Conditions and next are never equal, as \\[\\]v1.Condition and types.conditions are two types: every reconcile writes$"
		return nil
	}
	widget.Status.Conditions = next
	return r.Status().Update(ctx, widget) // want statusretry:""
}

// Converted is one of the same name.
func (r *Reconciler) Converted(ctx context.Context, widget *myv1.Widget, next conditions) error {
	if equality.Semantic.DeepEqual(widget.Status.Conditions, []metav1.Condition(next)) {
		return nil
	}
	widget.Status.Conditions = next
	return r.Status().Update(ctx, widget) // want statusretry:""
}

// Kinds are of two API types.
func (r *Reconciler) Kinds(ctx context.Context, widget *myv1.Widget, gadget *myv1.Gadget) error {
	if !reflect.DeepEqual(widget.Status, gadget.Status) { // want statusguard:"are two types: every reconcile writes"
		return r.Status().Update(ctx, widget)
	}
	return nil
}

// Nothing is of no type.
func (r *Reconciler) Nothing(ctx context.Context, widget *myv1.Widget) error {
	if reflect.DeepEqual(widget.Status, nil) {
		return nil
	}
	return r.Status().Update(ctx, widget)
}

// Any is of whatever type its caller has.
func Any[T any](ctx context.Context, r *Reconciler, widget *myv1.Widget, next T) error {
	if reflect.DeepEqual(widget.Status, next) {
		return nil
	}
	return r.Status().Update(ctx, widget)
}

// Spec is no status.
func (r *Reconciler) Spec(ctx context.Context, widget *myv1.Widget, next []any) error {
	if reflect.DeepEqual(widget.Spec.Parts, next) {
		return nil
	}
	return r.Status().Update(ctx, widget)
}

// Replicas are a number of another size, by an interface.
func (r *Reconciler) Replicas(ctx context.Context, widget *myv1.Widget, attempts any) error {
	if reflect.DeepEqual(widget.Status.Attempts, attempts) {
		return nil
	}
	return r.Status().Update(ctx, widget)
}

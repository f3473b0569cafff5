// Package pick takes whatever a map gives first.
package pick

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Reconciler knows the state of backends by name.
type Reconciler struct {
	client.Client
	states map[string]string
	wanted string
}

// First takes one of those that failed.
func (r *Reconciler) First(ctx context.Context, w *myv1.Widget) error {
	for name, state := range r.states {
		if state == "Failed" {
			w.Status.Message = name // want statusunstable:"Message is set to whatever element comes first in the order of a map"
			break
		}
	}
	return r.Status().Update(ctx, w)
}

// Returned by a function.
func (r *Reconciler) Returned(ctx context.Context, w *myv1.Widget) error {
	w.Status.Message = r.failed() // want statusunstable:"Message is set to whatever element comes first in the order of a map"
	return r.Status().Update(ctx, w)
}

func (r *Reconciler) failed() string {
	for name, state := range r.states {
		if state == "Failed" {
			return name
		}
	}
	return ""
}

// Named is the only one of that name.
func (r *Reconciler) Named(ctx context.Context, w *myv1.Widget) error {
	for name, state := range r.states {
		if name == "main" {
			w.Status.Phase = state
			break
		}
	}
	return r.Status().Update(ctx, w)
}

// Least is the same in each order.
func (r *Reconciler) Least(ctx context.Context, w *myv1.Widget) error {
	least := ""
	for name := range r.states {
		if least == "" || name < least {
			least = name
		}
	}
	w.Status.Message = least
	return r.Status().Update(ctx, w)
}

// Matching is told by something else.
func (r *Reconciler) Matching(ctx context.Context, w *myv1.Widget) error {
	for name, state := range r.states {
		if state == r.wanted {
			w.Status.Message = name
			break
		}
	}
	return r.Status().Update(ctx, w)
}

// Only is taken where there is one.
func (r *Reconciler) Only(ctx context.Context, w *myv1.Widget) error {
	if len(r.states) != 1 {
		return nil
	}
	for name := range r.states {
		w.Status.Message = name
		break
	}
	return r.Status().Update(ctx, w)
}

// Ambiguous fails where there are two.
func (r *Reconciler) Ambiguous(ctx context.Context, w *myv1.Widget) error {
	found := ""
	for name, state := range r.states {
		if state == "Running" {
			if found != "" {
				return nil
			}
			found = name
		}
	}
	w.Status.Message = found
	return r.Status().Update(ctx, w)
}

// Package fixes has lists in the order of a map that can be sorted where they are made.
package fixes

import (
	"context"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Reconciler knows the state of backends by name.
type Reconciler struct {
	client.Client
	states map[string]string
}

// Names collects the keys.
func (r *Reconciler) Names(ctx context.Context, w *myv1.Widget) error {
	var names []string
	for name := range r.states {
		names = append(names, name)
	}
	w.Status.Message = strings.Join(names, ", ") // want statusunstable:"the order of a map"
	return r.Status().Update(ctx, w)
}

// Failing collects those of some values, in a list that is not nil.
func (r *Reconciler) Failing(ctx context.Context, w *myv1.Widget) error {
	failing := make([]string, 0, len(r.states))
	for name, state := range r.states {
		if state != "up" {
			failing = append(failing, name+" is "+state)
		}
	} // by now all have been asked
	w.Status.Message = strings.Join(failing, ", ") // want statusunstable:"the order of a map"
	return r.Status().Update(ctx, w)
}

// After begins with what is not in any order, so all of it would be sorted.
func (r *Reconciler) After(ctx context.Context, w *myv1.Widget) error {
	names := []string{"root"}
	for name := range r.states {
		names = append(names, name)
	}
	w.Status.Message = strings.Join(names, ", ") // want statusunstable:"the order of a map"
	return r.Status().Update(ctx, w)
}

// Steps collects what has no order of its own.
func (r *Reconciler) Steps(ctx context.Context, w *myv1.Widget) error {
	w.Status.Steps = nil
	for name := range r.states {
		w.Status.Steps = append(w.Status.Steps, myv1.StepStatus{Name: name}) // want statusunstable:"the order of a map"
	}
	return r.Status().Update(ctx, w)
}

// Both does more in the loop than to collect.
func (r *Reconciler) Both(ctx context.Context, w *myv1.Widget) error {
	var names []string
	text := ""
	for name := range r.states {
		names = append(names, name)
		text += name
	}
	w.Status.Message = text + strings.Join(names, ", ") // want statusunstable:"the order of a map"
	return r.Status().Update(ctx, w)
}

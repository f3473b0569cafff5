// Package links moves on along lists, in variables that lead to themselves.
package links

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct{ client.Client }

type node struct {
	name  string
	count int
	next  *node
}

// Turn compares what the variable of the turn has come to, which a closure sets.
func (r *Reconciler) Turn(ctx context.Context, w *myv1.Widget, visit func(func(*node)), wanted string) error {
	for range w.Spec.Steps {
		var at *node
		visit(func(n *node) { at = n })
		at = at.next
		if at.name == wanted {
			if err := r.Status().Patch(ctx, w, client.Merge); err != nil { // want statusloop:"of w "
				return err
			}
		}
	}
	return nil
}

// Result moves on in a result, which a deferred function keeps in memory.
func (r *Reconciler) Result(ctx context.Context, w *myv1.Widget) (at *node) {
	defer func() { _ = recover() }()
	_ = r.Status().Update(ctx, w) // want statusretry:"outside a conflict retry and its error goes nowhere"
	for w.Spec.Paused {
		at = at.next
		at.count++
	}
	_ = r.Status().Update(ctx, w) // want statusretry:"outside a conflict retry and its error goes nowhere" statusmulti:"may have been written before|has always been written before"
	return
}

// Package nested has loops in loops: the one that repeats the write is to be named.
package nested

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
}

// Outer leaves the inner loop after each write.
func (r *Reconciler) Outer(ctx context.Context, widget *myv1.Widget) error {
	for { // repeats 22
		for _, step := range widget.Spec.Steps {
			widget.Status.Message = step
			if step != "" {
				if err := r.Status().Patch(ctx, widget, client.Merge); err != nil { // want statusloop:"widget"
					return err
				}
				break
			}
		}
	}
}

// Inner writes in each turn of the inner loop.
func (r *Reconciler) Inner(ctx context.Context, widget *myv1.Widget, rounds int) error {
	for range rounds {
		for _, step := range widget.Spec.Steps { // repeats 37
			widget.Status.Message = step
			if step != "" {
				if err := r.Status().Patch(ctx, widget, client.Merge); err != nil { // want statusloop:"widget"
					return err
				}
			}
		}
	}
	return nil
}

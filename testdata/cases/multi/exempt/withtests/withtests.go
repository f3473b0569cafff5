// Package withtests has a test file; its other file is checked as ever.
package withtests

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
}

func (r *Reconciler) Twice(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
		return err
	}
	for range widget.Spec.Steps {
		if err := r.Status().Update(ctx, widget); err != nil { // want statusloop:"widget" statusmulti:"widget.*always|always.*widget" statusretry:"widget"
			return err
		}
	}
	return nil
}

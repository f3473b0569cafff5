// Package faketest imports testing: no reports.
package faketest

import (
	"context"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Assert is why it does.
func Assert(t *testing.T, ok bool) {
	if !ok {
		t.Fatal("not so")
	}
}

type Reconciler struct {
	client.Client
}

func (r *Reconciler) Twice(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	for range widget.Spec.Steps {
		if err := r.Status().Update(ctx, widget); err != nil {
			return err
		}
	}
	return nil
}

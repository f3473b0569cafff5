// Package fakeclient imports a fake client: no reports.
package fakeclient

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	myv1 "example.com/cases/api/v1"
)

// New makes a client of fakes.
func New(objects ...client.Object) client.Client {
	return fake.NewClientBuilder().WithObjects(objects...).Build()
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

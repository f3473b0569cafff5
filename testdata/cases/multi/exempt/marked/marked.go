// Package marked imports testing to say which functions only tests may call: that is
// the code of a controller.
package marked

import (
	"context"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
	now func() string
}

// WithClock is for tests only, which are those that have a testing.TB.
func (r *Reconciler) WithClock(_ testing.TB, now func() string) { r.now = now }

func (r *Reconciler) log(message string) {
	if !testing.Testing() {
		println(message)
	}
}

func (r *Reconciler) Twice(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Message = r.now()
	if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"outside a conflict retry"
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	r.log("running")
	return r.Status().Update(ctx, widget) // want statusmulti:"always been written before" statusretry:"outside a conflict retry"
}

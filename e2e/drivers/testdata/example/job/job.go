// Package job has a report that only facts can bring about, and one with a fix.
package job

import (
	"context"
	"reflect"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/example/phase"
	"example.com/shared/api"
	"example.com/shared/record"
)

type Reconciler struct{ client.Client }

// Both writes are in other packages, the second in another module.
func (r *Reconciler) Twice(ctx context.Context, job *api.Job) error {
	if err := phase.Set(ctx, r.Client, job, "Running"); err != nil {
		return err
	}
	return record.Done(ctx, r.Client, job)
}

func (r *Reconciler) Guarded(ctx context.Context, job *api.Job) error {
	before, status := job.DeepCopy(), &job.Status
	status.Phase = "Done"
	if reflect.DeepEqual(before.Status, status) {
		return nil
	}
	return r.Status().Update(ctx, job)
}

package job

import (
	"context"

	"example.com/shared/api"
)

func (r *Reconciler) Ignored(ctx context.Context, job *api.Job) error {
	job.Status.Phase = "A"
	//lint:ignore statusretry one writer only
	return r.Status().Update(ctx, job)
}

func (r *Reconciler) IgnoredWithoutReason(ctx context.Context, job *api.Job) error {
	job.Status.Phase = "B"
	//lint:ignore statusretry
	return r.Status().Update(ctx, job)
}

func (r *Reconciler) IgnoredForNothing(ctx context.Context, job *api.Job) error {
	//lint:ignore statusretry one writer only
	return r.Update(ctx, job)
}

func (r *Reconciler) Nolint(ctx context.Context, job *api.Job) error {
	job.Status.Phase = "C"
	return r.Status().Update(ctx, job) //nolint:atomicstatus // one writer only
}

func (r *Reconciler) NolintWithoutReason(ctx context.Context, job *api.Job) error {
	job.Status.Phase = "D"
	return r.Status().Update(ctx, job) //nolint:atomicstatus
}

func (r *Reconciler) NolintForNothing(ctx context.Context, job *api.Job) error {
	return r.Update(ctx, job) //nolint:atomicstatus // one writer only
}

//nolint:atomicstatus // all of it has one writer only
func (r *Reconciler) NolintFunction(ctx context.Context, job *api.Job) error {
	job.Status.Phase = "E"
	return r.Status().Update(ctx, job)
}

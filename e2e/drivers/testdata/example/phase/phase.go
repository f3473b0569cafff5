// Package phase writes a status for another package of its module.
package phase

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/shared/api"
)

func Set(ctx context.Context, c client.Client, job *api.Job, phase string) error {
	job.Status.Phase = phase
	return c.Status().Update(ctx, job)
}

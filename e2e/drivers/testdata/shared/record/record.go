// Package record writes a status for the packages of another module.
package record

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/shared/api"
)

func Done(ctx context.Context, c client.Client, job *api.Job) error {
	job.Status.Phase = "Done"
	return c.Status().Update(ctx, job)
}

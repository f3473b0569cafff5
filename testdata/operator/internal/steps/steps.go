// Package steps carries out the steps of workflows.
package steps

import (
	"context"

	"example.com/operator/api/v1alpha1"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// Runner carries out one step.
type Runner interface {
	Run(ctx context.Context, step v1alpha1.WorkflowStep) error
}

// LogRunner stands in for real actions: it logs what it would do.
type LogRunner struct{}

func (LogRunner) Run(ctx context.Context, step v1alpha1.WorkflowStep) error {
	log.FromContext(ctx).Info("ran", "step", step.Name, "action", step.Action)
	return nil
}

package overwrites

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
)

// Stopped sends a change of the spec: no replicas, by the address of a new number.
func (r *WidgetReconciler) Stopped(ctx context.Context, deployment *appsv1.Deployment) error {
	deployment.Status.ReadyReplicas = 0
	deployment.Spec.Replicas = new(int32)
	return r.Update(ctx, deployment) // want statuslost:"overwrites changes to the status of deployment"
}

// Idle changes the status to nought, which is not the same as nothing.
func (r *WidgetReconciler) Idle(ctx context.Context, scaler *autoscalingv1.HorizontalPodAutoscaler) error {
	scaler.Status.CurrentCPUUtilizationPercentage = new(int32)
	return r.Update(ctx, scaler) // want statuslost:"Update does not send the status of scaler"
}

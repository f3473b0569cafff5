package before

import (
	"context"
	"fmt"

	"example.com/operator/api/v1alpha1"
	"example.com/operator/internal/status"
	"example.com/operator/internal/steps"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// WorkflowExecutionReconciler runs WorkflowExecutions.
type WorkflowExecutionReconciler struct {
	client.Client
	Statuses *status.Manager[v1alpha1.WorkflowExecution, *v1alpha1.WorkflowExecution]
	Runner   steps.Runner
	Now      func() metav1.Time
}

// +kubebuilder:rbac:groups=example.com,resources=workflowexecutions,verbs=get;list;watch
// +kubebuilder:rbac:groups=example.com,resources=workflowexecutions/status,verbs=get;update

func (r *WorkflowExecutionReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	workflow := &v1alpha1.WorkflowExecution{}
	if err := r.Get(ctx, req.NamespacedName, workflow); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if workflow.Status.Phase.Finished() {
		return ctrl.Result{}, nil
	}

	phase, message := v1alpha1.WorkflowSucceeded, ""
	for _, step := range workflow.Spec.Steps[len(workflow.Status.Steps):] {
		result := v1alpha1.StepResult{Name: step.Name, At: r.Now()}
		if err := r.Runner.Run(ctx, step); err != nil {
			result.Error = err.Error()
			phase, message = v1alpha1.WorkflowFailed, fmt.Sprintf("step %s: %v", step.Name, err)
		}
		workflow.Status.Steps = append(workflow.Status.Steps, result)
		// A failure is only logged, as the next write has the step too: but after a
		// conflict that one fails as well, and the next reconcile runs all steps again.
		if err := r.Status().Update(ctx, workflow); err != nil {
			log.FromContext(ctx).Error(err, "recording a step", "step", result.Name)
		}
		if phase == v1alpha1.WorkflowFailed {
			break
		}
	}

	now := r.Now()
	workflow.Status.Phase = phase
	workflow.Status.Message = message
	workflow.Status.FinishedAt = &now
	return ctrl.Result{}, r.Status().Update(ctx, workflow)
}

func (r *WorkflowExecutionReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).For(&v1alpha1.WorkflowExecution{}).Complete(r)
}

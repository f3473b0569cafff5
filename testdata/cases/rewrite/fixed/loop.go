package fixed

import (
	"context"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

// Runner carries out a step.
type Runner interface {
	Run(ctx context.Context, step string) error
}

// StepReconciler records each step by an update.
type StepReconciler struct {
	client.Client
	Runner   Runner
	Statuses *helpers.Manager
}

// Reconcile runs the steps that are left.
func (r *StepReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var widget myv1.Widget
	if err := r.Get(ctx, req.NamespacedName, &widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if widget.Status.Phase == myv1.PhaseReady {
		return ctrl.Result{}, nil
	}

	var steps []myv1.StepStatus
	for _, name := range widget.Spec.Steps {
		if ran(&widget, name) {
			continue
		}
		step := myv1.StepStatus{Name: name, Phase: myv1.PhaseReady}
		if err := r.Runner.Run(ctx, name); err != nil {
			step.Phase, step.Message = myv1.PhaseFailed, err.Error()
		}
		widget.Status.Steps = append(widget.Status.Steps, step)
		steps = append(steps, step)
	}

	if err := r.Statuses.AtomicStatusUpdate(ctx, &widget, func() error {
		if widget.Status.Phase == myv1.PhaseReady {
			return nil
		}
		widget.Status.Steps = append(widget.Status.Steps, steps...)
		widget.Status.Phase = phase(&widget)
		return nil
	}); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

func ran(widget *myv1.Widget, name string) bool {
	for _, s := range widget.Status.Steps {
		if s.Name == name {
			return true
		}
	}
	return false
}

func phase(widget *myv1.Widget) string {
	for _, s := range widget.Status.Steps {
		if s.Phase != myv1.PhaseReady {
			return myv1.PhaseFailed
		}
	}
	return myv1.PhaseReady
}

// LoggedReconciler only logs what goes wrong in the loop.
type LoggedReconciler struct {
	client.Client
	Runner Runner
}

// Reconcile goes on behind the steps that were recorded.
func (r *LoggedReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	phase, message := myv1.PhaseReady, ""
	var steps []myv1.StepStatus
	for _, name := range widget.Spec.Steps[len(widget.Status.Steps):] {
		step := myv1.StepStatus{Name: name}
		if err := r.Runner.Run(ctx, name); err != nil {
			step.Message = err.Error()
			phase, message = myv1.PhaseFailed, "step "+name
		}
		steps = append(steps, step)
		if phase == myv1.PhaseFailed {
			break
		}
	}
	return ctrl.Result{}, retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh := &myv1.Widget{}
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), fresh); err != nil {
			return err
		}
		fresh.DeepCopyInto(widget)
		widget.Status.Steps = append(widget.Status.Steps, steps...)
		widget.Status.Phase = phase
		widget.Status.Message = message
		return r.Status().Update(ctx, widget)
	})
}

// MarkReconciler only changes the status, again and again.
type MarkReconciler struct {
	client.Client
	Runner Runner
}

// Reconcile updates on each turn.
func (r *MarkReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if len(widget.Spec.Steps) > 0 {
		if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
			fresh := &myv1.Widget{}
			if err := r.Get(ctx, client.ObjectKeyFromObject(widget), fresh); err != nil {
				return err
			}
			fresh.DeepCopyInto(widget)
			for _, name := range widget.Spec.Steps {
				// The last of them stays.
				widget.Status.Message = "checking " + name
				widget.Status.Phase = myv1.PhaseRunning
			}
			return r.Status().Update(ctx, widget)
		}); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

// Run runs steps, and has nothing to do after them.
func (r *MarkReconciler) Run(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	var steps []myv1.StepStatus
	for _, name := range widget.Spec.Steps {
		if err := r.Runner.Run(ctx, name); err != nil {
			log.FromContext(ctx).Error(err, "a step failed")
			continue
		}
		steps = append(steps, myv1.StepStatus{Name: name})
	}
	if len(steps) > 0 {
		err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
			fresh := &myv1.Widget{}
			if err := r.Get(ctx, client.ObjectKeyFromObject(widget), fresh); err != nil {
				return err
			}
			fresh.DeepCopyInto(widget)
			widget.Status.Steps = append(widget.Status.Steps, steps...)
			return r.Status().Update(ctx, widget)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

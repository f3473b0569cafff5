package fixes

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// NoLoopReconciler updates in loops that must stay as they are.
type NoLoopReconciler struct {
	client.Client
	Runner Runner
}

func (r *NoLoopReconciler) read(ctx context.Context, req ctrl.Request) (*myv1.Widget, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return nil, err
	}
	return widget, nil
}

// Returns may leave the loop with steps that only the update in it has written.
func (r *NoLoopReconciler) Returns(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	for _, name := range widget.Spec.Steps {
		if err := r.Runner.Run(ctx, name); err != nil {
			return err
		}
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: name})
		if err := r.Status().Update(ctx, widget); err != nil {
			return err
		}
	}
	return nil
}

// Skips adds a step on turns that do not come to the update.
func (r *NoLoopReconciler) Skips(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	for _, name := range widget.Spec.Steps {
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: name})
		if err := r.Runner.Run(ctx, name); err != nil {
			continue
		}
		if err := r.Status().Update(ctx, widget); err != nil {
			return err
		}
	}
	return nil
}

// Nested looks, in each turn of the outer loop, at what the inner one wrote.
func (r *NoLoopReconciler) Nested(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	for range widget.Spec.Replicas {
		for _, name := range widget.Spec.Steps {
			if err := r.Runner.Run(ctx, name); err != nil {
				continue
			}
			widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: name})
			if err := r.Status().Update(ctx, widget); err != nil {
				return err
			}
		}
	}
	return nil
}

// Works adds what must not be worked out twice, and looks for it at once.
func (r *NoLoopReconciler) Works(ctx context.Context, req ctrl.Request) error {
	widget, err := r.read(ctx, req)
	if err != nil {
		return err
	}
	for _, name := range widget.Spec.Steps {
		if ran(widget, name) {
			continue
		}
		widget.Status.Steps = append(widget.Status.Steps, r.step(ctx, name))
		if err := r.Status().Update(ctx, widget); err != nil {
			return err
		}
	}
	return nil
}

func (r *NoLoopReconciler) step(ctx context.Context, name string) myv1.StepStatus {
	if err := r.Runner.Run(ctx, name); err != nil {
		return myv1.StepStatus{Name: name, Message: err.Error()}
	}
	return myv1.StepStatus{Name: name}
}

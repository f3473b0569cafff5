// Package pending: what is to be done is noted down by helpers, and done at the end.
package pending

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct{ client.Client }

type event struct {
	object client.Object
	reason string
}

type pending struct {
	update bool
	events []*event
}

// Reconcile writes only if a helper asked for it.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var widget myv1.Widget
	if err := r.Get(ctx, req.NamespacedName, &widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	p := pending{}
	result, err := r.reconcile(ctx, &widget, &p)
	if err != nil {
		return result, err
	}
	return result, r.write(ctx, &widget, &p) // want statusretry:"outside a conflict retry"
}

func (r *Reconciler) write(ctx context.Context, widget *myv1.Widget, p *pending) error {
	if p.update {
		return r.Status().Update(ctx, widget)
	}
	return nil
}

func (r *Reconciler) reconcile(ctx context.Context, widget *myv1.Widget, p *pending) (ctrl.Result, error) {
	if widget.Spec.Paused {
		return ctrl.Result{}, nil
	}
	if widget.Spec.Replicas == 0 {
		completed(widget, p)
		return ctrl.Result{}, nil
	}
	return ctrl.Result{}, nil
}

func completed(widget *myv1.Widget, p *pending) {
	set(widget, metav1.Condition{Type: "Completed", Status: metav1.ConditionTrue}, p)
	widget.Status.Phase = myv1.PhaseReady
}

func set(widget *myv1.Widget, condition metav1.Condition, p *pending) {
	if !change(widget, condition) {
		return
	}
	p.update = true
	enqueue(p, &event{object: widget, reason: condition.Type})
}

func change(widget *myv1.Widget, condition metav1.Condition) bool {
	changed := false
	for i, c := range widget.Status.Conditions {
		if c.Type == condition.Type && c.Status != condition.Status {
			widget.Status.Conditions[i] = condition
			changed = true
		}
	}
	return changed
}

// enqueue keeps the widget, by way of the event.
func enqueue(p *pending, e *event) { p.events = append(p.events, e) }

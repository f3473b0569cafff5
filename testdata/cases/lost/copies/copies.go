// Package copies changes the copy that range makes of an element.
package copies

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct{ client.Client }

func (r *Reconciler) Dropped(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Status.Steps {
		if step.Name == "" {
			continue
		}
		step.Phase = myv1.PhaseReady // want statuslost:"^step is a copy that range makes of the element: this change of Phase is lost; change the element by its index, or store the copy back$"
		step.Message = ""
	}
	return r.Status().Update(ctx, widget)
}

// Seen is only looked at before, and its field after.
func (r *Reconciler) Seen(ctx context.Context, widget *myv1.Widget, done func(myv1.StepStatus) bool) error {
	for _, step := range widget.Status.Steps {
		if !done(step) {
			continue
		}
		step.Phase = myv1.PhaseReady // want statuslost:"step is a copy"
		if step.Phase != widget.Status.Phase {
			widget.Status.Phase = step.Phase
		}
	}
	return r.Status().Update(ctx, widget) // want statusretry:""
}

// Conditions of objects.
func (r *Reconciler) Conditions(widgets myv1.WidgetList) {
	for _, widget := range widgets.Items {
		meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{Type: "Ready"}) // want statuslost:"widget is a copy .* this change of Status.Conditions is lost"
	}
	for _, widget := range widgets.Items {
		meta.RemoveStatusCondition(&widget.Status.Conditions, "Ready")
		widgets.Items = append(widgets.Items, widget)
	}
}

// ByType is a list of conditions, which are told by where they come from.
func (r *Reconciler) ByType(widget *myv1.Widget) {
	for _, condition := range widget.Status.Conditions {
		condition.Status = metav1.ConditionFalse // want statuslost:"condition is a copy"
	}
	for _, condition := range []metav1.Condition{{Type: "Ready"}} {
		condition.Status = metav1.ConditionFalse
	}
}

// Kept in one way or another.
func (r *Reconciler) Kept(ctx context.Context, widget *myv1.Widget, keep func(*myv1.StepStatus)) (out []myv1.StepStatus) {
	for i, step := range widget.Status.Steps {
		step.Phase = myv1.PhaseReady
		widget.Status.Steps[i] = step
	}
	for _, step := range widget.Status.Steps {
		step.Phase = myv1.PhaseReady
		out = append(out, step)
	}
	for _, step := range widget.Status.Steps {
		p := &step
		step.Phase = myv1.PhaseReady
		keep(p)
	}
	for _, step := range widget.Status.Steps {
		step.Phase = myv1.PhaseReady
		keep(&step)
	}
	for _, step := range widget.Status.Steps {
		step.Phase = myv1.PhaseReady
		out = append(out, myv1.StepStatus{Phase: step.Phase})
	}
	for _, step := range widget.Status.Steps {
		tell := func() { println(step.Phase) }
		step.Phase = myv1.PhaseReady
		tell()
	}
	for _, step := range widget.Status.Steps {
		for range 3 {
			out = append(out, step)
			step.Phase = myv1.PhaseReady
		}
	}
	return out
}

// Written itself.
func (r *Reconciler) Written(ctx context.Context, widgets []myv1.Widget) error {
	for _, widget := range widgets {
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, &widget); err != nil { // want statusretry:""
			return err
		}
	}
	return nil
}

// Behind lies what the element refers to itself.
func (r *Reconciler) Behind(widgets []*myv1.Widget, list []myv1.Widget) {
	for _, widget := range widgets {
		widget.Status.Phase = myv1.PhaseReady
	}
	for _, widget := range list {
		widget.Status.Steps[0].Phase = myv1.PhaseReady
		widget.Labels["seen"] = "true"
	}
}

// Scratch is a copy in which something is put together.
func (r *Reconciler) Scratch(list []myv1.Widget, names map[string]int) {
	for _, widget := range list {
		widget.Name += "-old"
		names[widget.Name]++
	}
}

// Specs are no status.
func (r *Reconciler) Specs(specs []myv1.WidgetSpec) {
	for _, spec := range specs {
		spec.Paused = true
	}
}

// ByKey is a map of structs.
func (r *Reconciler) ByKey(steps map[string]myv1.StepStatus) {
	for _, step := range steps {
		step.Phase = myv1.PhaseReady // want statuslost:"step is a copy"
	}
	for name, step := range steps {
		step.Phase = myv1.PhaseReady
		steps[name] = step
	}
}

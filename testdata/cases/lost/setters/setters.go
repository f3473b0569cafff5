// Package setters: the status is changed by functions that know no client, and then
// the whole object is sent, whose response takes the change away.
package setters

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/lost/setters/annotations"
	"example.com/cases/lost/setters/conditions"
	"example.com/cases/lost/setters/engines"
)

// Far calls a setter of another package.
func Far(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	conditions.Put(&widget.Status.Conditions, metav1.Condition{Type: "Ready"})
	widget.Labels["tidy"] = "yes"
	return c.Update(ctx, widget) // want statuslost:"overwrites changes to the status of widget"
}

// Value sets one value by its address.
func Value(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	conditions.Enter(&widget.Status.Phase, myv1.PhaseReady)
	widget.Labels["tidy"] = "yes"
	return c.Update(ctx, widget) // want statuslost:`overwrites changes to the status of widget that were not written \(Status.Phase\)`
}

// fail makes up for a missing status.
func fail(status *myv1.WidgetStatus) {
	if status == nil {
		status = &myv1.WidgetStatus{}
	}
	status.Phase = myv1.PhaseFailed
}

// Nil calls a setter that replaces its own pointer where it is nil.
func Nil(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	fail(&widget.Status)
	widget.Labels["tidy"] = "yes"
	return c.Update(ctx, widget) // want statuslost:"overwrites changes to the status of widget"
}

// Hidden calls a method of the status that hands it to an interface.
func Hidden(ctx context.Context, c client.Client, engine *engines.Engine) error {
	engine.Status.MarkStarted()
	return c.Update(ctx, engine) // want statuslost:"Update does not send the status of engine"
}

// Asked only asks.
func Asked(ctx context.Context, c client.Client, engine *engines.Engine) error {
	if engine.Status.HasConditions() {
		return nil
	}
	return c.Update(ctx, engine)
}

func label(object metav1.Object) { object.SetLabels(map[string]string{"tidy": "yes"}) }

func annotate(object client.Object) {
	have := object.GetAnnotations()
	if have == nil {
		have = map[string]string{}
	}
	have["tidy"] = "yes"
	object.SetAnnotations(have)
}

// Labelled hands the object to one that sets metadata, whatever the object is.
func Labelled(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	label(widget)
	return c.Update(ctx, widget) // want statuslost:"overwrites changes to the status of widget"
}

// Annotated does so with the interface of controller-runtime.
func Annotated(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	annotate(widget)
	return c.Update(ctx, widget) // want statuslost:"overwrites changes to the status of widget"
}

// AnnotatedFar does so by a function of another package.
func AnnotatedFar(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if annotations.Set(widget, "tidy", "yes") {
		return c.Update(ctx, widget) // want statuslost:"overwrites changes to the status of widget"
	}
	return c.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
}

// register hands the object to code that cannot be seen, which may keep it.
func register(object client.Object, in interface{ Add(client.Object) int }) int {
	return in.Add(object)
}

// Registered may have had the status written.
func Registered(ctx context.Context, c client.Client, widget *myv1.Widget, in interface{ Add(client.Object) int }) error {
	widget.Status.Phase = myv1.PhaseReady
	if register(widget, in) == 0 {
		return nil
	}
	return c.Update(ctx, widget)
}

// Answered patches what a setter of the object has changed, which answers whether it did.
func Answered(ctx context.Context, c client.Client, engine *engines.Engine) error {
	base := client.MergeFrom(engine.DeepCopyObject().(client.Object))
	engine.SetCondition("Started", metav1.ConditionTrue)
	return c.Status().Patch(ctx, engine, base)
}

// Counted does so with one of any name.
func Counted(ctx context.Context, c client.Client, engine *engines.Engine) error {
	base := client.MergeFrom(engine.DeepCopyObject().(client.Object))
	engine.AddCondition("Started")
	return c.Status().Patch(ctx, engine, base)
}

// Emptied finds what the setter has changed.
func Emptied(ctx context.Context, c client.Client, engine *engines.Engine) error {
	if len(engine.Status.Conditions) > 0 {
		return nil
	}
	engine.SetCondition("Started", metav1.ConditionTrue)
	if len(engine.Status.Conditions) == 0 {
		return nil
	}
	return c.Status().Update(ctx, engine) // want statusretry:"outside a conflict retry"
}

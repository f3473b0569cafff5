package overwrites

import (
	"context"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type options struct{ changes []func(*myv1.Widget) }

func (o *options) with(steps []myv1.StepStatus) *options {
	o.changes = append(o.changes, func(widget *myv1.Widget) { widget.Status.Steps = steps })
	return o
}

// apply reads the widget again, and makes the changes of the options.
func (r *WidgetReconciler) apply(ctx context.Context, widget *myv1.Widget, o *options) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		for _, change := range o.changes {
			change(widget)
		}
		return r.Status().Update(ctx, widget)
	})
}

// Handed hands the new value to what reads the widget again.
func (r *WidgetReconciler) Handed(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: "a"})
	return r.apply(ctx, widget, new(options).with(widget.Status.Steps))
}

// HandedOther hands over something else.
func (r *WidgetReconciler) HandedOther(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.apply(ctx, widget, new(options).with(widget.Status.Steps)) // want statuslost:"Status.Phase"
}

// Package subresource: writers of a named subresource.
package subresource

import (
	"context"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

const (
	statusName = "status"
	scaleName  = "scale"
)

type Reconciler struct {
	client.Client
}

// Status writes the status by its name.
func (r *Reconciler) StatusByName(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.SubResource("status").Update(ctx, widget) // want statusretry:"widget"
}

// Scale writes another subresource.
func (r *Reconciler) Scale(ctx context.Context, widget *myv1.Widget) error {
	scale := &autoscalingv1.Scale{Spec: autoscalingv1.ScaleSpec{Replicas: 2}}
	return r.SubResource("scale").Update(ctx, widget, client.WithSubResourceBody(scale))
}

// Constant has the name in a constant.
func (r *Reconciler) Constant(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.SubResource(statusName).Update(ctx, widget) // want statusretry:"widget"
}

// ScaleConstant has the other name in one.
func (r *Reconciler) ScaleConstant(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.SubResource(scaleName).Update(ctx, widget)
}

// Held keeps the writer.
func (r *Reconciler) Held(ctx context.Context, widget *myv1.Widget) error {
	sub := r.SubResource("status")
	widget.Status.Phase = myv1.PhaseReady
	return sub.Update(ctx, widget) // want statusretry:"widget"
}

// HeldScale keeps the other.
func (r *Reconciler) HeldScale(ctx context.Context, widget *myv1.Widget) error {
	sub := r.SubResource("scale")
	widget.Status.Phase = myv1.PhaseReady
	return sub.Update(ctx, widget)
}

// Unknown does not know the name.
//
// contract: the table has `SubResource("status")` only.
func (r *Reconciler) Unknown(ctx context.Context, name string, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.SubResource(name).Update(ctx, widget)
}

// Both writes the status in both ways: the same subresource.
func (r *Reconciler) Both(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.SubResource("status").Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// StatusAndScale writes two subresources.
func (r *Reconciler) StatusAndScale(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	return r.SubResource("scale").Patch(ctx, widget, client.MergeFrom(base))
}

// ScaleSteps writes the other subresource in a loop.
func (r *Reconciler) ScaleSteps(ctx context.Context, widget *myv1.Widget) error {
	for i := range 5 {
		scale := &autoscalingv1.Scale{Spec: autoscalingv1.ScaleSpec{Replicas: int32(i)}}
		if err := r.SubResource("scale").Update(ctx, widget, client.WithSubResourceBody(scale)); err != nil {
			return err
		}
	}
	return nil
}

// Package steps: one object's own steps, each written in turn.
package steps

import (
	"context"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// WidgetReconciler writes once per step and again for the phase: N+1 writes.
type WidgetReconciler struct {
	client.Client
}

func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	for _, step := range widget.Spec.Steps {
		if err := r.run(ctx, step); err != nil {
			return ctrl.Result{}, fmt.Errorf("step %s: %w", step, err)
		}
		base := widget.DeepCopy()
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: step, Phase: myv1.PhaseReady})
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return ctrl.Result{}, err
		}
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusmulti:"widget.*may|may.*widget"
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

func (r *WidgetReconciler) run(ctx context.Context, step string) error { return ctx.Err() }

// GadgetReconciler is the same with a plain update, and so without protection.
type GadgetReconciler struct {
	client.Client
}

func (r *GadgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var gadget myv1.Gadget
	if err := r.Get(ctx, req.NamespacedName, &gadget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	for i := range gadget.Status.Steps {
		gadget.Status.Steps[i].Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, &gadget); err != nil { // want statusloop:"gadget" statusretry:"gadget"
			return ctrl.Result{}, err
		}
	}
	gadget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, r.Status().Update(ctx, &gadget) // want statusmulti:"gadget.*may|may.*gadget" statusretry:"gadget"
}

// PartReconciler collects the steps in memory and writes once.
type PartReconciler struct {
	client.Client
}

func (r *PartReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	part := &myv1.Part{}
	if err := r.Get(ctx, req.NamespacedName, part); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := part.DeepCopy()
	for _, step := range part.Spec.Steps {
		part.Status.Steps = append(part.Status.Steps, myv1.StepStatus{Name: step, Phase: myv1.PhaseReady})
	}
	part.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, r.Status().Patch(ctx, part, client.MergeFrom(base))
}

// FirstFailedStep writes in the loop for the failed step only, and leaves.
func (r *WidgetReconciler) FirstFailedStep(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	for i, step := range widget.Spec.Steps {
		if err := r.run(ctx, step); err != nil {
			widget.Status.Steps[i].Phase = myv1.PhaseFailed
			return r.Status().Patch(ctx, widget, client.MergeFrom(base))
		}
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// EveryFailedStep writes for the failed steps, and goes on.
func (r *WidgetReconciler) EveryFailedStep(ctx context.Context, widget *myv1.Widget) error {
	for i, step := range widget.Spec.Steps {
		if err := r.run(ctx, step); err != nil {
			base := widget.DeepCopy()
			widget.Status.Steps[i].Message = err.Error()
			if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
				return err
			}
		}
	}
	return nil
}

// ErrorOnlyLogged goes on whether the write failed or not.
func (r *WidgetReconciler) ErrorOnlyLogged(ctx context.Context, widget *myv1.Widget) {
	for i := range widget.Status.Steps {
		base := widget.DeepCopy()
		widget.Status.Steps[i].Phase = myv1.PhaseReady
		// contract: "a turn that follows only after a failed write does not count"; this one follows after a good one too.
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			ctrl.LoggerFrom(ctx).Error(err, "unable to write the step")
		}
	}
}

// ThroughADeepCopy writes a copy in each turn: the same resource.
func (r *WidgetReconciler) ThroughADeepCopy(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		widgetCopy := widget.DeepCopy()
		widgetCopy.Status.Message = step
		if err := r.Status().Patch(ctx, widgetCopy, client.MergeFrom(widget)); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// ReadAgainEachTurn reads the object in each turn, under the key of the request.
func (r *WidgetReconciler) ReadAgainEachTurn(ctx context.Context, req ctrl.Request, steps []string) error {
	for _, step := range steps {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
			return err
		}
		base := widget.DeepCopy()
		widget.Status.Message = step
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// CountedTurns has a three-clause for.
func (r *WidgetReconciler) CountedTurns(ctx context.Context, widget *myv1.Widget) error {
	for i := 0; i < int(widget.Spec.Replicas); i++ {
		base := widget.DeepCopy()
		widget.Status.Attempts = i
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// AsLongAs has a condition only.
func (r *WidgetReconciler) AsLongAs(ctx context.Context, widget *myv1.Widget) error {
	for widget.Status.Attempts < 5 {
		base := widget.DeepCopy()
		widget.Status.Attempts++
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// TwoWritesATurn has two writes in one turn: each is repeated, and the second comes after the first.
func (r *WidgetReconciler) TwoWritesATurn(ctx context.Context, widget *myv1.Widget) error {
	for i := range widget.Status.Steps {
		base := widget.DeepCopy()
		widget.Status.Steps[i].Phase = myv1.PhaseRunning
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return err
		}
		base = widget.DeepCopy()
		widget.Status.Steps[i].Phase = myv1.PhaseReady
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget" statusmulti:"widget.*always|always.*widget"
			return err
		}
	}
	return nil
}

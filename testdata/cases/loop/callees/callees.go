// Package callees: the loop calls a function that writes.
package callees

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type WidgetReconciler struct {
	client.Client
	Manager *helpers.Manager
}

// Reconcile marks each step through a function of its own.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	for i := range widget.Status.Steps {
		if err := r.markStep(ctx, widget, i); err != nil { // want statusloop:"widget"
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

func (r *WidgetReconciler) markStep(ctx context.Context, widget *myv1.Widget, i int) error {
	base := widget.DeepCopy()
	widget.Status.Steps[i].Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// MarkStepOnce calls it outside of a loop.
func (r *WidgetReconciler) MarkStepOnce(ctx context.Context, widget *myv1.Widget) error {
	return r.markStep(ctx, widget, 0)
}

// OtherPackage calls a function of another package that writes its parameter.
func (r *WidgetReconciler) OtherPackage(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		if err := helpers.WritePhase(ctx, r.Client, widget, step); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// OtherPackageInMemory calls one that changes it in memory.
func (r *WidgetReconciler) OtherPackageInMemory(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	for _, step := range widget.Spec.Steps {
		helpers.SetPhase(widget, step)
	}
	return helpers.PatchStatus(ctx, r.Client, widget, base)
}

// OtherPackageByKey calls one that reads and writes what a key names.
func (r *WidgetReconciler) OtherPackageByKey(ctx context.Context, req ctrl.Request, messages []string) error {
	for _, message := range messages {
		if err := helpers.MarkFailed(ctx, r.Client, req.NamespacedName, message); err != nil { // want statusloop:"."
			return err
		}
	}
	return nil
}

// OtherPackageByKeyOfThisTurn gives it another key in each turn.
func (r *WidgetReconciler) OtherPackageByKeyOfThisTurn(ctx context.Context, widgets *myv1.WidgetList) error {
	for i := range widgets.Items {
		if err := helpers.MarkFailed(ctx, r.Client, client.ObjectKeyFromObject(&widgets.Items[i]), "gone"); err != nil {
			return err
		}
	}
	return nil
}

// ManagerInALoop does one protected write a turn: protected, and repeated.
func (r *WidgetReconciler) ManagerInALoop(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error { // want statusloop:"widget"
			widget.Status.Message = step
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ManagerAfterALoop does one.
func (r *WidgetReconciler) ManagerAfterALoop(ctx context.Context, widget *myv1.Widget) error {
	var steps []myv1.StepStatus
	for _, step := range widget.Spec.Steps {
		steps = append(steps, myv1.StepStatus{Name: step})
	}
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Steps = steps
		return nil
	})
}

// ManagerPerItem does one for each item.
func (r *WidgetReconciler) ManagerPerItem(ctx context.Context, keys []client.ObjectKey) error {
	for _, key := range keys {
		if err := helpers.UpdateWidget(ctx, r.Client, key, func(w *myv1.Widget) { w.Status.Attempts++ }); err != nil {
			return err
		}
	}
	return nil
}

// Chain writes two calls down.
func (r *WidgetReconciler) Chain(ctx context.Context, widget *myv1.Widget) error {
	for i := range widget.Status.Steps {
		if err := r.step(ctx, widget, i); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

func (r *WidgetReconciler) step(ctx context.Context, widget *myv1.Widget, i int) error {
	if widget.Status.Steps[i].Phase == myv1.PhaseReady {
		return nil
	}
	return r.markStep(ctx, widget, i)
}

// LoopInTheCallee calls a function that has the loop: it is reported there.
func (r *WidgetReconciler) LoopInTheCallee(ctx context.Context, widget *myv1.Widget) error {
	return r.markAll(ctx, widget)
}

func (r *WidgetReconciler) markAll(ctx context.Context, widget *myv1.Widget) error {
	for i := range widget.Status.Steps {
		if err := r.markStep(ctx, widget, i); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// Closure writes through a closure made before the loop.
func (r *WidgetReconciler) Closure(ctx context.Context, widget *myv1.Widget) error {
	mark := func(message string) error {
		base := widget.DeepCopy()
		widget.Status.Message = message
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	for _, step := range widget.Spec.Steps {
		if err := mark(step); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// ClosureOverItem makes one in each turn, over the item of this turn.
func (r *WidgetReconciler) ClosureOverItem(ctx context.Context, widgets []*myv1.Widget) error {
	for _, widget := range widgets {
		mark := func(message string) error {
			base := widget.DeepCopy()
			widget.Status.Message = message
			return r.Status().Patch(ctx, widget, client.MergeFrom(base))
		}
		if err := mark("seen"); err != nil {
			return err
		}
	}
	return nil
}

// ReceiverField writes a field of the receiver of a scope.
func (r *WidgetReconciler) ReceiverField(ctx context.Context, widget *myv1.Widget) error {
	s := &scope{Client: r.Client, widget: widget}
	for range widget.Spec.Steps {
		if err := s.patch(ctx); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// ReceiverFieldPerItem makes a scope in each turn.
func (r *WidgetReconciler) ReceiverFieldPerItem(ctx context.Context, widgets []*myv1.Widget) error {
	for _, widget := range widgets {
		s := &scope{Client: r.Client, widget: widget}
		if err := s.patch(ctx); err != nil {
			return err
		}
	}
	return nil
}

type scope struct {
	client.Client
	widget *myv1.Widget
}

func (s *scope) patch(ctx context.Context) error {
	base := s.widget.DeepCopy()
	s.widget.Status.Attempts++
	return s.Status().Patch(ctx, s.widget, client.MergeFrom(base))
}

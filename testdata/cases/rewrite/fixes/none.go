package fixes

import (
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
)

// NoneReconciler has updates that must stay as they are: there are reports, and
// no fixes.
type NoneReconciler struct {
	client.Client
	now func() time.Time
}

// Reconcile hands the object on.
func (r *NoneReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if widget.Status.Phase == "" {
		return r.begin(ctx, widget)
	}
	if widget.Spec.Paused {
		return ctrl.Result{}, r.relabel(ctx, widget)
	}
	if widget.Spec.Owner == "" {
		return ctrl.Result{}, r.clock(ctx, widget)
	}
	if err := r.sync(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.count(ctx, widget)
}

// begin adds steps when there was no phase: that was decided by the caller, and
// a fresh object may have both.
func (r *NoneReconciler) begin(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	for _, name := range widget.Spec.Steps {
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: name, Phase: myv1.PhasePending})
	}
	setPhase(widget, myv1.PhasePending)
	_ = r.Status().Update(ctx, widget)
	return ctrl.Result{RequeueAfter: time.Second}, nil
}

// relabel changes more than the status.
func (r *NoneReconciler) relabel(ctx context.Context, widget *myv1.Widget) error {
	widget.Labels["paused"] = "true"
	widget.Status.Message = "paused"
	return r.Status().Update(ctx, widget)
}

// clock calls what cannot be seen: it may not be called twice.
func (r *NoneReconciler) clock(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Message = r.now().String()
	return r.Status().Update(ctx, widget)
}

// sync leaves a change behind that the next write sends.
func (r *NoneReconciler) sync(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Message = "syncing"
	return r.List(ctx, &myv1.PartList{}, client.InNamespace(widget.Namespace))
}

// count sends what sync has changed, too.
func (r *NoneReconciler) count(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.ObservedGeneration = widget.Generation
	if err := r.Status().Update(ctx, widget); err != nil {
		log.FromContext(ctx).Error(err, "cannot update")
		return err
	}
	return nil
}

// Exported may be called with anything.
func (r *NoneReconciler) Exported(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// stale works out the next value from the one that it had.
func (r *NoneReconciler) Stale(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	next := widget.Status.Attempts + 1
	log.FromContext(ctx).Info("next", "attempt", next)
	widget.Status.Attempts = next
	return r.Status().Update(ctx, widget)
}

// Written comes after a write of the whole object: a cache may not have it yet.
func (r *NoneReconciler) Written(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	widget.Finalizers = append(widget.Finalizers, "my.example.com/none")
	if err := r.Update(ctx, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// Again writes what a failed update has left in the object with the next one.
func (r *NoneReconciler) Again(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	_ = r.Status().Update(ctx, widget)
	if err := r.List(ctx, &myv1.PartList{}); err != nil {
		return err
	}
	widget.Status.Message = "listed"
	return r.Status().Update(ctx, widget)
}

// Twice has a second chance in its second update.
func (r *NoneReconciler) Twice(ctx context.Context, req ctrl.Request) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return
	}
	widget.Status.Phase = myv1.PhaseRunning
	_ = r.Status().Update(ctx, widget)
	widget.Status.Message = "running"
	_ = r.Status().Update(ctx, widget)
}

// Kept writes a value from before, which a conflict protects from undoing what
// others wrote.
func (r *NoneReconciler) Kept(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	next := widget.Status.Attempts + 1
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	if err := r.List(ctx, &myv1.PartList{}); err != nil {
		return err
	}
	widget.Status.Attempts = next
	return r.Status().Update(ctx, widget)
}

// Unwrapped would find the step of the attempt before, were the error wrapped.
func (r *NoneReconciler) Unwrapped(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
			return err
		}
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: "one"})
		if err := r.Status().Update(ctx, widget); err != nil {
			return fmt.Errorf("updating: %v", err)
		}
		return nil
	})
}

// SecondChance logs the failure of the first update: the second is another attempt.
func (r *NoneReconciler) SecondChance(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	if err := r.List(ctx, &myv1.PartList{}); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Update(ctx, widget); err != nil {
		log.FromContext(ctx).Error(err, "cannot tell that it runs")
	}
	return r.Status().Update(ctx, widget)
}

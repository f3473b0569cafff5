// Package fixes: controllers, and what the fixes make of them, in the package
// fixed.
package fixes

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
)

// WidgetReconciler has a client, and nothing else.
type WidgetReconciler struct {
	client.Client
}

// Reconcile reads, changes and writes.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if widget.Spec.Paused {
		return ctrl.Result{}, r.pause(ctx, widget)
	}
	if widget.Status.Phase == "" {
		return r.begin(ctx, widget)
	}

	ready, err := r.ready(ctx, req)
	if err != nil {
		return r.fail(ctx, widget, err)
	}

	// The status names the generation that it was worked out for.
	widget.Status.ObservedGeneration = widget.Generation
	now := metav1.Now() // not part of the status
	if ready {
		// All is well.
		widget.Status.Phase = myv1.PhaseReady
	} else {
		widget.Status.Phase = myv1.PhaseRunning
	}
	meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{
		Type:               "Ready",
		Status:             metav1.ConditionTrue,
		Reason:             "Checked",
		LastTransitionTime: now,
		ObservedGeneration: widget.Generation,
	})
	log.FromContext(ctx).Info("checked", "widget", widget.Name)
	if err := r.Status().Update(ctx, widget); err != nil {
		return ctrl.Result{}, fmt.Errorf("updating the status: %w", err)
	}
	return ctrl.Result{RequeueAfter: time.Minute}, nil
}

// pause is called with an object that was only looked at.
func (r *WidgetReconciler) pause(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Message = fmt.Sprintf("paused by %s", widget.Spec.Owner)
	return r.Status().Update(ctx, widget)
}

// begin ignores the error. It sets the same however often it runs.
func (r *WidgetReconciler) begin(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	for i := range widget.Status.Steps {
		widget.Status.Steps[i].Phase = myv1.PhasePending
	}
	setPhase(widget, myv1.PhasePending)
	_ = r.Status().Update(ctx, widget)
	return ctrl.Result{RequeueAfter: time.Second}, nil
}

// fail turns the error into a requeue.
func (r *WidgetReconciler) fail(ctx context.Context, widget *myv1.Widget, cause error) (ctrl.Result, error) {
	widget.Status.Message = cause.Error()
	err := r.Status().Update(ctx, widget)
	if err != nil {
		log.FromContext(ctx).Error(err, "cannot record the failure")
		return ctrl.Result{RequeueAfter: time.Second}, nil
	}
	return ctrl.Result{}, cause
}

// setPhase only changes the status that it is given.
func setPhase(widget *myv1.Widget, phase string) {
	if widget.Status.Phase == phase {
		return
	}
	widget.Status.Phase = phase
	widget.Status.Message = ""
}

// ready asks the cluster, with a list.
func (r *WidgetReconciler) ready(ctx context.Context, req ctrl.Request) (bool, error) {
	var parts myv1.PartList
	if err := r.List(ctx, &parts, client.InNamespace(req.Namespace)); err != nil {
		return false, err
	}
	return len(parts.Items) > 0, nil
}

// GadgetReconciler has a reader that asks the API server.
type GadgetReconciler struct {
	client    client.Client
	apiReader client.Reader
}

// Reconcile writes the object first: a cache may still have the old one.
func (r *GadgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var gadget myv1.Gadget
	if err := r.client.Get(ctx, req.NamespacedName, &gadget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if len(gadget.Finalizers) == 0 {
		gadget.Finalizers = []string{"my.example.com/gadget"}
		if err := r.client.Update(ctx, &gadget); err != nil {
			return ctrl.Result{}, err
		}
	}
	fresh := time.Now().Year()
	gadget.Status.Message = fmt.Sprint(fresh)
	return ctrl.Result{}, r.client.Status().Update(ctx, &gadget)
}

// PhaseReconciler decides by the phase.
type PhaseReconciler struct {
	client.Client
}

// Reconcile has an update in each case, and one where there is none; each names
// the generation.
func (r *PhaseReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	switch widget.Status.Phase {
	case "", myv1.PhasePending:
		widget.Status.ObservedGeneration = widget.Generation
		widget.Status.Phase = myv1.PhaseRunning
		return ctrl.Result{}, r.Status().Update(ctx, widget)
	case myv1.PhaseReady:
		return ctrl.Result{}, nil
	default:
		widget.Status.ObservedGeneration = widget.GetGeneration()
		widget.Status.Phase = myv1.PhaseReady
		return ctrl.Result{}, r.Status().Update(ctx, widget)
	}
}

// Both has the updates of two objects in one block.
func (r *PhaseReconciler) Both(ctx context.Context, req ctrl.Request) error {
	widget, gadget := &myv1.Widget{}, &myv1.Gadget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	if err := r.Get(ctx, req.NamespacedName, gadget); err != nil {
		return err
	}
	widget.Status.ObservedGeneration = widget.Generation
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	gadget.Status.ObservedGeneration = gadget.Generation
	return r.Status().Update(ctx, gadget)
}

// Package calls does much between its writes, of which two things matter.
package calls

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/tools/record"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/rewrite/batch/logging"
	_ "example.com/cases/rewrite/batch/status" // has the batch
)

// Cloud is where things are made.
type Cloud interface {
	Ensure(ctx context.Context, name string) error
}

// Reconciler updates the object, and makes something in a cloud. All else that it calls between its writes only
// tells people of it, or looks at what is there.
type Reconciler struct {
	client.Client
	Cloud    Cloud
	Recorder record.EventRecorder
}

func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	ctrl.LoggerFrom(ctx).Info("reconcile")
	ctx = log.IntoContext(ctx, logging.FromContext(ctx))
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	widget.Status.SetPhase(myv1.PhasePending, "")
	if err := r.Status().Update(ctx, widget); err != nil {
		return ctrl.Result{}, logging.Gone(err)
	}
	r.Recorder.Event(widget, corev1.EventTypeNormal, "Pending", "is made")
	if controllerutil.AddFinalizer(widget, "widgets") {
		if err := r.Update(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
	}
	if err := r.Cloud.Ensure(ctx, widget.Name); err != nil {
		return ctrl.Result{}, r.fail(ctx, widget, fmt.Errorf("make %s: %w", client.ObjectKeyFromObject(widget), err))
	}
	if meta.IsStatusConditionTrue(widget.Status.Conditions, "Ready") {
		log.FromContext(ctx).Info("is ready")
	}
	widget.Status.SetPhase(myv1.PhaseReady, "")
	return ctrl.Result{}, r.Status().Update(ctx, widget)
}

func (r *Reconciler) fail(ctx context.Context, widget *myv1.Widget, reason error) error {
	ctrl.LoggerFrom(ctx).Error(reason, "failed")
	widget.Status.SetPhase(myv1.PhaseFailed, reason.Error())
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	return reason
}

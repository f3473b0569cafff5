// Package direct: what becomes of the error of a direct write, under policy=requeue.
package direct

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type WidgetReconciler struct {
	client.Client
}

// Reconcile returns the error: the conflict repeats the whole reconcile.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, r.Status().Update(ctx, widget)
}

// GadgetReconciler logs it: the update is lost.
type GadgetReconciler struct {
	client.Client
}

func (r *GadgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	gadget := &myv1.Gadget{}
	if err := r.Get(ctx, req.NamespacedName, gadget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	gadget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, gadget); err != nil { // want statusretry:"gadget"
		ctrl.LoggerFrom(ctx).Error(err, "unable to update the status")
	}
	return ctrl.Result{}, nil
}

// Wrapped returns it wrapped.
func (r *WidgetReconciler) Wrapped(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		return fmt.Errorf("update the status of %s: %w", widget.Name, err)
	}
	return nil
}

// LoggedAndReturned does both.
func (r *WidgetReconciler) LoggedAndReturned(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	err := r.Status().Update(ctx, widget)
	if err != nil {
		log.Print(err)
	}
	return err
}

// NotFoundIgnored filters it.
func (r *WidgetReconciler) NotFoundIgnored(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return client.IgnoreNotFound(r.Status().Update(ctx, widget))
}

// Replaced returns another error in its place.
func (r *WidgetReconciler) Replaced(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		return errors.New("the status could not be updated")
	}
	return nil
}

// Joined joins it with another.
func (r *WidgetReconciler) Joined(ctx context.Context, widget *myv1.Widget) error {
	workErr := ctx.Err()
	widget.Status.Phase = myv1.PhaseFailed
	return errors.Join(workErr, r.Status().Update(ctx, widget))
}

// Aggregated collects it with others.
func (r *WidgetReconciler) Aggregated(ctx context.Context, widgets []*myv1.Widget) error {
	var errs []error
	for _, widget := range widgets {
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil {
			errs = append(errs, err)
		}
	}
	return utilerrors.NewAggregate(errs)
}

// NamedResult assigns it to the result.
func (r *WidgetReconciler) NamedResult(ctx context.Context, widget *myv1.Widget) (err error) {
	widget.Status.Phase = myv1.PhaseReady
	err = r.Status().Update(ctx, widget)
	return
}

// Deferred assigns it to the result when the function returns.
func (r *WidgetReconciler) Deferred(ctx context.Context, widget *myv1.Widget) (reterr error) {
	defer func() {
		if err := r.Status().Update(ctx, widget); err != nil && reterr == nil {
			reterr = err
		}
	}()
	widget.Status.Phase = myv1.PhaseReady
	return ctx.Err()
}

// DeferredJoined joins it to the result.
func (r *WidgetReconciler) DeferredJoined(ctx context.Context, widget *myv1.Widget) (reterr error) {
	defer func() {
		reterr = errors.Join(reterr, r.Status().Update(ctx, widget))
	}()
	widget.Status.Phase = myv1.PhaseReady
	return ctx.Err()
}

// DeferredLogged logs it then.
func (r *WidgetReconciler) DeferredLogged(ctx context.Context, widget *myv1.Widget) (reterr error) {
	defer func() {
		if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
			log.Print(err)
		}
	}()
	widget.Status.Phase = myv1.PhaseReady
	return ctx.Err()
}

// DeferredIgnored defers the write itself.
func (r *WidgetReconciler) DeferredIgnored(ctx context.Context, widget *myv1.Widget) error {
	defer r.Status().Update(ctx, widget) // want statusretry:"widget"
	widget.Status.Phase = myv1.PhaseReady
	return ctx.Err()
}

// Ignored drops it by a blank.
func (r *WidgetReconciler) Ignored(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	_ = r.Status().Update(ctx, widget) // want statusretry:"widget"
	return nil
}

// Statement drops it without one.
func (r *WidgetReconciler) Statement(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	r.Status().Update(ctx, widget) // want statusretry:"widget"
	return nil
}

// NoErrorResult has nothing to return it by.
func (r *WidgetReconciler) NoErrorResult(ctx context.Context, widget *myv1.Widget) {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
		log.Printf("update status: %v", err)
	}
}

// Overwritten assigns another error to the variable.
func (r *WidgetReconciler) Overwritten(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	err := r.Status().Update(ctx, widget) // want statusretry:"widget"
	log.Print(err)
	err = ctx.Err()
	return err
}

// LoggedThenOther logs it, and returns the error of something else, which is not nil.
func (r *WidgetReconciler) LoggedThenOther(ctx context.Context, widget *myv1.Widget) error {
	if workErr := ctx.Err(); workErr != nil {
		widget.Status.Phase = myv1.PhaseFailed
		// contract: "Any non-nil error returned counts as returned … and so does another error returned in its place".
		if err := r.Status().Update(ctx, widget); err != nil {
			log.Print(err)
		}
		return workErr
	}
	return nil
}

// ConflictRequeued turns a conflict into a requeue.
func (r *WidgetReconciler) ConflictRequeued(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		if apierrors.IsConflict(err) {
			return ctrl.Result{RequeueAfter: time.Second}, nil
		}
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

// ErrorRequeued turns any error into a requeue, conflicts too.
func (r *WidgetReconciler) ErrorRequeued(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		log.Print(err)
		return ctrl.Result{RequeueAfter: time.Second}, nil
	}
	return ctrl.Result{}, nil
}

// ConflictForgotten turns a conflict into success.
func (r *WidgetReconciler) ConflictForgotten(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
		log.Print(err)
		return ctrl.Result{}, nil
	}
	return ctrl.Result{}, nil
}

// Goroutine has nobody to return it to.
func (r *WidgetReconciler) Goroutine(ctx context.Context, widget *myv1.Widget) {
	go func() {
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
			log.Print(err)
		}
	}()
}

// Retried is protected, and its error may be ignored.
func (r *WidgetReconciler) Retried(ctx context.Context, widget *myv1.Widget) {
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
	if err != nil {
		log.Print(err)
	}
}

// Patched is not conflict-prone, and its error may be ignored.
func (r *WidgetReconciler) Patched(ctx context.Context, widget *myv1.Widget) {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	_ = r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

package callers

import (
	"context"
	"log"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"

	myv1 "example.com/cases/api/v1"
)

// tells says of a failed update by a flag, which its caller turns into a requeue.
func (r *WidgetReconciler) tells(ctx context.Context, widget *myv1.Widget) (again bool) {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		log.Print(err)
		return true
	}
	return false
}

func (r *WidgetReconciler) Listens(ctx context.Context, widget *myv1.Widget) ctrl.Result {
	if r.tells(ctx, widget) {
		return ctrl.Result{RequeueAfter: time.Second}
	}
	return ctrl.Result{}
}

// shouts tells of it, too, but its caller does not listen.
func (r *WidgetReconciler) shouts(ctx context.Context, widget *myv1.Widget) (again bool) {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		log.Print(err)
		return true
	}
	return false
}

func (r *WidgetReconciler) Deaf(ctx context.Context, widget *myv1.Widget) {
	r.shouts(ctx, widget) // want statusretry:"."
}

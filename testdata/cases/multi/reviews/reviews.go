// Package reviews: the API server answers what was asked in the status of what is made.
package reviews

import (
	"context"

	authorizationv1 "k8s.io/api/authorization/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// WidgetReconciler writes only what it may.
type WidgetReconciler struct {
	client.Client
}

// Reconcile asks first.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var widget myv1.Widget
	if err := r.Get(ctx, req.NamespacedName, &widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !r.allowed(ctx, widget.Namespace) {
		return ctrl.Result{}, nil
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(ctx, &widget, client.MergeFrom(base)); err != nil {
		return ctrl.Result{}, err
	}
	base = widget.DeepCopy()
	widget.Status.Message = "done"
	return ctrl.Result{}, r.Status().Patch(ctx, &widget, client.MergeFrom(base)) // want statusmulti:"always"
}

func (r *WidgetReconciler) allowed(ctx context.Context, namespace string) bool {
	review := &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: namespace, Verb: "update", Resource: "widgets/status"},
		},
	}
	if err := r.Create(ctx, review); err != nil {
		return false
	}
	return review.Status.Allowed
}

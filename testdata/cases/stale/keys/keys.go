// Package keys: only the key shows that what was read before the retry and what is
// read in it are one resource.
package keys

import (
	"context"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Reconciler has a client.
type Reconciler struct{ client client.Client }

// Captured takes over, in each attempt, what was read at the beginning.
func (r *Reconciler) Captured(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.client.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	widget.Status.Attempts++
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		latest := &myv1.Widget{}
		if err := r.client.Get(ctx, req.NamespacedName, latest); err != nil {
			return err
		}
		latest.Status.Attempts = widget.Status.Attempts // want statusstale:"Status.Attempts of widget"
		return r.client.Status().Update(ctx, latest)
	})
}

// OtherKey takes over what another resource has.
func (r *Reconciler) OtherKey(ctx context.Context, req ctrl.Request, to client.ObjectKey) error {
	widget := &myv1.Widget{}
	if err := r.client.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		latest := &myv1.Widget{}
		if err := r.client.Get(ctx, to, latest); err != nil {
			return err
		}
		latest.Status.Attempts = widget.Status.Attempts
		return r.client.Status().Update(ctx, latest)
	})
}

// count gets a key and an object of the same resource, as its callers know.
func (r *Reconciler) count(ctx context.Context, key client.ObjectKey, widget *myv1.Widget) error {
	attempts := widget.Status.Attempts + 1
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		latest := &myv1.Widget{}
		if err := r.client.Get(ctx, key, latest); err != nil {
			return err
		}
		latest.Status.Attempts = attempts // want statusstale:"Status.Attempts of widget"
		return r.client.Status().Update(ctx, latest)
	})
}

// Counted passes both.
func (r *Reconciler) Counted(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.client.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	return r.count(ctx, req.NamespacedName, widget)
}

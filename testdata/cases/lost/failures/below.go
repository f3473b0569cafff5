package failures

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

// OwnerReconciler records why it fails below, and writes the status at the end.
type OwnerReconciler struct {
	client.Client
}

// Deferred writes the status whatever comes, but the reason of the failure is gone by then.
func (r *OwnerReconciler) Deferred(ctx context.Context, widget *myv1.Widget) (err error) {
	before := widget.DeepCopy()
	defer func() {
		if !equality.Semantic.DeepEqual(before.Status, widget.Status) {
			err = errors.Join(err, r.Status().Update(ctx, widget)) // want statusretry:"widget"
		}
	}()
	return r.ensureOwner(ctx, widget) // want statuslost:`overwrites changes to the status of widget that were not written \(Status.Phase\)`
}

// Afterwards writes it where the failure is handed up from two calls below.
func (r *OwnerReconciler) Afterwards(ctx context.Context, widget *myv1.Widget) error {
	err := r.prepare(ctx, widget)                           // want statuslost:`of widget that were not written \(Status.Phase\)`
	return errors.Join(err, r.Status().Update(ctx, widget)) // want statusretry:"widget"
}

// Swallowed tells nobody of the failure.
func (r *OwnerReconciler) Swallowed(ctx context.Context, widget *myv1.Widget) error {
	if err := r.ensureOwner(ctx, widget); err != nil { // want statuslost:`of widget that were not written \(Status.Phase\)`
		return nil
	}
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Elsewhere has another package do so.
func (r *OwnerReconciler) Elsewhere(ctx context.Context, widget *myv1.Widget) error {
	err := helpers.Fail(ctx, r.Client, widget)              // want statuslost:`of widget that were not written \(Status.Phase; overwritten at helpers/fail.go:16\)`
	return errors.Join(err, r.Status().Update(ctx, widget)) // want statusretry:"widget"
}

// GivesUp begins anew with the next reconcile.
func (r *OwnerReconciler) GivesUp(ctx context.Context, widget *myv1.Widget) error {
	if err := r.prepare(ctx, widget); err != nil {
		return err
	}
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Anew records the failure itself.
func (r *OwnerReconciler) Anew(ctx context.Context, widget *myv1.Widget) error {
	err := r.prepare(ctx, widget)
	if err != nil {
		widget.Status.Phase = myv1.PhaseFailed
	}
	return errors.Join(err, r.Status().Update(ctx, widget)) // want statusretry:"widget"
}

// Tidies does so for an object that is being deleted, whose status nobody reads.
func (r *OwnerReconciler) Tidies(ctx context.Context, widget *myv1.Widget) error {
	if !widget.DeletionTimestamp.IsZero() {
		err := r.prepare(ctx, widget)
		return errors.Join(err, r.Status().Update(ctx, widget)) // want statusretry:"widget"
	}
	return nil
}

// Told calls a function that has a report of its own for what it loses.
func (r *OwnerReconciler) Told(ctx context.Context, widget *myv1.Widget) error {
	err := r.reserve(ctx, widget)
	return errors.Join(err, r.Status().Update(ctx, widget)) // want statusretry:"widget"
}

// ToldOfUpdate calls one that takes Update for a write of the status.
func (r *OwnerReconciler) ToldOfUpdate(ctx context.Context, widget *myv1.Widget) error {
	err := Instead(ctx, r.Client, widget)
	return errors.Join(err, r.Status().Update(ctx, widget)) // want statusretry:"widget"
}

// reserve loses the phase whether it fails then or not.
func (r *OwnerReconciler) reserve(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseFailed
	widget.Labels["reserved"] = "yes"
	if err := r.Update(ctx, widget); err != nil { // want statuslost:`of widget that were not written \(Status.Phase\)`
		return err
	}
	if widget.Spec.Owner == "" {
		return errNoOwner
	}
	return nil
}

// Leaves calls one that knows by itself that the object is being deleted.
func (r *OwnerReconciler) Leaves(ctx context.Context, widget *myv1.Widget) error {
	err := r.release(ctx, widget)
	return errors.Join(err, r.Status().Update(ctx, widget)) // want statusretry:"widget"
}

func (r *OwnerReconciler) release(ctx context.Context, widget *myv1.Widget) error {
	if widget.DeletionTimestamp.IsZero() {
		return nil
	}
	return r.ensureOwner(ctx, widget)
}

func (r *OwnerReconciler) prepare(ctx context.Context, widget *myv1.Widget) error {
	if widget.Spec.Replicas == 0 {
		return nil
	}
	return r.ensureOwner(ctx, widget)
}

func (r *OwnerReconciler) ensureOwner(ctx context.Context, widget *myv1.Widget) error {
	var owner myv1.Widget
	if err := r.Get(ctx, types.NamespacedName{Namespace: widget.Namespace, Name: widget.Spec.Owner}, &owner); err != nil {
		widget.Status.Phase = myv1.PhaseFailed
		mark := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"annotations":{"owner":"missing"}}}`))
		if patchErr := r.Patch(ctx, widget, mark); patchErr != nil {
			return errors.Join(err, patchErr)
		}
		return err
	}
	return nil
}

package controllers

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "example.com/cases/api/v1"
)

// The reconcilers of this file write the status once on each path, which takes what the
// checks know of paths.

// later is what a reconciler returns to be called again.
var later = ctrl.Result{RequeueAfter: time.Minute}

// Postponed knows by the result whether the status has been written.
type Postponed struct{ base }

// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Postponed) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	res, err := r.prepare(ctx, widget)
	if err != nil {
		return ctrl.Result{}, err
	}
	if res.RequeueAfter > 0 {
		return res, nil
	}
	return ctrl.Result{}, r.write(ctx, widget, "Ready")
}

func (r *Postponed) prepare(ctx context.Context, widget *v1.Widget) (ctrl.Result, error) {
	if widget.Spec.Replicas == 0 {
		return later, r.write(ctx, widget, "Pending")
	}
	return ctrl.Result{}, nil
}

// Excused writes again only where something has failed.
type Excused struct{ base }

// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Excused) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	if err := r.write(ctx, widget, "Ready"); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.fail(ctx, widget, nil)
}

func (r *Excused) fail(ctx context.Context, widget *v1.Widget, cause error) error {
	if cause == nil {
		return nil
	}
	return errors.Join(cause, r.write(ctx, widget, "Failed"))
}

// Phased leaves the loop with the first phase that fails.
type Phased struct{ base }

// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Phased) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	phases := []func(*v1.Widget) error{validate, prune}
	for _, phase := range phases {
		if err := phase(widget); err != nil {
			failed := errors.Join(nil, err)
			if err := r.write(ctx, widget, "Failed"); err != nil {
				failed = errors.Join(failed, err)
			}
			if failed != nil {
				return ctrl.Result{}, failed
			}
		}
	}
	return ctrl.Result{}, nil
}

func validate(widget *v1.Widget) error {
	if widget.Spec.Owner == "" {
		return errors.New("nobody owns it")
	}
	return nil
}

func prune(widget *v1.Widget) error {
	if widget.Spec.Replicas < 0 {
		return errors.New("there cannot be fewer than none")
	}
	return nil
}

// Again calls itself when an update fails with a conflict.
type Again struct{ base }

// cost: 1 -> 1; 2 -> 2; direct retry; yes
func (r *Again) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	return ctrl.Result{}, r.set(ctx, client.ObjectKey(req.NamespacedName), "Ready")
}

func (r *Again) set(ctx context.Context, key client.ObjectKey, phase string) error {
	widget := &v1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = phase
	err := r.Status().Update(ctx, widget)
	if apierrors.IsConflict(err) {
		return r.set(ctx, key, phase)
	}
	return err
}

// Registered comes on many paths to a helper that has written where it returns a result.
type Registered struct{ base }

// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Registered) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	paused := false
	if widget.Labels["paused"] == "true" {
		paused = true
	}
	owner, phase := "nobody", "Ready"
	if widget.Spec.Owner != "" {
		owner = widget.Spec.Owner
	}
	if widget.Spec.Replicas == 0 {
		phase = "Idle"
	}
	attempts := 1
	if widget.Status.Attempts > 3 {
		attempts = 0
	}
	requeue, err := r.register(ctx, widget, owner)
	if err != nil {
		return ctrl.Result{}, err
	}
	if requeue != nil {
		return *requeue, nil
	}
	if paused {
		return ctrl.Result{}, nil
	}
	widget.Status.Attempts = attempts
	return ctrl.Result{}, r.write(ctx, widget, phase)
}

func (r *Registered) register(ctx context.Context, widget *v1.Widget, owner string) (*ctrl.Result, error) {
	if widget.Spec.Replicas < 0 {
		return nil, errors.New("there cannot be fewer than none")
	}
	written, err := r.setOwner(ctx, widget, owner)
	if err != nil {
		return nil, err
	}
	if written {
		return &later, nil
	}
	return nil, nil
}

func (r *Registered) setOwner(ctx context.Context, widget *v1.Widget, owner string) (bool, error) {
	old := widget.Status
	if old.Phase == "Registered" && old.Message == owner && old.ObservedGeneration == widget.Generation && old.Attempts == 0 {
		return false, nil
	}
	widget.Status.Phase, widget.Status.Message = "Registered", owner
	widget.Status.ObservedGeneration, widget.Status.Attempts = widget.Generation, 0
	return true, r.Status().Update(ctx, widget)
}

// Typed has a helper over types that returns whether it has written.
type Typed struct{ base }

// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Typed) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	if done, err := finish(ctx, r.Client, widget); done || err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.write(ctx, widget, "Ready")
}

func finish[T client.Object](ctx context.Context, c client.Client, obj T) (done bool, err error) {
	if obj.GetDeletionTimestamp().IsZero() {
		return false, nil
	}
	return true, c.Status().Update(ctx, obj)
}

// Mutual has two functions that call each other when an update fails with a conflict.
type Mutual struct{ base }

// cost: 1 -> 1; 2 -> 2; direct retry; yes
func (r *Mutual) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	return ctrl.Result{}, r.fetch(ctx, client.ObjectKey(req.NamespacedName), "Ready")
}

func (r *Mutual) fetch(ctx context.Context, key client.ObjectKey, phase string) error {
	widget := &v1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	return r.send(ctx, widget, phase)
}

func (r *Mutual) send(ctx context.Context, widget *v1.Widget, phase string) error {
	widget.Status.Phase = phase
	err := r.Status().Update(ctx, widget)
	if apierrors.IsConflict(err) {
		return r.fetch(ctx, client.ObjectKeyFromObject(widget), phase)
	}
	return err
}

// Alternating has two functions that call each other after they have written.
type Alternating struct{ base }

// cost: unbounded -> 1; unbounded + 1 -> 2; direct update; no
func (r *Alternating) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.even(ctx, widget, int(widget.Spec.Replicas))
}

func (r *Alternating) even(ctx context.Context, widget *v1.Widget, left int) error {
	if left == 0 {
		return nil
	}
	return r.odd(ctx, widget, left-1)
}

func (r *Alternating) odd(ctx context.Context, widget *v1.Widget, left int) error {
	if err := r.write(ctx, widget, "Odd"); err != nil {
		return err
	}
	return r.even(ctx, widget, left)
}

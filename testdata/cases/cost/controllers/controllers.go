// Package controllers holds a reconciler for each shape of path. The comment
// before each says what its worst path costs: status writes, and those that are
// left after the rewrite; requests, and those that are left; how it writes, and
// whether that is protected.
package controllers

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "example.com/cases/api/v1"
	"example.com/cases/cost/status"
)

type base struct{ client.Client }

func (b *base) read(ctx context.Context, req ctrl.Request) (*v1.Widget, error) {
	var widget v1.Widget
	if err := b.Get(ctx, req.NamespacedName, &widget); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	return &widget, nil
}

func (b *base) write(ctx context.Context, widget *v1.Widget, phase string) error {
	widget.Status.Phase = phase
	return b.Status().Update(ctx, widget)
}

type Once struct{ base }

// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Once) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if widget == nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.write(ctx, widget, "Ready")
}

type Nothing struct{ base }

// cost: 0 -> 0; 1 -> 1; none; not needed
func (r *Nothing) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	_, err := r.read(ctx, req)
	return ctrl.Result{}, err
}

type Steps struct{ base }

// cost: len(widget.Spec.Steps) + 1 -> 1; len(widget.Spec.Steps) + 2 -> 2; direct update; no
func (r *Steps) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	for _, step := range widget.Spec.Steps {
		if err := r.write(ctx, widget, step); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, r.write(ctx, widget, "Ready")
}

type Three struct{ base }

// cost: 3 -> 1; 4 -> 2; direct update; no
func (r *Three) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	for i := 0; i < 3; i++ {
		if err := r.write(ctx, widget, "Working"); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

type Nested struct{ base }

// cost: len(step) * len(widget.Spec.Steps) -> 1; len(step) * len(widget.Spec.Steps) + 1 -> 2; direct update; no
func (r *Nested) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	for _, step := range widget.Spec.Steps {
		for range step {
			if err := r.write(ctx, widget, step); err != nil {
				return ctrl.Result{}, err
			}
		}
	}
	return ctrl.Result{}, nil
}

type FirstOnly struct{ base }

// The loop ends with the write.
//
// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *FirstOnly) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	for _, step := range widget.Spec.Steps {
		if step != widget.Status.Phase {
			return ctrl.Result{}, r.write(ctx, widget, step)
		}
	}
	return ctrl.Result{}, nil
}

type Items struct{ base }

// Each turn writes another resource, so there is nothing to save.
//
// cost: len(list.Items) -> len(list.Items); len(list.Items) + 1 -> len(list.Items) + 1; direct update; no
func (r *Items) Reconcile(ctx context.Context, _ ctrl.Request) (ctrl.Result, error) {
	var list v1.WidgetList
	if err := r.List(ctx, &list); err != nil {
		return ctrl.Result{}, err
	}
	for i := range list.Items {
		if err := r.write(ctx, &list.Items[i], "Ready"); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

type Handled struct{ base }

// The write of handle goes with a bool that ends the reconcile.
//
// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Handled) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	if handled, err := r.handle(ctx, widget); handled || err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.write(ctx, widget, "Ready")
}

func (r *Handled) handle(ctx context.Context, widget *v1.Widget) (bool, error) {
	if len(widget.Spec.Steps) > 0 {
		return false, nil
	}
	if err := r.write(ctx, widget, "Empty"); err != nil {
		return false, err
	}
	return true, nil
}

type Requeued struct{ base }

// The write goes with a result that is not zero.
//
// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Requeued) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	if res, err := r.wait(ctx, widget); err != nil || !res.IsZero() {
		return res, err
	}
	return ctrl.Result{}, r.write(ctx, widget, "Ready")
}

func (r *Requeued) wait(ctx context.Context, widget *v1.Widget) (ctrl.Result, error) {
	if widget.Status.Phase != "" {
		return ctrl.Result{}, nil
	}
	if err := r.write(ctx, widget, "Waiting"); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{RequeueAfter: time.Second}, nil
}

type Phases struct{ base }

// Only one of the phases is the current one, and the list is empty or not.
//
// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Phases) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	switch phase := widget.Spec.Replicas; phase {
	case 1:
		if err := r.Status().Update(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
	case 2:
		return ctrl.Result{}, nil
	}
	if widget.Spec.Replicas == 2 {
		return ctrl.Result{}, r.Status().Update(ctx, widget)
	}
	return ctrl.Result{}, nil
}

type Lengths struct{ base }

// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Lengths) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	steps := widget.Spec.Steps
	if len(steps) > 0 {
		if err := r.write(ctx, widget, "Some"); err != nil {
			return ctrl.Result{}, err
		}
	}
	if len(steps) == 0 {
		return ctrl.Result{}, r.write(ctx, widget, "None")
	}
	return ctrl.Result{}, nil
}

type AfterFailure struct{ base }

// The second write is made where the first has failed.
//
// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *AfterFailure) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	if err := r.write(ctx, widget, "Ready"); err != nil {
		return ctrl.Result{}, errors.Join(err, r.write(ctx, widget, "Failed"))
	}
	return ctrl.Result{}, nil
}

type Deferred struct{ base }

// cost: 2 -> 1; 3 -> 2; 1 direct update, 1 patch; no
func (r *Deferred) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	old := widget.DeepCopy()
	defer func() {
		err = errors.Join(err, r.Status().Patch(ctx, widget, client.MergeFrom(old)))
	}()
	return ctrl.Result{}, r.write(ctx, widget, "Ready")
}

type Managed struct {
	base
	statuses *status.Manager
}

// cost: 1 -> 1; 3 -> 3; status manager, callback; yes
func (r *Managed) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.statuses.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = "Ready"
		return nil
	})
}

type Fixed struct {
	base
	statuses *status.Manager
}

// cost: 2 -> 1; 5 -> 3; status manager, fixed values; yes
func (r *Fixed) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	if err := r.statuses.SetPhase(ctx, widget, "Working"); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.statuses.SetPhase(ctx, widget, "Ready")
}

type Helped struct{ base }

// cost: 1 -> 1; 3 -> 3; helper, callback; yes
func (r *Helped) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, func(w *v1.Widget) { w.Status.Phase = "Ready" })
}

type Retried struct{ base }

// cost: 1 -> 1; 2 -> 2; direct retry; yes
func (r *Retried) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget, err := r.read(ctx, req)
		if err != nil || widget == nil {
			return err
		}
		return r.write(ctx, widget, "Ready")
	})
	return ctrl.Result{}, err
}

type ByHand struct{ base }

// What the loop does after a conflict comes on top.
//
// cost: 1 -> 1; 2 -> 2; direct retry; yes
func (r *ByHand) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	for i := 0; i < 5; i++ {
		err := r.Status().Update(ctx, widget)
		if err == nil {
			return ctrl.Result{}, nil
		}
		if !apierrors.IsConflict(err) {
			return ctrl.Result{}, err
		}
		if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

type Patched struct{ base }

// cost: 1 -> 1; 2 -> 2; patch; not needed
func (r *Patched) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	old := widget.DeepCopy()
	widget.Status.Phase = "Ready"
	return ctrl.Result{}, r.Status().Patch(ctx, widget, client.MergeFrom(old))
}

type Generic struct{ base }

// Two kinds, each by way of a helper over types.
//
// cost: 2 -> 2; 3 -> 3; direct update; no
func (r *Generic) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	if err := status.Write(ctx, r.Client, widget); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, status.Write(ctx, r.Client, &v1.Gadget{})
}

type Polled struct{ base }

// cost: N -> 1; N + 1 -> 2; direct update; no
func (r *Polled) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	err = wait.PollUntilContextCancel(ctx, time.Second, true, func(ctx context.Context) (bool, error) {
		if err := r.write(ctx, widget, "Polling"); err != nil {
			return false, err
		}
		return len(widget.Status.Steps) > 0, nil
	})
	return ctrl.Result{}, err
}

type Deep struct{ base }

// cost: unbounded -> 1; unbounded + 1 -> 2; direct update; no
func (r *Deep) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.step(ctx, widget, 3)
}

func (r *Deep) step(ctx context.Context, widget *v1.Widget, n int) error {
	if n == 0 {
		return nil
	}
	if err := r.write(ctx, widget, "Working"); err != nil {
		return err
	}
	return r.step(ctx, widget, n-1)
}

// step is one of two kinds of step.
type step interface {
	run(ctx context.Context, b *base, widget *v1.Widget) error
}

type cheap struct{}

func (cheap) run(ctx context.Context, b *base, widget *v1.Widget) error {
	return b.write(ctx, widget, "Ready")
}

type dear struct{}

func (dear) run(ctx context.Context, b *base, widget *v1.Widget) error {
	if err := b.write(ctx, widget, "Working"); err != nil {
		return err
	}
	return b.write(ctx, widget, "Ready")
}

type Dispatched struct {
	base
	steps map[string]step
}

// cost: 2 -> 1; 3 -> 2; direct update; no
func (r *Dispatched) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.steps[widget.Status.Phase].run(ctx, &r.base, widget)
}

type Flagged struct{ base }

// The bool that is passed decides.
//
// cost: 0 -> 0; 1 -> 1; none; not needed
func (r *Flagged) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.maybe(ctx, widget, false)
}

func (r *Flagged) maybe(ctx context.Context, widget *v1.Widget, write bool) error {
	if !write {
		return nil
	}
	return r.write(ctx, widget, "Ready")
}

type OfObject struct{ base }

// cost: 1 -> 1; 1 -> 1; direct update; no
func (r *OfObject) Reconcile(ctx context.Context, gadget *v1.Gadget) (ctrl.Result, error) {
	return ctrl.Result{}, r.Status().Update(ctx, gadget)
}

// event is what knative returns.
type event error

type OfKnative struct{ base }

// cost: 1 -> 1; 1 -> 1; direct update; no
func (r *OfKnative) ReconcileKind(ctx context.Context, gadget *v1.Gadget) event {
	return r.Status().Update(ctx, gadget)
}

type Named struct{ base }

// cost: 1 -> 1; 1 -> 1; direct update; no
func (r *Named) Handle(ctx context.Context, gadget *v1.Gadget) error {
	return r.Status().Update(ctx, gadget)
}

var soon = ctrl.Result{RequeueAfter: time.Second}

type Soon struct{ base }

// The write goes with a result that a package variable holds.
//
// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Soon) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	if res, err := r.start(ctx, widget); err != nil || !res.IsZero() {
		return res, err
	}
	if res := r.wait(ctx, widget); res != nil {
		return *res, nil
	}
	return ctrl.Result{}, r.write(ctx, widget, "Ready")
}

func (r *Soon) start(ctx context.Context, widget *v1.Widget) (ctrl.Result, error) {
	if widget.Spec.Paused {
		return ctrl.Result{}, nil
	}
	return soon, r.write(ctx, widget, "Starting")
}

func (r *Soon) wait(ctx context.Context, widget *v1.Widget) *ctrl.Result {
	if widget.Spec.Owner != "" {
		return nil
	}
	_ = r.write(ctx, widget, "Waiting")
	return &soon
}

type ZeroResult struct{ base }

// The write goes with the zero result, which ends the reconcile.
//
// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *ZeroResult) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	res, err := r.settle(ctx, widget)
	if err != nil || res.IsZero() {
		return ctrl.Result{}, err
	}
	return res, r.write(ctx, widget, "Waiting")
}

func (r *ZeroResult) settle(ctx context.Context, widget *v1.Widget) (ctrl.Result, error) {
	if widget.Spec.Paused {
		return soon, nil
	}
	if err := r.write(ctx, widget, "Settled"); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

type Conflicting struct{ base }

// A write that succeeded has no conflict.
//
// cost: 1 -> 1; 2 -> 2; direct update; no
func (r *Conflicting) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	err = r.write(ctx, widget, "Ready")
	if apierrors.IsConflict(err) {
		err = r.write(ctx, widget, "Ready")
	}
	return ctrl.Result{}, err
}

type LoopOrTwo struct{ base }

// A loop is worse than two writes.
//
// cost: len(widget.Spec.Steps) -> 1; len(widget.Spec.Steps) + 1 -> 2; direct update; no
func (r *LoopOrTwo) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	if widget.Spec.Paused {
		if err := r.write(ctx, widget, "Pausing"); err != nil {
			return ctrl.Result{}, err
		}
		return ctrl.Result{}, r.write(ctx, widget, "Paused")
	}
	for _, step := range widget.Spec.Steps {
		if err := r.write(ctx, widget, step); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

type ItemsAndOne struct{ base }

// The items are other resources of the same kind.
//
// cost: len(list.Items) + 2 -> len(list.Items) + 1; len(list.Items) + 4 -> len(list.Items) + 3; direct update; no
func (r *ItemsAndOne) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	if widget.Spec.Owner == "" { // decides nothing
		widget.Status.Message = "no owner"
	}
	if err := r.write(ctx, widget, "Working"); err != nil {
		return ctrl.Result{}, err
	}
	var list v1.WidgetList
	if err := r.List(ctx, &list); err != nil {
		return ctrl.Result{}, err
	}
	for i := range list.Items {
		if err := r.write(ctx, &list.Items[i], "Ready"); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, r.write(ctx, widget, "Ready")
}

// helper patches what has changed, as that of Cluster API does.
type helper struct{ client.Client }

type option func()

func (h *helper) Patch(ctx context.Context, obj client.Object, _ ...option) error {
	if err := h.Client.Patch(ctx, obj, client.Merge); err != nil {
		return err
	}
	return h.Status().Patch(ctx, obj, client.Merge)
}

type PatchHelped struct{ base }

// A method that looks like that of a client does more.
//
// cost: 1 -> 1; 3 -> 3; patch; not needed
func (r *PatchHelped) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, err := r.read(ctx, req)
	if err != nil || widget == nil {
		return ctrl.Result{}, err
	}
	h := &helper{r.Client}
	return ctrl.Result{}, h.Patch(ctx, widget)
}

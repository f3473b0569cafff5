// Package poll: callbacks that run repeatedly.
package poll

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
	widget *myv1.Widget
}

func (r *Reconciler) ready(ctx context.Context) bool { return ctx.Err() == nil }

// WriteEachTurn writes, and asks for another turn.
func (r *Reconciler) WriteEachTurn(ctx context.Context, widget *myv1.Widget) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		base := widget.DeepCopy()
		widget.Status.Attempts++
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return false, err
		}
		return r.ready(ctx), nil
	})
}

// WriteOnceReady writes when it is done.
func (r *Reconciler) WriteOnceReady(ctx context.Context, widget *myv1.Widget) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		if !r.ready(ctx) {
			return false, nil
		}
		base := widget.DeepCopy()
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return false, err
		}
		return true, nil
	})
}

// WriteUntilWritten takes another turn only after a failed write.
func (r *Reconciler) WriteUntilWritten(ctx context.Context, widget *myv1.Widget) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		base := widget.DeepCopy()
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return false, nil
		}
		return true, nil
	})
}

// WriteThenFail ends the polling with an error.
func (r *Reconciler) WriteThenFail(ctx context.Context, widget *myv1.Widget) error {
	return wait.PollUntilContextCancel(ctx, time.Second, true, func(ctx context.Context) (bool, error) {
		if r.ready(ctx) {
			return true, nil
		}
		if widget.Status.Attempts < 10 {
			return false, nil
		}
		base := widget.DeepCopy()
		widget.Status.Phase = myv1.PhaseFailed
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return false, err
		}
		return false, fmt.Errorf("%s never became ready", widget.Name)
	})
}

// OldPoll is the first of the functions of this family.
func (r *Reconciler) OldPoll(ctx context.Context, widget *myv1.Widget) error {
	return wait.PollImmediate(time.Second, time.Minute, func() (bool, error) {
		base := widget.DeepCopy()
		widget.Status.Attempts++
		err := r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusloop:"widget"
		return false, err
	})
}

// OldPollOnce is done after the write.
func (r *Reconciler) OldPollOnce(ctx context.Context, widget *myv1.Widget) error {
	return wait.PollImmediate(time.Second, time.Minute, func() (bool, error) {
		base := widget.DeepCopy()
		widget.Status.Attempts++
		err := r.Status().Patch(ctx, widget, client.MergeFrom(base))
		return true, err
	})
}

// Backoff is done when the write is.
func (r *Reconciler) Backoff(ctx context.Context, widget *myv1.Widget) error {
	return wait.ExponentialBackoff(wait.Backoff{Steps: 3, Duration: time.Second}, func() (bool, error) {
		base := widget.DeepCopy()
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Patch(ctx, widget, client.MergeFrom(base))
		return err == nil, nil
	})
}

// BackoffEachTurn writes in each turn, whatever comes of it.
func (r *Reconciler) BackoffEachTurn(ctx context.Context, widget *myv1.Widget) error {
	return wait.ExponentialBackoffWithContext(ctx, wait.Backoff{Steps: 3}, func(ctx context.Context) (bool, error) {
		base := widget.DeepCopy()
		widget.Status.Attempts++
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); client.IgnoreNotFound(err) != nil { // want statusloop:"widget"
			return false, err
		}
		return r.ready(ctx), nil
	})
}

// NamedCallback holds the callback in a variable.
func (r *Reconciler) NamedCallback(ctx context.Context, widget *myv1.Widget) error {
	probe := func(ctx context.Context) (bool, error) {
		base := widget.DeepCopy()
		widget.Status.Attempts++
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return false, err
		}
		return r.ready(ctx), nil
	}
	return wait.PollUntilContextCancel(ctx, time.Second, true, probe)
}

// NamedCallbackOnce is the callback, called once.
func (r *Reconciler) NamedCallbackOnce(ctx context.Context, widget *myv1.Widget) error {
	probe := func(ctx context.Context) (bool, error) {
		base := widget.DeepCopy()
		widget.Status.Attempts++
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return false, err
		}
		return r.ready(ctx), nil
	}
	_, err := probe(ctx)
	return err
}

// MethodCallback passes a method, which writes a field of the receiver.
func (r *Reconciler) MethodCallback(ctx context.Context) error {
	return wait.PollUntilContextCancel(ctx, time.Second, true, r.probe)
}

func (r *Reconciler) probe(ctx context.Context) (bool, error) {
	base := r.widget.DeepCopy()
	r.widget.Status.Attempts++
	// contract: "On the call expression: the direct write"; the polling is in MethodCallback, the write here.
	if err := r.Status().Patch(ctx, r.widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
		return false, err
	}
	return r.ready(ctx), nil
}

// DerivedEachTurn calls a function that writes.
func (r *Reconciler) DerivedEachTurn(ctx context.Context, widget *myv1.Widget) error {
	return wait.PollUntilContextCancel(ctx, time.Second, true, func(ctx context.Context) (bool, error) {
		if err := r.writeAttempt(ctx, widget); err != nil { // want statusloop:"widget"
			return false, err
		}
		return r.ready(ctx), nil
	})
}

func (r *Reconciler) writeAttempt(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Attempts++
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// ReadAgainEachTurn reads the same key in each turn, and writes it.
func (r *Reconciler) ReadAgainEachTurn(ctx context.Context, key client.ObjectKey) error {
	return wait.PollUntilContextCancel(ctx, time.Second, true, func(ctx context.Context) (bool, error) {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return false, err
		}
		base := widget.DeepCopy()
		widget.Status.Attempts++
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return false, err
		}
		return widget.Status.Attempts > 5, nil
	})
}

// Conflicts polls as long as there are conflicts: a retry.
func (r *Reconciler) Conflicts(ctx context.Context, key client.ObjectKey) error {
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return false, err
		}
		widget.Status.Attempts++
		err := r.Status().Update(ctx, widget)
		if apierrors.IsConflict(err) {
			return false, nil
		}
		return err == nil, err
	})
}

// SameObjectReadOnly reads in each turn and writes after the polling.
func (r *Reconciler) SameObjectReadOnly(ctx context.Context, widget *myv1.Widget) error {
	err := wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return false, err
		}
		return widget.Status.Phase == myv1.PhaseReady, nil
	})
	if err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Message = "ready"
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Package byhand: retries written by hand.
package byhand

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type Reconciler struct {
	client.Client
	lastErr error
}

// Continue goes on after a conflict, a number of times.
func (r *Reconciler) Continue(ctx context.Context, key client.ObjectKey) error {
	for attempt := 0; attempt < 5; attempt++ {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil {
			if apierrors.IsConflict(err) {
				continue
			}
			return err
		}
		return nil
	}
	return errors.New("too many conflicts")
}

// Unbounded goes on for ever.
func (r *Reconciler) Unbounded(ctx context.Context, key client.ObjectKey) error {
	for {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Update(ctx, widget)
		if !apierrors.IsConflict(err) {
			return err
		}
	}
}

// Negated leaves on all but a conflict.
func (r *Reconciler) Negated(ctx context.Context, widget *myv1.Widget) error {
	var err error
	for attempt := 0; attempt < 3; attempt++ {
		widget.Status.Phase = myv1.PhaseReady
		err = r.Status().Update(ctx, widget)
		if err == nil {
			return nil
		}
		if !apierrors.IsConflict(err) {
			return fmt.Errorf("update %s: %w", widget.Name, err)
		}
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
	}
	return err
}

// Switch tests the error in a switch.
func (r *Reconciler) Switch(ctx context.Context, widget *myv1.Widget) error {
	for range 3 {
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Update(ctx, widget)
		switch {
		case err == nil:
			return nil
		case apierrors.IsConflict(err):
			time.Sleep(time.Second)
		default:
			return err
		}
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
	}
	return errors.New("too many conflicts")
}

// Goto goes back after a conflict.
func (r *Reconciler) Goto(ctx context.Context, key client.ObjectKey) error {
again:
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		if apierrors.IsConflict(err) {
			goto again
		}
		return err
	}
	return nil
}

func isTransient(err error) bool {
	return apierrors.IsConflict(err) || apierrors.IsServerTimeout(err)
}

// InACallee tests the error in a function of its own.
func (r *Reconciler) InACallee(ctx context.Context, key client.ObjectKey) error {
	for {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Update(ctx, widget)
		if err == nil {
			return nil
		}
		if !isTransient(err) {
			return err
		}
	}
}

// WriteInACallee has the write in a function of its own.
func (r *Reconciler) WriteInACallee(ctx context.Context, key client.ObjectKey) error {
	for range 5 {
		err := r.getAndSet(ctx, key)
		if apierrors.IsConflict(err) {
			continue
		}
		return err
	}
	return errors.New("too many conflicts")
}

func (r *Reconciler) getAndSet(ctx context.Context, key client.ObjectKey) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// AnyError reads again after any error: the oldest of the idioms.
func (r *Reconciler) AnyError(ctx context.Context, widget *myv1.Widget) error {
	var err error
	for range 5 {
		widget.Status.Phase = myv1.PhaseReady
		if err = r.Status().Update(ctx, widget); err == nil {
			return nil
		}
		if getErr := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); getErr != nil {
			return getErr
		}
	}
	return err
}

// AnyErrorCondition has the error in the condition of the loop.
func (r *Reconciler) AnyErrorCondition(ctx context.Context, key client.ObjectKey) error {
	err := errors.New("not tried")
	for i := 0; err != nil && i < 5; i++ {
		widget := &myv1.Widget{}
		if err = r.Get(ctx, key, widget); err != nil {
			continue
		}
		widget.Status.Phase = myv1.PhaseReady
		err = r.Status().Update(ctx, widget)
	}
	return err
}

// Field keeps the error in a field.
func (r *Reconciler) Field(ctx context.Context, key client.ObjectKey) error {
	for range 5 {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		r.lastErr = r.Status().Update(ctx, widget)
		if !apierrors.IsConflict(r.lastErr) {
			return r.lastErr
		}
	}
	return r.lastErr
}

// CapturedVariable keeps it in a variable that a closure captures.
func (r *Reconciler) CapturedVariable(ctx context.Context, key client.ObjectKey) error {
	var err error
	try := func() {
		widget := &myv1.Widget{}
		if err = r.Get(ctx, key, widget); err != nil {
			return
		}
		widget.Status.Phase = myv1.PhaseReady
		err = r.Status().Update(ctx, widget)
	}
	for range 5 {
		try()
		if !apierrors.IsConflict(err) {
			break
		}
	}
	return err
}

// HelperThatRetries passes a function to a helper that does so.
func (r *Reconciler) HelperThatRetries(ctx context.Context, key client.ObjectKey) error {
	return helpers.Retry(func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// HelperThatDoesNot passes a function to one that calls it once.
func (r *Reconciler) HelperThatDoesNot(ctx context.Context, key client.ObjectKey) error {
	return helpers.Once(func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusretry:"widget"
	})
}

// OwnHelperThatRetries passes a function to a helper of this package.
func (r *Reconciler) OwnHelperThatRetries(ctx context.Context, key client.ObjectKey) error {
	return untilNoConflict(3, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

func untilNoConflict(attempts int, fn func() error) error {
	err := fn()
	for ; attempts > 0 && apierrors.IsConflict(err); attempts-- {
		err = fn()
	}
	return err
}

// RequeueOnConflict tests the error, and does not write again.
func (r *Reconciler) RequeueOnConflict(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
		if apierrors.IsConflict(err) {
			return ctrl.Result{RequeueAfter: time.Second}, nil
		}
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

// LeaveOnConflict is in a loop, which a conflict ends.
func (r *Reconciler) LeaveOnConflict(ctx context.Context, widget *myv1.Widget) error {
	for range 3 {
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Update(ctx, widget) // want statusretry:"widget"
		if err == nil || apierrors.IsConflict(err) {
			return err
		}
		if apierrors.IsNotFound(err) {
			continue
		}
		return err
	}
	return nil
}

// LeaveOnError is in a loop, which any error ends.
func (r *Reconciler) LeaveOnError(ctx context.Context, widgets []myv1.Widget) error {
	for i := range widgets {
		widgets[i].Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, &widgets[i]); err != nil { // want statusretry:"widgets"
			return err
		}
	}
	return nil
}

// PerItem goes on with the next object after an error: that does not run the failed write again.
//
// contract: a region is "code that runs again when a write fails with a conflict"; here another write runs.
func (r *Reconciler) PerItem(ctx context.Context, widgets []myv1.Widget) {
	for i := range widgets {
		widgets[i].Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, &widgets[i]); err != nil { // want statusretry:"widgets"
			log.Print(err)
			continue
		}
	}
}

// PerItemConflict does so after a conflict.
func (r *Reconciler) PerItemConflict(ctx context.Context, widgets []*myv1.Widget) error {
	for _, widget := range widgets {
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Update(ctx, widget) // want statusretry:"widget"
		if apierrors.IsConflict(err) {
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// PerItemRetried has a retry for each.
func (r *Reconciler) PerItemRetried(ctx context.Context, keys []client.ObjectKey) error {
	for _, key := range keys {
		for range 3 {
			widget := &myv1.Widget{}
			if err := r.Get(ctx, key, widget); err != nil {
				return err
			}
			widget.Status.Phase = myv1.PhaseReady
			err := r.Status().Update(ctx, widget)
			if err == nil {
				break
			}
			if !apierrors.IsConflict(err) {
				return err
			}
		}
	}
	return nil
}

// OnceMore tries a second time, without a loop.
//
// contract: "a hand-written retry: a loop, or the callback of …": two calls are none.
func (r *Reconciler) OnceMore(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	err := r.Status().Update(ctx, widget) // want statusretry:"widget"
	if apierrors.IsConflict(err) {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusretry:"widget"
	}
	return err
}

// Recursive starts over once, with the object as it is then.
func (r *Reconciler) Recursive(ctx context.Context, widget *myv1.Widget, again bool) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil {
		if apierrors.IsConflict(err) && again {
			if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
				return err
			}
			return r.Recursive(ctx, widget, false)
		}
		return err
	}
	return nil
}

// RecursiveOtherwise starts over where there was no conflict.
func (r *Reconciler) RecursiveOtherwise(ctx context.Context, widget *myv1.Widget, again bool) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
		if apierrors.IsConflict(err) {
			return err
		}
		if again {
			return r.RecursiveOtherwise(ctx, widget, false)
		}
		return err
	}
	return nil
}

// Gone finds the object gone after a conflict.
func (r *Reconciler) Gone(ctx context.Context, widget *myv1.Widget) error {
	err := r.Status().Update(ctx, widget) // want statusretry:"a conflict repeats the whole reconcile"
	if err != nil && apierrors.IsConflict(err) {
		fresh := &myv1.Widget{}
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), fresh); err != nil {
			if apierrors.IsNotFound(err) {
				return nil
			}
			return err
		}
		fresh.Status = widget.Status
		return r.Status().Update(ctx, fresh) // want statusretry:"a conflict repeats the whole reconcile"
	}
	return err
}

// Missed finds it gone, or has nothing to say.
func (r *Reconciler) Missed(ctx context.Context, widget *myv1.Widget) error {
	err := r.Status().Update(ctx, widget) // want statusretry:"goes nowhere"
	if err != nil && apierrors.IsConflict(err) {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), &myv1.Widget{}); apierrors.IsNotFound(err) {
			return nil
		}
		return nil
	}
	return err
}

// Package helpers: effects in functions that only a retry calls, and managers
// of many kinds.
package helpers

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

// StatusManager is behind an interface, and known by the name of its method.
type StatusManager interface {
	AtomicStatusUpdate(ctx context.Context, obj client.Object, fn func() error) error
	Inspect(ctx context.Context, obj client.Object, fn func() error) error
}

type WidgetReconciler struct {
	client.Client
	Recorder record.EventRecorder
	Manager  StatusManager
}

// Reconcile calls helpers in a retry.
func (r *WidgetReconciler) Reconcile(ctx context.Context, widget *myv1.Widget) error {
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		r.prepare(ctx, widget)
		if err := r.check(widget); err != nil {
			return err
		}
		if err := r.write(ctx, widget); err != nil {
			return err
		}
		r.finish(widget)
		return nil
	})
	r.shared(widget)
	return err
}

// prepare comes before the write.
func (r *WidgetReconciler) prepare(ctx context.Context, widget *myv1.Widget) {
	r.Recorder.Event(widget, corev1.EventTypeNormal, "Preparing", "is prepared") // want statuscallback:"an event is recorded on each attempt"
	func() {
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Preparing", "is prepared") // want statuscallback:"an event is recorded on each attempt"
	}()
	r.shared(widget)
}

// check lets nothing be written where it tells of an error.
func (r *WidgetReconciler) check(widget *myv1.Widget) error {
	if widget.Spec.Owner == "" {
		r.Recorder.Event(widget, corev1.EventTypeWarning, "NoOwner", "has no owner")
		return helpers.ErrNotReady
	}
	return nil
}

// write is the last.
func (r *WidgetReconciler) write(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	r.Recorder.Event(widget, corev1.EventTypeNormal, "Writing", "is written") // want statuscallback:"an event is recorded on each attempt"
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	r.Recorder.Event(widget, corev1.EventTypeNormal, "Written", "was written")
	return nil
}

// finish comes when all is written.
func (r *WidgetReconciler) finish(widget *myv1.Widget) {
	r.Recorder.Event(widget, corev1.EventTypeNormal, "Done", "is done")
}

// shared is called outside as well.
func (r *WidgetReconciler) shared(widget *myv1.Widget) {
	r.Recorder.Event(widget, corev1.EventTypeNormal, "Seen", "was seen")
}

// change is a method value.
func (r *WidgetReconciler) change(w *myv1.Widget) {
	r.Recorder.Event(w, corev1.EventTypeNormal, "Changed", "was changed") // want statuscallback:"an event is recorded on each attempt"
	w.Status.Phase = myv1.PhaseRunning
}

// Values gives managers methods, and literals kept in variables.
func (r *WidgetReconciler) Values(ctx context.Context, key client.ObjectKey, widget *myv1.Widget) error {
	if err := helpers.UpdateWidget(ctx, r.Client, key, r.change); err != nil {
		return err
	}
	ready := func(w *myv1.Widget) {
		r.Recorder.Event(w, corev1.EventTypeNormal, "Ready", "is ready") // want statuscallback:"an event is recorded on each attempt"
		w.Status.Phase = myv1.PhaseReady
	}
	return helpers.UpdateWidgetByHand(ctx, r.Client, widget, ready)
}

// Interface has a manager that is known by its name only, and what is none.
func (r *WidgetReconciler) Interface(ctx context.Context, widget *myv1.Widget) error {
	err := r.Manager.Inspect(ctx, widget, func() error {
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Seen", "was seen")
		return nil
	})
	if err != nil {
		return err
	}
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Ready", "is ready") // want statuscallback:"an event is recorded on each attempt"
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// mutate is a helper that writes, and handed a callback by a manager.
func (r *WidgetReconciler) mutate(ctx context.Context, key client.ObjectKey, change func(*myv1.Widget)) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	change(widget)
	return r.Status().Update(ctx, widget)
}

// Mutate is that manager.
func (r *WidgetReconciler) Mutate(ctx context.Context, key client.ObjectKey, change func(*myv1.Widget)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error { return r.mutate(ctx, key, change) })
}

// MutateBoth passes its callback on to a manager.
func (r *WidgetReconciler) MutateBoth(ctx context.Context, key client.ObjectKey, change func(*myv1.Widget)) error {
	return r.Mutate(ctx, key, change)
}

// ThroughBoth is three calls away from the retry.
func (r *WidgetReconciler) ThroughBoth(ctx context.Context, key client.ObjectKey) error {
	return r.MutateBoth(ctx, key, func(w *myv1.Widget) {
		r.Recorder.Event(w, corev1.EventTypeNormal, "Ready", "is ready") // want statuscallback:"an event is recorded on each attempt"
		w.Status.Phase = myv1.PhaseReady
	})
}

// Exported hands its callback to a helper of another package, which writes.
func (r *WidgetReconciler) Exported(ctx context.Context, widget *myv1.Widget, change func(*myv1.Widget)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		return helpers.MutateWidget(ctx, r.Client, widget, change)
	})
}

// ThroughExported is called again by way of that.
func (r *WidgetReconciler) ThroughExported(ctx context.Context, widget *myv1.Widget) error {
	return r.Exported(ctx, widget, func(w *myv1.Widget) {
		r.Recorder.Event(w, corev1.EventTypeNormal, "Ready", "is ready") // want statuscallback:"an event is recorded on each attempt"
		w.Status.Phase = myv1.PhaseReady
	})
}

// writeThen calls a function when the status is written.
func (r *WidgetReconciler) writeThen(ctx context.Context, widget *myv1.Widget, then func()) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil {
			return err
		}
		then()
		return nil
	})
}

// Then has something done once.
func (r *WidgetReconciler) Then(ctx context.Context, widget *myv1.Widget) error {
	return r.writeThen(ctx, widget, func() {
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Ready", "is ready")
	})
}

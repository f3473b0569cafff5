// Package effects: what the attempts of a retry do again and again.
package effects

import (
	"context"
	"errors"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

// Announcer is the project's own recorder.
type Announcer interface {
	Event(object runtime.Object, eventtype, reason, message string)
}

// Calendar has an Event that is none.
type Calendar interface {
	Event(day, month, year int, title string)
}

// Herald is one whose events have types.
type Herald interface {
	Event(object runtime.Object, event Ready)
}

// Ready is such an event.
type Ready struct{ Parts int }

// Visitors has an Event that asks something.
type Visitors interface {
	Event(object runtime.Object, event Ready) bool
}

type WidgetReconciler struct {
	client.Client
	Manager  *helpers.Manager
	Recorder record.EventRecorder
	Events   events.EventRecorder
	Announce Announcer
	Herald   Herald
	Visitors Visitors
	Calendar Calendar
	wake     chan string
}

// Recorders are asked before the write that may fail.
func (r *WidgetReconciler) Recorders(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			r.Recorder.Event(widget, corev1.EventTypeWarning, "Gone", "cannot be read")
			return err
		}
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Ready", "is ready") // want statuscallback:"an event is recorded on each attempt"
		r.Recorder.Eventf(widget, corev1.EventTypeNormal, "Ready", "%d parts", len(widget.Spec.Parts))
		r.Events.Eventf(widget, nil, corev1.EventTypeNormal, "Ready", "Write", "%s is ready", widget.Name)
		r.Announce.Event(widget, corev1.EventTypeNormal, "Ready", "is ready")
		defer r.Recorder.AnnotatedEventf(widget, nil, corev1.EventTypeNormal, "Done", "%s done", widget.Name)
		r.Calendar.Event(1, 1, 2000, "is ready")
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// Typed tells of events by their types.
func (r *WidgetReconciler) Typed(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		if r.Visitors.Event(widget, Ready{}) {
			return nil
		}
		r.Herald.Event(widget, Ready{len(widget.Spec.Parts)}) // want statuscallback:"an event is recorded on each attempt"
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// AfterTheWrite comes when nothing can fail any more.
func (r *WidgetReconciler) AfterTheWrite(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil {
			return err
		}
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Ready", "is ready")
		return nil
	})
}

// AfterTheRetry is where it belongs.
func (r *WidgetReconciler) AfterTheRetry(ctx context.Context, widget *myv1.Widget) error {
	err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
	if err == nil {
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Ready", "is ready")
	}
	return err
}

// Managed has a manager write when the callback is done.
func (r *WidgetReconciler) Managed(ctx context.Context, widget *myv1.Widget) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		if len(widget.Spec.Parts) == 0 {
			// Nothing is written then.
			r.Recorder.Event(widget, corev1.EventTypeWarning, "Empty", "has no parts")
			return errors.New("no parts")
		}
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Ready", "is ready") // want statuscallback:"an event is recorded on each attempt"
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// Failing returns the error that it has tested.
func (r *WidgetReconciler) Failing(ctx context.Context, widget *myv1.Widget, check func() error) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		if err := check(); err != nil {
			r.Recorder.Event(widget, corev1.EventTypeWarning, "Failed", err.Error())
			return err
		}
		err := check()
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Checked", "was checked") // want statuscallback:"an event is recorded on each attempt"
		widget.Status.Phase = myv1.PhaseReady
		return err
	})
}

// IfChanged says that there is nothing to write.
func (r *WidgetReconciler) IfChanged(ctx context.Context, widget *myv1.Widget) error {
	return helpers.UpdateWidgetIfChanged(ctx, r.Client, widget, func(w *myv1.Widget) (bool, error) {
		if w.Status.Phase == myv1.PhaseReady {
			r.Recorder.Event(w, corev1.EventTypeNormal, "Unchanged", "is ready as before")
			return false, nil
		}
		r.Recorder.Event(w, corev1.EventTypeNormal, "Ready", "is ready") // want statuscallback:"an event is recorded on each attempt"
		w.Status.Phase = myv1.PhaseReady
		return true, nil
	})
}

// patchWidget is a manager whose patch never conflicts.
func (r *WidgetReconciler) patchWidget(ctx context.Context, widget *myv1.Widget, change func()) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		base := widget.DeepCopy()
		change()
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	})
}

// NeverAgain runs once.
func (r *WidgetReconciler) NeverAgain(ctx context.Context, widget *myv1.Widget) error {
	if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Started", "has started")
		base := widget.DeepCopy()
		widget.Status.Message = "started"
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}); err != nil {
		return err
	}
	return r.patchWidget(ctx, widget, func() { // want statusmulti:"widget"
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Ready", "is ready")
		widget.Status.Phase = myv1.PhaseReady
	})
}

// Ignored drops the conflict, so nothing is retried.
func (r *WidgetReconciler) Ignored(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Ready", "is ready")
		_ = r.Update(ctx, widget) // want statusrefetch:"never sees the conflict of this update of widget, as its error is dropped"
		return nil
	})
}

// Whole retries a write of the whole object.
func (r *WidgetReconciler) Whole(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Finalizers = nil
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Released", "may go") // want statuscallback:"an event is recorded on each attempt"
		return r.save(ctx, widget)
	})
}

func (r *WidgetReconciler) save(ctx context.Context, widget *myv1.Widget) error {
	err := r.Update(ctx, widget)
	return client.IgnoreNotFound(err)
}

// Quiet calls what keeps the conflict for itself.
func (r *WidgetReconciler) Quiet(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Released", "may go")
		return r.saveQuietly(ctx, widget) // want statusrefetch:"never sees the conflict of this update of widget"
	})
}

func (r *WidgetReconciler) saveQuietly(ctx context.Context, widget *myv1.Widget) error {
	if err := r.Update(ctx, widget); err != nil {
		log.FromContext(ctx).Error(err, "cannot save")
	}
	return ctx.Err()
}

// Locked retries a patch of the whole object that may conflict.
func (r *WidgetReconciler) Locked(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		base := widget.DeepCopy()
		widget.Finalizers = nil
		r.Recorder.Event(widget, corev1.EventTypeNormal, "Released", "may go") // want statuscallback:"an event is recorded on each attempt"
		return r.Patch(ctx, widget, client.MergeFromWithOptions(base, client.MergeFromWithOptimisticLock{}))
	})
}

// Sends are of values that each attempt sends.
func (r *WidgetReconciler) Sends(ctx context.Context, widget *myv1.Widget, done chan<- string) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		done <- widget.Name // want statuscallback:"a value is sent to a channel"
		select {
		case r.wake <- widget.Name:
		default:
		}
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// Own are channels that the attempt makes, or takes from again.
func (r *WidgetReconciler) Own(ctx context.Context, widget *myv1.Widget, slots chan struct{}) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		results := make(chan string, len(widget.Spec.Parts))
		for _, part := range widget.Spec.Parts {
			results <- part
		}
		slots <- struct{}{}
		defer func() { <-slots }()
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// Starts are goroutines of each attempt.
func (r *WidgetReconciler) Starts(ctx context.Context, widget *myv1.Widget) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		go r.follow(ctx, widget.Name) // want statuscallback:"a goroutine is started"
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// Joins waits for what it starts.
func (r *WidgetReconciler) Joins(ctx context.Context, widget *myv1.Widget) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		var all sync.WaitGroup
		for range widget.Spec.Parts {
			all.Add(1)
			go func() {
				defer all.Done()
				r.follow(ctx, "part")
			}()
		}
		all.Wait()
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

func (r *WidgetReconciler) follow(ctx context.Context, name string) { <-ctx.Done() }

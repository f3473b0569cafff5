// Package once: controllers that write a status more often than they need to, and
// what the fixes make of them, in the package written. What is said of the first fix of
// a report stands at the end of its line: its level, with the kinds of what it rests on,
// or in the file none.go why there is none.
package written

import (
	"context"
	"log"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/record"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Reconciler does work besides.
type Reconciler struct {
	client.Client
	Work     Worker
	Recorder record.EventRecorder
	Probe    Probe
}

// Probe may ask over the network.
type Probe interface{ IsUp(name string) bool }

// Worker cannot be seen through.
type Worker interface {
	Do(ctx context.Context, name string) error
}

// Pure has nothing but changes of the status between its writes.
func (r *Reconciler) Pure(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	widget.Status.ObservedGeneration = widget.Generation

	widget.Status.Message = message(widget.Spec.Owner)
	return ctrl.Result{}, r.Status().Update(ctx, widget) // fix: safe
}

func message(owner string) string {
	if owner == "" {
		return "nobody's"
	}
	return "of " + owner
}

// Dead leaves no assignment behind that nobody sees.
func (r *Reconciler) Dead(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // fix: safe
}

// DeadExplained keeps what a comment explains.
func (r *Reconciler) DeadExplained(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	// The queue is asked first; see the runbook.
	widget.Status.Phase = myv1.PhasePending
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // fix: safe
}

// DeadRemarked keeps what a comment at the end of its line explains.
func (r *Reconciler) DeadRemarked(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Phase = myv1.PhasePending // until the queue answers
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // fix: safe
}

// Rebased patches: the later one is the difference to the first copy, then.
func (r *Reconciler) Rebased(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	base := widget.DeepCopy()
	widget.Status.Message = "seen"
	// Others look at what the widget says of itself.
	widget.Status.Attempts++
	return r.Status().Patch(ctx, widget, client.MergeFrom(base)) // fix: safe
}

// Branch writes early on one branch only, and the error of that write is no variable of
// the statement.
func (r *Reconciler) Branch(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	err := r.Get(ctx, req.NamespacedName, widget)
	if err != nil {
		return client.IgnoreNotFound(err)
	}
	if widget.Spec.Paused {
		widget.Status.Message = "paused"
	}
	widget.Status.ObservedGeneration = widget.Generation
	return r.Status().Update(ctx, widget) // fix: safe
}

// Effect has one between, behind which another return needs the write.
func (r *Reconciler) Effect(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	if err := r.Work.Do(ctx, widget.Name); err != nil {
		if err := r.Status().Update(ctx, widget); err != nil {
			return err
		}
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // fix: review visibility gate progress
}

// Logged goes on where the first write fails.
func (r *Reconciler) Logged(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	pod := &corev1.Pod{}
	if err := r.Get(ctx, req.NamespacedName, pod); err == nil {
		log.Print("there is a pod")
		widget.Status.Message = string(pod.Status.Phase)
	}
	return r.Status().Update(ctx, widget) // fix: review visibility
}

// Event tells of what has been stored.
func (r *Reconciler) Event(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	r.Recorder.Event(widget, "Normal", "Tried", "again")
	widget.Status.Message = "tried"
	return r.Status().Update(ctx, widget) // fix: review gate
}

// GoesOn goes on where the later write fails, by a helper.
func (r *Reconciler) GoesOn(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	if err := r.finish(ctx, widget); err != nil { // fix: review error
		log.Print(err)
	}
	return r.Work.Do(ctx, "finished")
}

func (r *Reconciler) finish(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Message = "finished"
	return r.Status().Update(ctx, widget)
}

// Swallowed loses more than before if the later write fails.
func (r *Reconciler) Swallowed(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	widget.Status.Message = "tried"
	_ = r.Status().Update(ctx, widget) // fix: review error
	return nil
}

// given gets the widget from callers that are all in view.
func (r *Reconciler) given(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Attempts++
	widget.Status.Message = "tried"
	return r.Status().Update(ctx, widget) // fix: safe
}

// Gives calls it.
func (r *Reconciler) Gives(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	return r.given(ctx, widget)
}

// Handed may be called by anybody, with a widget that was changed.
func (r *Reconciler) Handed(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Attempts++
	widget.Status.Message = "tried"
	return r.Status().Update(ctx, widget) // fix: review unseen
}

// Pauses does nothing between its writes but wait.
func (r *Reconciler) Pauses(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	<-time.After(time.Second)
	widget.Status.Message = "waited"
	return r.Status().Update(ctx, widget) // fix: review visibility gate progress
}

// Asks asks somebody by a method that looks like a getter.
func (r *Reconciler) Asks(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	if r.Probe.IsUp(widget.Name) {
		widget.Status.Message = "up"
	}
	return r.Status().Update(ctx, widget) // fix: review unseen
}

// Tried changes the status by a method of another package.
func (r *Reconciler) Tried(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.MarkTried()
	widget.Status.Message = widget.Spec.Owner
	return r.Status().Update(ctx, widget) // fix: safe
}

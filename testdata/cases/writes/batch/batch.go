// Package batch writes many times, but in batches: that is once.
package batch

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/writes/batch/conditions"
	"example.com/cases/writes/batch/status"
)

// Reconciler has a batch.
type Reconciler struct {
	client.Client
	Work func(ctx context.Context, step func() error) error
}

// Reconcile writes by helpers, in a loop, in literals and with contexts made from that
// of the batch.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx)
	defer flush(&err)
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := status.Base(ctx, widget)
	if err := r.set(ctx, widget, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err
	}
	for range widget.Spec.Replicas {
		widget.Status.Attempts++
		if err := status.Update(ctx, r.Client, widget, base); err != nil {
			return ctrl.Result{}, err
		}
	}
	if err := conditions.Progress(ctx, r.Client, widget); err != nil {
		return ctrl.Result{}, err
	}
	short, cancel := context.WithTimeout(named(ctx), time.Minute)
	defer cancel()
	if err := r.Work(short, func() error { return r.set(ctx, widget, myv1.PhaseRunning) }); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.twice(short, widget)
}

type key struct{}

func named(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, "widgets") }

func (r *Reconciler) set(ctx context.Context, widget *myv1.Widget, phase string) error {
	base := status.Base(ctx, widget)
	widget.Status.Phase = phase
	return status.Update(ctx, r.Client, widget, base)
}

// twice is called in a batch only.
func (r *Reconciler) twice(ctx context.Context, widget *myv1.Widget) error {
	if err := r.set(ctx, widget, myv1.PhaseRunning); err != nil {
		return err
	}
	return r.set(ctx, widget, myv1.PhaseReady)
}

// Plain has no batch.
type Plain struct{ client.Client }

func (r *Plain) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	base := status.Base(ctx, widget)
	widget.Status.Phase = myv1.PhaseRunning
	if err := status.Update(ctx, r.Client, widget, base); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base) // want statusmulti:"always"
}

// Mixed writes outside its batch, too.
type Mixed struct{ client.Client }

func (r *Mixed) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx)
	defer flush(&err)
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	base := status.Base(ctx, widget)
	widget.Status.Phase = myv1.PhaseRunning
	if err := status.Update(ctx, r.Client, widget, base); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, status.Update(context.TODO(), r.Client, widget, base) // want statusmulti:"always"
}

// Late defers too late, or tells nobody.
type Late struct{ client.Client }

func (r *Late) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx) // want statuslost:"not deferred at once"
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	defer flush(&err)
	base := status.Base(ctx, widget)
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base)
}

func (r *Late) sync(ctx context.Context, widget *myv1.Widget) error {
	var err error
	ctx, flush := status.Batch(ctx)
	defer flush(&err) // want statuslost:"error that is not returned"
	base := status.Base(ctx, widget)
	widget.Status.Phase = myv1.PhaseReady
	err = status.Update(ctx, r.Client, widget, base)
	return err
}

// Planner hands the second write on as a literal, and waits for the third.
type Planner struct{ client.Client }

func (r *Planner) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx)
	defer flush(&err)
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	return r.plan(ctx, widget)
}

func (r *Planner) plan(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	if err := r.set(ctx, widget, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err
	}
	return r.at(ctx, widget, func(now time.Time) (ctrl.Result, error) {
		return r.run(ctx, widget, now)
	})
}

func (r *Planner) at(ctx context.Context, widget *myv1.Widget, run func(time.Time) (ctrl.Result, error)) (ctrl.Result, error) {
	if widget.Spec.Replicas == 0 {
		return ctrl.Result{}, nil
	}
	return run(time.Now())
}

func (r *Planner) run(ctx context.Context, widget *myv1.Widget, now time.Time) (ctrl.Result, error) {
	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	err := wait.PollUntilContextCancel(short, time.Second, true, func(ctx context.Context) (bool, error) {
		return widget.Spec.Replicas > 1, r.set(ctx, widget, myv1.PhasePending)
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{RequeueAfter: time.Until(now)}, r.set(ctx, widget, myv1.PhaseRunning)
}

func (r *Planner) set(ctx context.Context, widget *myv1.Widget, phase string) error {
	base := status.Base(ctx, widget)
	widget.Status.Phase = phase
	return status.Patch(ctx, r.Client, widget, base)
}

// Phased runs one of its phases, of which each writes twice.
type Phased struct{ client.Client }

func (r *Phased) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx)
	defer flush(&err)
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	phases := map[string]func(context.Context, *myv1.Widget) error{
		myv1.PhasePending: r.first,
		myv1.PhaseRunning: r.second,
	}
	if run := phases[widget.Status.Phase]; run != nil {
		if err := run(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

func (r *Phased) first(ctx context.Context, widget *myv1.Widget) error {
	if err := r.set(ctx, widget, myv1.PhasePending); err != nil {
		return err
	}
	return r.set(ctx, widget, myv1.PhaseRunning)
}

func (r *Phased) second(ctx context.Context, widget *myv1.Widget) error { return r.first(ctx, widget) }

func (r *Phased) set(ctx context.Context, widget *myv1.Widget, phase string) error {
	base := status.Base(ctx, widget)
	widget.Status.Phase = phase
	return status.Patch(ctx, r.Client, widget, base)
}

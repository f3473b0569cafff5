// Package stages calls the functions of a list that is written out one after the
// other; each writes the status of the same object.
package stages

import (
	"context"
	"log"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct{ client.Client }

func (r *Reconciler) Listed(ctx context.Context, req ctrl.Request) error {
	for _, step := range []func(context.Context, ctrl.Request) error{r.pending, r.read, r.ready} {
		if err := step(ctx, req); err != nil { // want statusmulti:"Widget may have been written before on this path, by an earlier function of this loop"
			return err
		}
	}
	return nil
}

// stage is a function with a name.
type stage struct {
	name string
	run  func(ctx context.Context, w *myv1.Widget) error
}

func (r *Reconciler) Named(ctx context.Context, w *myv1.Widget) error {
	stages := []stage{
		{name: "pending", run: r.markPending},
		{name: "ready", run: func(ctx context.Context, w *myv1.Widget) error {
			w.Status.Phase = myv1.PhaseReady
			return r.Status().Patch(ctx, w, client.Merge)
		}},
	}
	for _, s := range stages {
		if err := s.run(ctx, w); err != nil { // want statusmulti:"w may have been written before on this path, by an earlier function"
			log.Print(s.name)
			return err
		}
	}
	return nil
}

// First stops at the first function that writes.
func (r *Reconciler) First(ctx context.Context, w *myv1.Widget) error {
	for _, run := range []func(context.Context, *myv1.Widget) error{r.markPending, r.markReady} {
		if err := run(ctx, w); err == nil {
			return nil
		}
	}
	return nil
}

// One has one function that writes.
func (r *Reconciler) One(ctx context.Context, req ctrl.Request) error {
	for _, step := range []func(context.Context, ctrl.Request) error{r.read, r.ready} {
		if err := step(ctx, req); err != nil {
			return err
		}
	}
	return nil
}

// Each writes in the loop itself.
func (r *Reconciler) Each(ctx context.Context, w *myv1.Widget) error {
	for _, change := range []func(*myv1.Widget){setPending, setReady} {
		change(w)
		if err := r.Status().Patch(ctx, w, client.Merge); err != nil { // want statusloop:"w is written again on each turn of a loop"
			return err
		}
	}
	return nil
}

func setPending(w *myv1.Widget) { w.Status.Phase = myv1.PhasePending }

func setReady(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady }

func (r *Reconciler) markPending(ctx context.Context, w *myv1.Widget) error {
	setPending(w)
	return r.Status().Patch(ctx, w, client.Merge)
}

func (r *Reconciler) markReady(ctx context.Context, w *myv1.Widget) error {
	setReady(w)
	return r.Status().Patch(ctx, w, client.Merge)
}

func (r *Reconciler) pending(ctx context.Context, req ctrl.Request) error {
	w := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, w); err != nil {
		return err
	}
	return r.markPending(ctx, w)
}

func (r *Reconciler) ready(ctx context.Context, req ctrl.Request) error {
	w := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, w); err != nil {
		return err
	}
	return r.markReady(ctx, w)
}

func (r *Reconciler) read(ctx context.Context, req ctrl.Request) error {
	return r.Get(ctx, req.NamespacedName, &myv1.Widget{})
}

package stages

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// phase is a part of a reconcile that is a type of its own.
type phase interface {
	Name() string
	Run(ctx context.Context, w *myv1.Widget) error
}

type beginning struct{ r *Reconciler }

func (beginning) Name() string { return "beginning" }

func (p beginning) Run(ctx context.Context, w *myv1.Widget) error { return p.r.markPending(ctx, w) }

type ending struct{ client.StatusClient }

func (*ending) Name() string { return "ending" }

func (p *ending) Run(ctx context.Context, w *myv1.Widget) error {
	w.Status.Phase = myv1.PhaseReady
	return p.Status().Patch(ctx, w, client.Merge)
}

type checking struct{ client.Reader }

func (*checking) Name() string { return "checking" }

func (p *checking) Run(ctx context.Context, w *myv1.Widget) error {
	return p.Get(ctx, client.ObjectKeyFromObject(w), &myv1.Gadget{})
}

// Phases runs one after the other.
func (r *Reconciler) Phases(ctx context.Context, w *myv1.Widget) error {
	for _, p := range []phase{beginning{r}, &checking{r}, &ending{r}} {
		if err := p.Run(ctx, w); err != nil { // want statusmulti:"w may have been written before on this path, by an earlier function"
			return err
		}
	}
	return nil
}

// OnePhase has one that writes.
func (r *Reconciler) OnePhase(ctx context.Context, w *myv1.Widget) error {
	for _, p := range []phase{beginning{r}, &checking{r}} {
		if err := p.Run(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// Chosen is one of them.
func (r *Reconciler) Chosen(ctx context.Context, w *myv1.Widget) error {
	var p phase = beginning{r}
	if w.Spec.Paused {
		p = &checking{r}
	}
	if err := p.Run(ctx, w); err != nil {
		return err
	}
	return (&ending{r}).Run(ctx, w) // want statusmulti:"may have been written before"
}

// AllOf is given them, so that nothing is known of any.
func (r *Reconciler) AllOf(ctx context.Context, w *myv1.Widget, phases []phase) error {
	for _, p := range phases {
		if err := p.Run(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// Beside writes by what is no element of the list.
func (r *Reconciler) Beside(ctx context.Context, w *myv1.Widget, other phase) error {
	other = beginning{r}
	for _, p := range []phase{&checking{r}, &checking{r}} {
		if err := p.Run(ctx, w); err != nil {
			return err
		}
		if err := other.Run(ctx, w); err != nil { // want statusloop:"w is written again on each turn of a loop"
			return err
		}
	}
	return nil
}

// Objects applies what a list has, each another object.
func (r *Reconciler) Objects(ctx context.Context, w *myv1.Widget, g *myv1.Gadget) error {
	for _, obj := range []client.Object{w, g} {
		if err := r.Status().Patch(ctx, obj, client.Merge); err != nil {
			return err
		}
	}
	return nil
}

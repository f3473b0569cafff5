// Package ifacemany: an interface with two implementations cannot be seen through.
package ifacemany

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// PhaseWriter has two implementations in this package.
//
// contract: "resolved when the package shows exactly one target. Otherwise it writes nothing".
type PhaseWriter interface {
	WritePhase(ctx context.Context, widget *myv1.Widget, phase string) error
}

type patcher struct {
	client.Client
}

func (p *patcher) WritePhase(ctx context.Context, widget *myv1.Widget, phase string) error {
	base := widget.DeepCopy()
	widget.Status.Phase = phase
	return p.Status().Patch(ctx, widget, client.MergeFrom(base))
}

type recorder struct {
	phases []string
}

func (r *recorder) WritePhase(ctx context.Context, widget *myv1.Widget, phase string) error {
	r.phases = append(r.phases, phase)
	return nil
}

var (
	_ PhaseWriter = &patcher{}
	_ PhaseWriter = &recorder{}
)

type Reconciler struct {
	writer PhaseWriter
}

// NewReconciler picks one of them.
func NewReconciler(c client.Client, dryRun bool) *Reconciler {
	if dryRun {
		return &Reconciler{writer: &recorder{}}
	}
	return &Reconciler{writer: &patcher{Client: c}}
}

// Twice calls it twice.
func (r *Reconciler) Twice(ctx context.Context, widget *myv1.Widget) error {
	if err := r.writer.WritePhase(ctx, widget, myv1.PhaseRunning); err != nil {
		return err
	}
	return r.writer.WritePhase(ctx, widget, myv1.PhaseReady)
}

// EachStep calls it in a loop.
func (r *Reconciler) EachStep(ctx context.Context, widget *myv1.Widget) error {
	for _, step := range widget.Spec.Steps {
		if err := r.writer.WritePhase(ctx, widget, step); err != nil {
			return err
		}
	}
	return nil
}

// Concrete calls the one of the two that it holds.
func (r *Reconciler) Concrete(ctx context.Context, p *patcher, widget *myv1.Widget) error {
	if err := p.WritePhase(ctx, widget, myv1.PhaseRunning); err != nil {
		return err
	}
	return p.WritePhase(ctx, widget, myv1.PhaseReady) // want statusmulti:"widget.*always|always.*widget"
}

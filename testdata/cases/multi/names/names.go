// Package names has the name of a resource come by ways that are followed: out of a
// function with more results, in a field that other code may see, in a literal that a
// function makes, by a receiver that a function literal captures.
package names

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
)

// Auditor is implemented elsewhere.
type Auditor interface{ Audit(what any) error }

type task struct {
	name  types.NamespacedName
	tries int
}

type Runner struct {
	client  client.Client
	auditor Auditor
	label   string
}

func (r *Runner) set(ctx context.Context, name types.NamespacedName, phase string) error {
	widget := &v1.Widget{}
	if err := r.client.Get(ctx, name, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = phase
	return r.client.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func (r *Runner) Field(ctx context.Context, t *task) error {
	if err := r.set(ctx, t.name, v1.PhaseRunning); err != nil {
		return err
	}
	if err := r.auditor.Audit(t); err != nil {
		return err
	}
	return r.set(ctx, t.name, v1.PhaseReady) // want statusmulti:"always"
}

// Renamed has another name in the field by then.
func (r *Runner) Renamed(ctx context.Context, t *task, other types.NamespacedName) error {
	if err := r.set(ctx, t.name, v1.PhaseRunning); err != nil {
		return err
	}
	t.name = other
	return r.set(ctx, t.name, v1.PhaseReady)
}

func nameAndSize(widget *v1.Widget) (types.NamespacedName, int32) {
	return types.NamespacedName{Namespace: widget.Namespace, Name: widget.Name}, widget.Spec.Replicas
}

func (r *Runner) Results(ctx context.Context, widget *v1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = v1.PhaseRunning
	if err := r.client.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	name, size := nameAndSize(widget)
	if size == 0 {
		return nil
	}
	return r.set(ctx, name, v1.PhaseReady) // want statusmulti:"always"
}

func bare(widget *v1.Widget) *v1.Widget { return &v1.Widget{ObjectMeta: widget.ObjectMeta} }

func owner(widget *v1.Widget) *v1.Widget {
	return &v1.Widget{ObjectMeta: metav1.ObjectMeta{Namespace: widget.Namespace, Name: widget.Spec.Owner}}
}

func (r *Runner) Made(ctx context.Context, widget *v1.Widget) error {
	made := bare(widget)
	made.Status.Phase = v1.PhaseRunning
	if err := r.client.Status().Patch(ctx, made, client.Merge); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = v1.PhaseReady
	return r.client.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"always"
}

// Owner writes another widget first.
func (r *Runner) Owner(ctx context.Context, widget *v1.Widget) error {
	made := owner(widget)
	made.Status.Phase = v1.PhaseRunning
	if err := r.client.Status().Patch(ctx, made, client.Merge); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = v1.PhaseReady
	return r.client.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// labels looks at the receiver in a literal.
func (r *Runner) labels() []string {
	add := func(list []string) []string { return append(list, r.label) }
	return add(nil)
}

// use has a literal change the receiver.
func (r *Runner) use(other client.Client) {
	swap := func() { r.client = other }
	swap()
}

func (r *Runner) Captured(ctx context.Context, name types.NamespacedName) error {
	if err := r.set(ctx, name, v1.PhaseRunning); err != nil {
		return err
	}
	_ = r.labels()
	return r.set(ctx, name, v1.PhaseReady) // want statusmulti:"always"
}

// Swapped writes by another client.
func (r *Runner) Swapped(ctx context.Context, name types.NamespacedName, other client.Client) error {
	if err := r.set(ctx, name, v1.PhaseRunning); err != nil {
		return err
	}
	r.use(other)
	return r.set(ctx, name, v1.PhaseReady)
}

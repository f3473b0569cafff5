// Package ownguard writes in a loop behind a guard on the very field that is written,
// and shows the object to other code in each turn; and waits for its own write.
package ownguard

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
)

// Plugin is implemented elsewhere.
type Plugin interface {
	Run(ctx context.Context, widget *v1.Widget) error
}

type Reconciler struct {
	client  client.Client
	plugins []Plugin
}

func (r *Reconciler) begin(ctx context.Context, widget *v1.Widget) error {
	if widget.Status.Message == widget.Spec.Owner {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status.Message = widget.Spec.Owner
	return r.client.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func (r *Reconciler) Guarded(ctx context.Context, widget *v1.Widget) error {
	for _, p := range r.plugins {
		if err := r.begin(ctx, widget); err != nil {
			return err
		}
		if err := p.Run(ctx, widget); err != nil {
			return err
		}
	}
	return nil
}

// Cleared sets the field to something else before each turn.
func (r *Reconciler) Cleared(ctx context.Context, widget *v1.Widget) error {
	for _, p := range r.plugins {
		widget.Status.Message = ""
		if err := p.Run(ctx, widget); err != nil {
			return err
		}
		if err := r.begin(ctx, widget); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// Awaited updates until the cache shows the update.
func (r *Reconciler) Awaited(ctx context.Context, widget *v1.Widget, phase string) error {
	for try := 0; try < 10; try++ {
		if err := r.client.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		if widget.Status.Phase == phase {
			return nil
		}
		widget.Status.Phase = phase
		if err := r.client.Status().Update(ctx, widget); err != nil {
			time.Sleep(time.Second)
			continue
		}
		time.Sleep(time.Second)
	}
	return nil
}

// Each writes for each item, and does not stop where it fails.
func (r *Reconciler) Each(ctx context.Context, widget *v1.Widget, phases []string) error {
	for _, phase := range phases {
		if err := r.client.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = phase
		if err := r.client.Status().Update(ctx, widget); err != nil { // want statusloop:"widget" statusretry:"widget"
			continue
		}
	}
	return nil
}

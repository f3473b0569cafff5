// Package oldclients has clients as they were before there was a client.Object: they
// take a runtime.Object, and those of the first versions no options.
package oldclients

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
)

type writer interface {
	Update(ctx context.Context, obj runtime.Object, opts ...client.UpdateOption) error
	Patch(ctx context.Context, obj runtime.Object, patch client.Patch, opts ...client.PatchOption) error
}

type old interface {
	Get(ctx context.Context, key client.ObjectKey, obj runtime.Object) error
	Update(ctx context.Context, obj runtime.Object, opts ...client.UpdateOption) error
	Delete(ctx context.Context, obj runtime.Object, opts ...client.DeleteOption) error
	Status() writer
}

type firstWriter interface {
	Update(ctx context.Context, obj runtime.Object) error
}

type first interface {
	Get(ctx context.Context, key client.ObjectKey, obj runtime.Object) error
	Update(ctx context.Context, obj runtime.Object) error
	Status() firstWriter
}

func Old(ctx context.Context, c old, key client.ObjectKey) error {
	widget := &v1.Widget{}
	if err := c.Get(ctx, key, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = v1.PhaseRunning
	if err := c.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = v1.PhaseReady
	return c.Status().Update(ctx, widget) // want statusmulti:"widget has always been" statusretry:"widget"
}

func First(ctx context.Context, c first, key client.ObjectKey) error {
	widget := &v1.Widget{}
	if err := c.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = v1.PhaseRunning
	widget.Finalizers = append(widget.Finalizers, "my.example.com/hold")
	if err := c.Update(ctx, widget); err != nil { // want statuslost:"Status.Phase"
		return err
	}
	return c.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Package patchers writes the status by the patch helpers of the ecosystem, which
// remember how an object was, and send what has changed since.
package patchers

import (
	"context"

	fluxpatch "github.com/fluxcd/pkg/runtime/patch"
	"sigs.k8s.io/cluster-api/util/patch"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"example.com/cases/api/v1"
)

// scope is how providers of cluster-api go about it.
type scope struct {
	widget *v1.Widget
	owner  *v1.Widget
	helper *patch.Helper
	owners *patch.Helper
}

func (s *scope) close(ctx context.Context) error { return s.helper.Patch(ctx, s.widget) }

// Deferred patches at the end, and before.
func Deferred(ctx context.Context, s *scope) (err error) {
	defer func() { // want statusmulti:"widget may have been"
		if e := s.close(ctx); e != nil && err == nil {
			err = e
		}
	}()
	if s.widget.Spec.Replicas == 0 {
		return nil
	}
	s.widget.Status.Phase = v1.PhaseRunning
	return s.close(ctx)
}

// Finalizer has nothing to send of the status by the first patch.
func Finalizer(ctx context.Context, c client.Client, widget *v1.Widget) error {
	h, err := patch.NewHelper(widget, c)
	if err != nil {
		return err
	}
	if controllerutil.AddFinalizer(widget, "my.example.com/hold") {
		if err := h.Patch(ctx, widget); err != nil {
			return err
		}
	}
	widget.Status.Phase = v1.PhaseReady
	return h.Patch(ctx, widget)
}

// Owner changes the spec of the owner, whose status nobody has touched.
func Owner(ctx context.Context, s *scope) error {
	s.owner.Spec.Replicas = 1
	if err := s.owners.Patch(ctx, s.owner); err != nil {
		return err
	}
	s.owner.Spec.Replicas = 2
	return s.owners.Patch(ctx, s.owner)
}

// patchOwner writes the status only where its caller has changed it.
func (s *scope) patchOwner(ctx context.Context) error { return s.owners.Patch(ctx, s.owner) }

// Callers patches twice by a function, once with nothing of the status.
func Callers(ctx context.Context, s *scope) error {
	s.owner.Spec.Replicas = 1
	if err := s.patchOwner(ctx); err != nil {
		return err
	}
	s.owner.Status.Phase = v1.PhaseRunning
	if err := s.patchOwner(ctx); err != nil {
		return err
	}
	s.owner.Status.Phase = v1.PhaseReady
	return s.patchOwner(ctx) // want statusmulti:"owner has always been"
}

// Then updates the status by the client.
func Then(ctx context.Context, c client.Client, widget *v1.Widget) error {
	p := fluxpatch.NewSerialPatcher(widget, c)
	widget.Status.Phase = v1.PhaseRunning
	if err := p.Patch(ctx, widget); err != nil {
		return err
	}
	widget.Status.Phase = v1.PhaseReady
	return c.Status().Update(ctx, widget) // want statusmulti:"widget has always been" statusretry:"widget"
}

// Serial remembers what it has sent: the second patch has nothing to send.
func Serial(ctx context.Context, c client.Client, widget *v1.Widget) error {
	p := fluxpatch.NewSerialPatcher(widget, c)
	widget.Status.Phase = v1.PhaseRunning
	if err := p.Patch(ctx, widget); err != nil {
		return err
	}
	widget.Spec.Replicas = 1
	return p.Patch(ctx, widget)
}

// Each patches in a loop.
func Each(ctx context.Context, c client.Client, widget *v1.Widget, messages []string) error {
	p := fluxpatch.NewSerialPatcher(widget, c)
	for _, m := range messages {
		widget.Status.Message = m
		if err := p.Patch(ctx, widget); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// Early reads again before it patches.
func Early(ctx context.Context, c client.Client, widget *v1.Widget) error {
	h, err := patch.NewHelper(widget, c)
	if err != nil {
		return err
	}
	widget.Status.Phase = v1.PhaseRunning
	if err := c.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil { // want statuslost:"Status.Phase"
		return err
	}
	return h.Patch(ctx, widget)
}

// Late makes the helper after the change, which it takes for how the object was.
func Late(ctx context.Context, c client.Client, widget *v1.Widget) error {
	widget.Status.Phase = v1.PhaseRunning
	h, err := patch.NewHelper(widget, c)
	if err != nil {
		return err
	}
	return h.Patch(ctx, widget) // want statuslost:"Status.Phase"
}

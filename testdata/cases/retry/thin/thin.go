// Package thin has thin wrappers that no call reaches but one by an interface: they
// are judged themselves.
package thin

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
)

// Store is what the rest of the program sees.
type Store interface {
	Save(ctx context.Context, widget *v1.Widget) error
}

type remote struct{ client client.Client }

func (s *remote) Save(ctx context.Context, widget *v1.Widget) error {
	return s.client.Status().Update(ctx, widget) // want statusretry:"widget"
}

type local map[string]*v1.Widget

func (s local) Save(_ context.Context, widget *v1.Widget) error {
	s[widget.Name] = widget
	return nil
}

// Cluster is exported, but used by the interface.
type Cluster struct{ client client.Client }

// Save implements Store.
func (s *Cluster) Save(ctx context.Context, widget *v1.Widget) error {
	return s.client.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Other is no method of an interface: those who import the package call it.
func (s *Cluster) Other(ctx context.Context, widget *v1.Widget) error {
	return s.client.Status().Update(ctx, widget)
}

// Mirror keeps widgets in two clusters.
type Mirror struct{ primary, secondary client.Client }

// Both writes twice, so it is more than the write of its caller.
func (m *Mirror) Both(ctx context.Context, widget *v1.Widget) error {
	for _, writer := range []client.SubResourceWriter{m.primary.Status(), m.secondary.Status()} {
		if err := writer.Update(ctx, widget); err != nil { // want statusretry:"widget"
			return err
		}
	}
	return nil
}

// New makes a store.
func New(c client.Client, dry bool) Store {
	if dry {
		return local{}
	}
	return &remote{c}
}

func Run(ctx context.Context, s Store, widget *v1.Widget) error {
	widget.Status.Phase = v1.PhaseReady
	return s.Save(ctx, widget)
}

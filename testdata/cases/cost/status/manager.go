// Package status holds what the controllers of this tree write their status with.
package status

import (
	"context"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "example.com/cases/api/v1"
)

// Manager is a status manager, for any resource.
type Manager struct{ client.Client }

// AtomicStatusUpdate reads again, calls back, and writes, until nobody interferes.
func (m *Manager) AtomicStatusUpdate(ctx context.Context, obj client.Object, change func() error) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := m.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		if err := change(); err != nil {
			return err
		}
		return m.Status().Update(ctx, obj)
	})
}

// SetPhase is one with fixed values.
func (m *Manager) SetPhase(ctx context.Context, widget *v1.Widget, phase string) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := m.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = phase
		return m.Status().Update(ctx, widget)
	})
}

// Update is a helper, with a retry and for one type.
func Update(ctx context.Context, c client.Client, widget *v1.Widget, change func(*v1.Widget)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		change(widget)
		return c.Status().Update(ctx, widget)
	})
}

// Write is a helper over the type of resource.
func Write[T client.Object](ctx context.Context, c client.Client, obj T) error {
	return c.Status().Update(ctx, obj)
}

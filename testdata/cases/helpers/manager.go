package helpers

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Manager is a status manager as a struct.
type Manager struct {
	Client client.Client
}

// AtomicStatusUpdate is a status manager with a func() error.
func (m *Manager) AtomicStatusUpdate(ctx context.Context, obj client.Object, fn func() error) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := m.Client.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		if err := fn(); err != nil {
			return err
		}
		return m.Client.Status().Update(ctx, obj)
	})
}

// UpdateWidget is a status manager that takes a key and a func(*T).
func UpdateWidget(ctx context.Context, c client.Client, key client.ObjectKey, mutate func(*myv1.Widget)) error {
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		widget := &myv1.Widget{}
		if err := c.Get(ctx, key, widget); err != nil {
			return err
		}
		mutate(widget)
		return c.Status().Update(ctx, widget)
	})
}

// UpdateWidgetIfChanged is a status manager with a func(*T) (bool, error),
// that skips the write when nothing changed.
func UpdateWidgetIfChanged(ctx context.Context, c client.Client, widget *myv1.Widget, mutate func(*myv1.Widget) (bool, error)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		latest := &myv1.Widget{}
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), latest); err != nil {
			return err
		}
		changed, err := mutate(latest)
		if err != nil || !changed {
			return err
		}
		return c.Status().Update(ctx, latest)
	})
}

// SetWidgetPhase is a status manager of fixed values.
func SetWidgetPhase(ctx context.Context, c client.Client, widget *myv1.Widget, phase, message string) error {
	key := client.ObjectKeyFromObject(widget)
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := c.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = phase
		widget.Status.Message = message
		return c.Status().Update(ctx, widget)
	})
}

// UpdateStatusOf is a generic status manager.
func UpdateStatusOf[T client.Object](ctx context.Context, c client.Client, obj T, mutate func(T)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := c.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		mutate(obj)
		return c.Status().Update(ctx, obj)
	})
}

// UpdateWidgetByHand is a status manager whose retry is written by hand, and
// that skips the write when nothing changed.
func UpdateWidgetByHand(ctx context.Context, c client.Client, widget *myv1.Widget, mutate func(*myv1.Widget)) error {
	for attempt := 0; attempt < 5; attempt++ {
		latest := &myv1.Widget{}
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), latest); err != nil {
			return err
		}
		before := latest.Status.DeepCopy()
		mutate(latest)
		if equality.Semantic.DeepEqual(before, &latest.Status) {
			return nil
		}
		err := c.Status().Update(ctx, latest)
		if err == nil {
			return nil
		}
		if !apierrors.IsConflict(err) {
			return fmt.Errorf("update status: %w", err)
		}
	}
	return fmt.Errorf("too many conflicts on %s", widget.Name)
}

// MutateWidget is a status helper: it does what a manager does, without
// retrying, so its own write is outside of every region.
func MutateWidget(ctx context.Context, c client.Client, widget *myv1.Widget, mutate func(*myv1.Widget)) error {
	if err := c.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
		return err
	}
	mutate(widget)
	return c.Status().Update(ctx, widget) // want statusretry:"widget"
}

// Retry calls fn again as long as it fails with a conflict.
func Retry(fn func() error) error {
	var err error
	for i := 0; i < 5; i++ {
		err = fn()
		if !apierrors.IsConflict(err) {
			return err
		}
	}
	return err
}

// Once calls fn once: it is no retry.
func Once(fn func() error) error {
	if err := fn(); err != nil {
		return fmt.Errorf("once: %w", err)
	}
	return nil
}

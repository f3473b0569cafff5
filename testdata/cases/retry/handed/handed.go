// Package handed has helpers that retry what they are given by way of a literal.
package handed

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
)

func counted(f func(attempt int) error) error {
	attempt := 0
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		attempt++
		return f(attempt)
	})
}

// dropped tells nobody that the function failed.
func dropped(f func() error) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		_ = f()
		return nil
	})
}

// missing retries what is not there yet.
func missing(f func() error) error {
	return retry.OnError(retry.DefaultRetry, apierrors.IsNotFound, func() error { return f() })
}

func Counted(ctx context.Context, c client.Client, widget *v1.Widget) error {
	return counted(func(int) error {
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = v1.PhaseReady
		return c.Status().Update(ctx, widget)
	})
}

func Dropped(ctx context.Context, c client.Client, widget *v1.Widget) error {
	return dropped(func() error {
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = v1.PhaseReady
		return c.Status().Update(ctx, widget) // want statusretry:"widget"
	})
}

func Missing(ctx context.Context, c client.Client, widget *v1.Widget) error {
	return missing(func() error {
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = v1.PhaseReady
		return c.Status().Update(ctx, widget) // want statusretry:"widget"
	})
}

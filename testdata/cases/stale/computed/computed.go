// Package computed writes values that functions of other packages have computed.
package computed

import (
	"context"
	"strings"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
	"example.com/cases/stale/computed/backoff"
)

type WidgetReconciler struct {
	client.Client
	counter *backoff.Counter
}

// Counted is computed from the old count.
func (r *WidgetReconciler) Counted(ctx context.Context, widget *v1.Widget) error {
	attempts := backoff.Next(widget.Status.Attempts, 10)
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Attempts = attempts // want statusstale:"Status.Attempts of widget is set to a value from before"
		return r.Status().Update(ctx, widget)
	})
}

// Told is made of the old message.
func (r *WidgetReconciler) Told(ctx context.Context, widget *v1.Widget) error {
	message := strings.TrimSpace(widget.Status.Message)
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Message = message // want statusstale:"Status.Message of widget is set to a value from before"
		return r.Status().Update(ctx, widget)
	})
}

// Fresh computes from what was read in the retry.
func (r *WidgetReconciler) Fresh(ctx context.Context, widget *v1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Attempts = backoff.Next(widget.Status.Attempts, 10)
		return r.Status().Update(ctx, widget)
	})
}

// Asked gets a value from a service that is told the old one.
func (r *WidgetReconciler) Asked(ctx context.Context, widget *v1.Widget) error {
	attempts, err := backoff.Ask(ctx, widget.Status.Attempts)
	if err != nil {
		return err
	}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Attempts = attempts
		return r.Status().Update(ctx, widget)
	})
}

// Looked asks a value that may know more than what it is given.
func (r *WidgetReconciler) Looked(ctx context.Context, widget *v1.Widget) error {
	attempts := r.counter.Next(widget.Status.Attempts)
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Attempts = attempts
		return r.Status().Update(ctx, widget)
	})
}

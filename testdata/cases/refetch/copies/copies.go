// Package copies: what a retry sends is not the object itself, but has the same
// resourceVersion in each attempt.
package copies

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/clientset"
)

// Copied sends a copy that the attempt makes.
func Copied(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		next := widget.DeepCopy()
		next.Status.Phase = myv1.PhaseReady
		return c.Status().Update(ctx, next) // want statusrefetch:"the retry sends widget again"
	})
}

// CopiedFresh copies what the attempt has read.
func CopiedFresh(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		next := widget.DeepCopy()
		next.Status.Phase = myv1.PhaseReady
		return c.Status().Update(ctx, next)
	})
}

// CopiedVersion gives the copy the version of what it has read.
func CopiedVersion(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh := &myv1.Widget{}
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), fresh); err != nil {
			return err
		}
		next := widget.DeepCopy()
		next.ResourceVersion = fresh.ResourceVersion
		return c.Status().Update(ctx, next)
	})
}

type task struct{ widget *myv1.Widget }

func (t task) target() *myv1.Widget { return t.widget }

// Got sends what a getter returns.
func Got(ctx context.Context, c client.Client, t *task) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		return c.Status().Update(ctx, t.target()) // want statusrefetch:"the retry sends t.widget again"
	})
}

// GotFresh reads what the getter returns.
func GotFresh(ctx context.Context, c client.Client, t *task) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := c.Get(ctx, client.ObjectKeyFromObject(t.target()), t.target()); err != nil {
			return err
		}
		return c.Status().Update(ctx, t.target())
	})
}

// Typed drops what a typed client answers.
func Typed(ctx context.Context, widgets clientset.WidgetInterface, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		_, err := widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusrefetch:"the retry sends widget again"
		return err
	})
}

// Decoded fills the object with what it has fetched.
func Decoded(ctx context.Context, c client.Client, widget *myv1.Widget, fetch func() []byte) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := utiljson.Unmarshal(fetch(), widget); err != nil {
			return err
		}
		return c.Status().Update(ctx, widget)
	})
}

// DecodedElsewhere decodes into something else.
func DecodedElsewhere(ctx context.Context, c client.Client, widget *myv1.Widget, raw []byte) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		var spec myv1.WidgetSpec
		if err := utiljson.Unmarshal(raw, &spec); err != nil {
			return err
		}
		widget.Status.Message = spec.Owner
		return c.Status().Update(ctx, widget) // want statusrefetch:"the retry sends widget again"
	})
}

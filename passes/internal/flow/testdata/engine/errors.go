package engine

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

var errBusy = errors.New("busy")

// wrapped hands the error on with more to say.
func wrapped(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails
	if err := c.Status().Update(ctx, w); err != nil { //= w first
		return fmt.Errorf("update: %w", err)
	}
	return nil
}

// busy ends with an error of its own after it has written.
func busy(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [*example.com/cases/engine.errBusy] writes p2; [nil]; [out0] fails
	if w.Spec.Paused {
		if err := c.Status().Update(ctx, w); err != nil { //= w first
			return err
		}
		return errBusy
	}
	return nil
}

// unlessBusy writes once: the error tells.
func unlessBusy(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails
	err := busy(ctx, c, w) //= w first
	if errors.Is(err, errBusy) {
		return nil
	}
	if err != nil {
		return err
	}
	return c.Status().Update(ctx, w) //= w first
}

// dropped tells nobody.
func dropped(ctx context.Context, c client.Client, w *myv1.Widget) { //= [] tried; [] writes p2
	_ = c.Status().Update(ctx, w) //= swallowed | w first
}

// ignored tells nobody of a conflict.
func ignored(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] tried; [nil] writes p2; [out0] tried
	err := c.Status().Update(ctx, w) //= hidden conflict | swallowed | w first
	if apierrors.IsConflict(err) {
		return nil
	}
	return err
}

// retried writes again after a conflict.
func retried(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [*example.com/cases/engine.errBusy]; [nil] writes p2; [out0]
	for range 5 {
		err := c.Status().Update(ctx, w) //= retried | w first
		if err == nil {
			return nil
		}
		if !apierrors.IsConflict(err) {
			return err
		}
		if err := c.Get(ctx, client.ObjectKeyFromObject(w), w); err != nil {
			return err
		}
	}
	return errBusy
}

// stubborn sends the same object again.
func stubborn(ctx context.Context, c client.Client, w *myv1.Widget) (err error) { //= [nil] writes p2; [out0]
	for range 5 {
		if err = c.Status().Update(ctx, w); !apierrors.IsConflict(err) { //= resent | retried | w first
			return err
		}
	}
	return err
}

// collected writes all, and tells of all errors.
func collected(ctx context.Context, c client.Client, a, b *myv1.Widget) error { //= [nil] writes p2 writes p3; [out0] fails; [out0] writes p2 fails; [out0] writes p3 fails
	var errs []error
	if err := c.Status().Update(ctx, a); err != nil { //= a first
		errs = append(errs, err)
	}
	if err := c.Status().Update(ctx, b); err != nil { //= b first
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// afterAll writes again where there was no error.
func afterAll(ctx context.Context, c client.Client, a, b *myv1.Widget) error { //= [nil] writes p2 writes p3; [out0] fails; [out0] writes p2 fails; [out0] writes p2 writes p3 fails; [out0] writes p3 fails
	if err := collected(ctx, c, a, b); err != nil { //= a first | b first
		return err
	}
	return c.Status().Update(ctx, a) //= a always after [102]
}

// gone may have written, or not.
func gone(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] tried; [nil] writes p2; [out0] fails
	return client.IgnoreNotFound(c.Status().Update(ctx, w)) //= w first
}

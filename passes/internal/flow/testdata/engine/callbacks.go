package engine

import (
	"context"
	"errors"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/helpers"

	myv1 "example.com/cases/api/v1"
)

// safely writes in a conflict retry.
func safely(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0]
	return retry.RetryOnConflict(retry.DefaultRetry, func() error { //= [nil] writes *free2; [out0]; [out0] fails | w first
		if err := c.Get(ctx, client.ObjectKeyFromObject(w), w); err != nil {
			return err
		}
		w.Status.Phase = myv1.PhaseReady
		return c.Status().Update(ctx, w) //= w first
	})
}

// update is a status manager: it calls what it is given on a fresh object.
func update(ctx context.Context, c client.Client, w *myv1.Widget, change func(*myv1.Widget) error) error { //= [nil] writes p2 calls p3; [out0]; [out0] calls p3; [out0] calls p3 in vain
	return retry.RetryOnConflict(retry.DefaultRetry, func() error { //= [nil] writes *free2 calls *free3; [out0]; [out0] calls *free3 fails; [out0] calls *free3 in vain | w first
		if err := c.Get(ctx, client.ObjectKeyFromObject(w), w); err != nil {
			return err
		}
		if err := change(w); err != nil {
			return err
		}
		return c.Status().Update(ctx, w) //= w first
	})
}

// managed writes by way of the manager, twice.
func managed(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0]; [out0] writes p2
	ready := func(w *myv1.Widget) error { //= [nil]
		w.Status.Phase = myv1.PhaseReady
		return nil
	}
	if err := update(ctx, c, w, ready); err != nil { //= w first
		return err
	}
	return update(ctx, c, w, func(w *myv1.Widget) error { //= [*example.com/cases/engine.errBusy]; [nil] | w always after [47]
		if w.Spec.Paused {
			return errBusy
		}
		w.Status.Attempts++
		return nil
	})
}

// nested writes in the manager's callback what the manager writes.
func nested(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0]; [out0] writes p2
	return update(ctx, c, w, func(inner *myv1.Widget) error { //= [nil] writes p0; [out0] fails | w first
		w.Status.Message = "outer"
		return c.Status().Update(ctx, inner) //= inner first | nested write
	})
}

// polled writes until it succeeds.
func polled(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails
	return wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, func(ctx context.Context) (bool, error) { //= [false nil] fails; [true nil] writes *free1 | w first
		if err := c.Status().Update(ctx, w); err != nil { //= hidden conflict | resent | retried | w first
			return false, nil
		}
		return true, nil
	})
}

// always writes whenever it is called.
func always(ctx context.Context, c client.Client, w *myv1.Widget) { //= []
	wait.UntilWithContext(ctx, func(ctx context.Context) { //= [] tried; [] writes *free1
		_ = c.Status().Update(ctx, w) //= swallowed | w first
	}, time.Minute)
}

// ranged writes for each name that a function yields.
func ranged(ctx context.Context, c client.Client, w *myv1.Widget, names func(func(string) bool)) error { //= [nil]; [nil] writes p2; [out0]; [out0] writes p2
	for name := range names { //= [false] fails; [true] writes *free1
		w.Status.Message = name
		if err := c.Status().Update(ctx, w); err != nil { //= w first in a range loop
			return err
		}
	}
	return nil
}

// inOrder calls the steps one after the other.
func inOrder(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails; [out0] writes p2 fails
	for _, step := range []func(context.Context, client.Client, *myv1.Widget) error{once, either} {
		if err := step(ctx, c, w); err != nil { //= w may after [98]
			return err
		}
	}
	return nil
}

// given calls what it is given, and writes unless that has failed.
func given(ctx context.Context, c client.Client, w *myv1.Widget, do func() error) error { //= [nil] writes p2 calls p3; [out0] calls p3 fails; [out0] calls p3 in vain
	if err := do(); err != nil {
		return errors.Join(errBusy, err)
	}
	return c.Status().Update(ctx, w) //= w first
}

// both writes what the callee writes after it.
func both(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails; [out0] writes p2 fails
	return given(ctx, c, w, func() error { return once(ctx, c, w) }) //= [nil] writes *free2; [out0] fails | w first
}

// ofOthers uses the helpers of another package.
func ofOthers(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0]
	helpers.SetPhase(w, myv1.PhaseRunning)
	if paused, err := helpers.HandlePause(ctx, c, w); err != nil || paused { //= late base Status.Attempts | w first
		return err
	}
	return helpers.WritePhase(ctx, c, w, myv1.PhaseReady) //= late base Status.Attempts | w first
}

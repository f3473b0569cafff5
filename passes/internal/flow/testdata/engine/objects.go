package engine

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	myv1 "example.com/cases/api/v1"
)

// overwritten reads into the object that it has changed.
func overwritten(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0]; [out0] fails
	w.Status.Phase = myv1.PhaseReady
	if err := c.Get(ctx, client.ObjectKeyFromObject(w), w); err != nil { //= overwritten Status.Phase
		return err
	}
	return c.Status().Update(ctx, w) //= w first
}

// setPhase leaves a change to its caller.
func setPhase(w *myv1.Widget, phase string) { //= []
	w.Status.Phase = phase
	meta.SetStatusCondition(&w.Status.Conditions, metav1.Condition{Type: "Ready", Status: metav1.ConditionTrue})
}

// sent writes what the callee has changed.
func sent(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails
	setPhase(w, myv1.PhaseReady)
	return c.Status().Update(ctx, w) //= w first
}

// finalized loses the change to the object's update.
func finalized(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil]; [out0]
	setPhase(w, myv1.PhaseReady)
	controllerutil.AddFinalizer(w, "example.com/widget")
	return c.Update(ctx, w) //= overwritten Status.Conditions["Ready"] | overwritten Status.Phase
}

// response loses the finalizer to the response.
func response(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails; [out0] writes p2
	controllerutil.AddFinalizer(w, "example.com/widget")
	if err := c.Status().Update(ctx, w); err != nil { //= overwritten by the response Finalizers | w first
		return err
	}
	return c.Update(ctx, w)
}

// patched sends a difference to what it has copied before.
func patched(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0]
	base := w.DeepCopy()
	w.Status.Phase = myv1.PhaseReady
	return c.Status().Patch(ctx, w, client.MergeFrom(base)) //= w first
}

// tooLate copies after the change.
func tooLate(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0]
	w.Status.Phase = myv1.PhaseReady
	base := w.DeepCopy()
	w.Status.Message = "ready"
	return c.Status().Patch(ctx, w, client.MergeFrom(base)) //= late base Status.Phase | w first
}

// unwritten reads an object, changes it, and drops it.
func unwritten(ctx context.Context, c client.Client, key client.ObjectKey) error { //= [nil]; [out0]
	w := &myv1.Widget{}
	if err := c.Get(ctx, key, w); err != nil {
		return err
	}
	w.Status.Phase = myv1.PhaseFailed //= unwritten Status.Phase
	return nil
}

// stale writes the copy, and then the original.
func stale(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0]; [out0] fails
	cp := w.DeepCopy()
	cp.Labels = map[string]string{"a": "b"}
	if err := c.Update(ctx, cp); err != nil {
		return err
	}
	w.Status.Phase = myv1.PhaseReady
	return c.Status().Update(ctx, w) //= stale object | w first
}

// deleted drops what nobody reads.
func deleted(ctx context.Context, c client.Client, key client.ObjectKey) error { //= [nil]; [nil] writes <example.com/cases/api/v1.Widget p1, p2>; [out0]; [out0] fails
	w := &myv1.Widget{}
	if err := c.Get(ctx, key, w); err != nil {
		return err
	}
	w.Status.Phase = myv1.PhaseFailed //= unwritten Status.Phase, or written
	if !w.DeletionTimestamp.IsZero() {
		return nil
	}
	return c.Status().Update(ctx, w) //= w first
}

// old writes a number from before the refetch.
func old(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0]
	n := w.Status.Attempts + 1
	return retry.RetryOnConflict(retry.DefaultRetry, func() error { //= [nil] writes *free2; [out0]; [out0] fails | w first
		if err := c.Get(ctx, client.ObjectKeyFromObject(w), w); err != nil {
			return err
		}
		w.Status.Attempts = n            //= old value Status.Attempts
		return c.Status().Update(ctx, w) //= w first
	})
}

// hidden keeps the conflict from the retry.
func hidden(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0]
	return retry.RetryOnConflict(retry.DefaultRetry, func() error { //= [nil] writes *free2; [out0]; [out0] fails | w first
		if err := c.Get(ctx, client.ObjectKeyFromObject(w), w); err != nil {
			return err
		}
		if err := c.Status().Update(ctx, w); err != nil { //= hidden conflict | w first
			return fmt.Errorf("update: %v", err)
		}
		return nil
	})
}

// steps changes elements of the status.
func steps(ctx context.Context, c client.Client, w *myv1.Widget, done string) error { //= [nil] writes p2; [out0]; [out0] fails
	for i := range w.Status.Steps {
		if w.Status.Steps[i].Name == done {
			w.Status.Steps[i].Phase = myv1.PhaseReady
		}
	}
	w.Status.Conditions = append(w.Status.Conditions, metav1.Condition{Type: "Done"})
	kept := w.Status
	if err := c.Update(ctx, w); err != nil {
		return err
	}
	w.Status = kept                  //= old value Status
	return c.Status().Update(ctx, w) //= w first
}

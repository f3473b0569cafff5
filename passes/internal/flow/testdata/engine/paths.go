package engine

import (
	"context"
	"os"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// once writes once.
func once(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails
	return c.Status().Update(ctx, w) //= w first
}

// twice writes again where the first write has succeeded.
func twice(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails; [out0] writes p2 fails
	if err := once(ctx, c, w); err != nil { //= w first
		return err
	}
	w.Status.Phase = myv1.PhaseReady
	return c.Status().Update(ctx, w) //= w always after [19]
}

// either writes on one of two branches.
func either(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails
	if w.Spec.Paused {
		w.Status.Phase = myv1.PhasePending
		return c.Status().Update(ctx, w) //= w first
	}
	w.Status.Phase = myv1.PhaseRunning
	return c.Status().Update(ctx, w) //= w first
}

// contradictory cannot take both branches.
func contradictory(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails
	if w.Status.Phase == myv1.PhasePending {
		if err := c.Status().Update(ctx, w); err != nil { //= w first
			return err
		}
	}
	if w.Status.Phase != myv1.PhasePending {
		return c.Status().Update(ctx, w) //= w first
	}
	return nil
}

// sometimes has written before only where the widget is paused.
func sometimes(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil]; [nil] writes p2; [out0] fails; [out0] writes p2 fails
	changed := false
	if w.Spec.Paused {
		if err := c.Status().Update(ctx, w); err != nil { //= w first
			return err
		}
		changed = true
	}
	if !changed && w.Spec.Replicas > 3 {
		return nil
	}
	return c.Status().Update(ctx, w) //= w may after [53]
}

// flagged writes once: the flag tells.
func flagged(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails
	done := false
	switch {
	case w.Spec.Replicas == 0:
		if err := c.Status().Update(ctx, w); err != nil { //= w first
			return err
		}
		done = true
	case w.Spec.Paused && len(w.Spec.Parts) > 0:
		w.Status.Attempts++
	}
	if done {
		return nil
	}
	return c.Status().Update(ctx, w) //= w first
}

// ends does not go on after the first write.
func ends(ctx context.Context, c client.Client, w *myv1.Widget) { //= [] tried; [] writes p2
	if err := c.Status().Update(ctx, w); err == nil { //= swallowed | w first
		os.Exit(1)
	}
	_ = c.Status().Update(ctx, w) //= swallowed | w first
}

// counted writes in each turn.
func counted(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails; [out0] writes p2 fails
	for i := 0; i < 3; i++ {
		w.Status.Attempts = i
		if err := c.Status().Update(ctx, w); err != nil { //= w first in a loop
			return err
		}
	}
	return nil
}

// each writes another resource in each turn.
func each(ctx context.Context, c client.Client, list *myv1.WidgetList) error { //= [nil]; [out0] fails
	for i := range list.Items {
		w := &list.Items[i]
		if w.Name == "" {
			continue
		}
		if err := c.Status().Update(ctx, w); err != nil { //= w first
			return err
		}
	}
	return nil
}

// found writes in the turn in which it leaves the loop.
func found(ctx context.Context, c client.Client, w *myv1.Widget, names []string) error { //= [nil]; [nil] writes p2; [out0] fails
	for _, name := range names {
		if name != w.Name {
			continue
		}
		w.Status.Message = name
		return c.Status().Update(ctx, w) //= w first
	}
	return nil
}

// late writes in the end.
func late(ctx context.Context, c client.Client, w *myv1.Widget) (err error) { //= [nil] writes p2; [out0] fails; [out0] writes p2; [out0] writes p2 fails
	defer func() { //= [] fails; [] writes *free2 | w may after [134]
		if e := c.Status().Update(ctx, w); e != nil && err == nil { //= w first
			err = e
		}
	}()
	return c.Status().Update(ctx, w) //= w first
}

// aside writes in a goroutine for each part.
func aside(ctx context.Context, c client.Client, w *myv1.Widget) { //= []
	for range w.Spec.Parts {
		go func() { _ = c.Status().Update(ctx, w) }() //= [] tried; [] writes *free2 | swallowed | w first | w first in a loop
	}
}

// waits writes once for each event.
func waits(ctx context.Context, c client.Client, w *myv1.Widget, events <-chan string) { //= []
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-events:
			w.Status.Message = e
			_ = c.Status().Update(ctx, w) //= resent, also after success | retried | swallowed | w first
		}
	}
}

// again calls itself after it has written.
func again(ctx context.Context, c client.Client, w *myv1.Widget, n int) error { //= [nil]; [nil] writes p2; [out0] fails; [out0] writes p2 fails
	if n == 0 {
		return nil
	}
	if err := c.Status().Update(ctx, w); err != nil { //= w first
		return err
	}
	return again(ctx, c, w, n-1) //= w first in a recursion
}

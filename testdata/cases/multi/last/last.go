// Package last has a deferred call, which writes last wherever it stands, and a loop
// over events, each of which is a path of its own.
package last

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
)

func write(ctx context.Context, c client.Client, widget *v1.Widget, phase string) error {
	base := widget.DeepCopy()
	widget.Status.Phase = phase
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Deferred is reported where the second write is, not at the last.
func Deferred(ctx context.Context, c client.Client, widget *v1.Widget) (err error) {
	defer write(ctx, c, widget, v1.PhaseReady)
	if err := write(ctx, c, widget, v1.PhasePending); err != nil {
		return err
	}
	return write(ctx, c, widget, v1.PhaseRunning) // want statusmulti:"widget.*always.* in line 22"
}

// Named says which of the captured variables is written.
func Named(ctx context.Context, c client.Client, widget *v1.Widget) error {
	if err := write(ctx, c, widget, v1.PhasePending); err != nil {
		return err
	}
	before := widget.DeepCopy()
	finish := func() error {
		if before.Status.Phase == widget.Status.Phase {
			return nil
		}
		return write(ctx, c, widget, v1.PhaseReady)
	}
	widget.Spec.Owner = "done"
	return finish() // want statusmulti:"the status of widget "
}

// Events writes before the first event, and once for each.
func Events(ctx context.Context, c client.Client, widget *v1.Widget, events <-chan string) error {
	if err := write(ctx, c, widget, v1.PhasePending); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case phase := <-events:
			if err := write(ctx, c, widget, phase); err != nil {
				return err
			}
		}
	}
}

// Once waits for one event only.
func Once(ctx context.Context, c client.Client, widget *v1.Widget, events <-chan string) error {
	if err := write(ctx, c, widget, v1.PhasePending); err != nil {
		return err
	}
	return write(ctx, c, widget, <-events) // want statusmulti:"widget.*always"
}

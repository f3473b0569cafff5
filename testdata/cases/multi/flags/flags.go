// Package flags has a flag of several conditions, in a function with many branches,
// that is tested twice.
package flags

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

func Again(ctx context.Context, c client.Client, widget *v1.Widget, names []string, sizes map[string]int) error {
	var found []string
	for _, n := range names {
		if n != "" && sizes[n] > 0 {
			found = append(found, n)
		}
	}
	busy := len(found) > 0 || len(sizes) > 5 || len(names) > 7
	if busy {
		if widget.Spec.Paused {
			names = names[1:]
		}
		if widget.Spec.Replicas > 3 {
			names = nil
		}
		if err := write(ctx, c, widget, v1.PhaseRunning); err != nil {
			return err
		}
	}
	if err := c.Update(ctx, widget); err != nil {
		return err
	}
	if !busy && widget.Spec.Owner != "" {
		return write(ctx, c, widget, v1.PhaseReady)
	}
	if busy && widget.Spec.Owner == "" {
		return write(ctx, c, widget, v1.PhaseReady) // want statusmulti:"widget has always been"
	}
	return nil
}

// Asked asks the same of the object twice, by a method that only looks as its name says.
func Asked(ctx context.Context, c client.Client, widget *v1.Widget, by v1.Namer) error {
	if !widget.IsNamed(by) {
		if err := write(ctx, c, widget, v1.PhasePending); err != nil {
			return err
		}
	}
	if widget.IsNamed(by) {
		return write(ctx, c, widget, v1.PhaseReady)
	}
	return nil
}

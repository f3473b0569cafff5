package errors

import (
	"context"
	"log"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
)

// Unreachable asks for another try by a flag that is set when the update has failed.
func Unreachable(ctx context.Context, c client.Client, widget *v1.Widget, err error) (unreachable, requeue bool) {
	if err == nil {
		return
	}
	unreachable = true
	widget.Status.Phase = v1.PhaseFailed
	if err := c.Status().Update(ctx, widget); err != nil { // want statusretry:"widget.*repeats"
		log.Print(err)
		requeue = true
	}
	return
}

// Marked returns a flag that does not tell whether the update has failed.
func Marked(ctx context.Context, c client.Client, widget *v1.Widget) bool {
	if widget.Spec.Paused {
		return false
	}
	widget.Status.Phase = v1.PhaseReady
	if err := c.Status().Update(ctx, widget); err != nil { // want statusretry:"widget.*goes nowhere"
		log.Print(err)
	}
	return true
}

package replaced

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	myv1 "example.com/cases/api/v1"
)

// After writes the status before the loop, too, and goes on in many ways.
func (c *Controller) After(ctx context.Context, widget *myv1.Widget) (count int, err error) {
	widget.Status.Phase = myv1.PhaseRunning
	if widget, err = c.widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{}); err != nil { // want statusretry:"outside a conflict retry"
		return 0, err
	}
	spec := widget.Spec
	owned, scaled, paused, stepped, split, ran := false, false, false, false, false, false
	if spec.Owner != "" {
		owned = true
	}
	if spec.Replicas > 1 {
		scaled = true
	}
	if spec.Paused {
		paused = true
	}
	if len(spec.Steps) > 0 {
		stepped = true
	}
	if len(spec.Parts) > 0 {
		split = true
	}
	if widget.Status.Attempts > 1 {
		ran = true
	}
	for _, part := range spec.Parts {
		if err := c.record(ctx, &cycle{widget: widget}, part); err != nil { // want statusloop:"again on each turn" statusmulti:"has always been written before"
			return 0, err
		}
	}
	for _, is := range []bool{owned, scaled, paused, stepped, split, ran} {
		if is {
			count++
		}
	}
	if owned && scaled && paused {
		count++
	}
	if stepped && split && ran {
		count++
	}
	return count, nil
}

// Package replaced: a struct keeps the object, and what an update of the status returned
// takes its place there. There are more paths to the loop than a path engine can keep
// apart.
package replaced

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/clientset"
)

type Controller struct {
	widgets clientset.WidgetInterface
}

// cycle is what one reconcile works with.
type cycle struct {
	widget                              *myv1.Widget
	owned, scaled, paused, stepped, ran *myv1.WidgetSpec
}

// Sync writes the status of one widget in each turn.
func (c *Controller) Sync(ctx context.Context, widget *myv1.Widget) error {
	run := &cycle{widget: widget}
	spec := &widget.Spec
	if spec.Owner != "" {
		run.owned = spec
	}
	if spec.Replicas > 1 {
		run.scaled = spec
	}
	if spec.Paused {
		run.paused = spec
	}
	if len(spec.Steps) > 0 {
		run.stepped = spec
	}
	if widget.Status.Attempts > 1 {
		run.ran = spec
	}
	for _, part := range spec.Parts {
		if err := c.record(ctx, run, part); err != nil { // want statusloop:"the status of widget is written again on each turn"
			return err
		}
	}
	return nil
}

// SyncEach writes the status of another widget in each turn.
func (c *Controller) SyncEach(ctx context.Context, widgets []*myv1.Widget) error {
	for _, widget := range widgets {
		run := &cycle{widget: widget}
		spec := &widget.Spec
		if spec.Owner != "" {
			run.owned = spec
		}
		if spec.Replicas > 1 {
			run.scaled = spec
		}
		if spec.Paused {
			run.paused = spec
		}
		if len(spec.Steps) > 0 {
			run.stepped = spec
		}
		if widget.Status.Attempts > 1 {
			run.ran = spec
		}
		if err := c.record(ctx, run, "step"); err != nil {
			return err
		}
	}
	return nil
}

// record notes a part in the status, and goes on with what the server has answered.
func (c *Controller) record(ctx context.Context, run *cycle, part string) error {
	run.widget.Status.Message = part
	updated, err := c.widgets.UpdateStatus(ctx, run.widget, metav1.UpdateOptions{}) // want statusretry:"outside a conflict retry"
	if err != nil {
		return err
	}
	if updated.Status.Phase == myv1.PhaseReady {
		run.widget = updated
	}
	return nil
}

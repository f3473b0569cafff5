// Package outdated: functions that are called leave the caller an object with an old
// resourceVersion, and what is sent afterwards.
package outdated

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/refetch/outdated/store"
)

// WidgetController syncs widgets.
type WidgetController struct {
	store *store.Store
}

// Refresh writes early, so that others see the phase, and once more at the end.
func (c *WidgetController) Refresh(ctx context.Context, widget *myv1.Widget, probe func() (string, error)) (err error) {
	before := widget.DeepCopy()
	defer func() { // want statusrefetch:"widget is stale" statusmulti:"widget"
		if err == nil && !equality.Semantic.DeepEqual(before.Status, widget.Status) {
			_, err = c.store.UpdateStatus(ctx, widget)
		}
	}()
	widget.Status.Phase = myv1.PhaseRunning
	if _, err := c.store.UpdateStatus(ctx, widget); err != nil {
		return err
	}
	before = widget.DeepCopy()
	message, err := probe()
	if err != nil {
		return err
	}
	widget.Status.Message = message
	return nil
}

// RefreshStored goes on with what was stored.
func (c *WidgetController) RefreshStored(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseRunning
	widget, err := c.store.UpdateStatus(ctx, widget)
	if err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	_, err = c.store.UpdateStatus(ctx, widget) // want statusmulti:"widget"
	return err
}

// Restart goes on with the object that took over what was stored.
func (c *WidgetController) Restart(ctx context.Context, widget *myv1.Widget) error {
	if err := c.store.Reset(ctx, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhasePending
	_, err := c.store.UpdateStatus(ctx, widget) // want statusmulti:"widget"
	return err
}

// Schedule writes the spec, and then the status of the object with the old version.
func (c *WidgetController) Schedule(ctx context.Context, widget *myv1.Widget) error {
	widget.Spec.Paused = false
	if _, err := c.store.Update(ctx, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	return c.note(ctx, widget) // want statusrefetch:"widget is stale"
}

// ScheduleAnyway writes the status after the other write has failed.
func (c *WidgetController) ScheduleAnyway(ctx context.Context, widget *myv1.Widget) error {
	widget.Spec.Paused = false
	if _, err := c.store.Update(ctx, widget); err == nil {
		return nil
	}
	widget.Status.Phase = myv1.PhaseFailed
	return c.note(ctx, widget)
}

func (c *WidgetController) note(ctx context.Context, widget *myv1.Widget) error {
	_, err := c.store.UpdateStatus(ctx, widget)
	return err
}

// Finalize writes the status, and releases the object with the old version.
func (c *WidgetController) Finalize(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseFailed
	if err := c.note(ctx, widget); err != nil {
		return err
	}
	return c.store.Release(ctx, widget) // want statusrefetch:"widget is stale"
}

// Package kept: a helper sends the whole object, and the status outlives that.
package kept

import (
	"context"
	"errors"
	"log"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// keep puts the status back.
func keep(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	status := widget.Status
	if err := c.Update(ctx, widget); err != nil {
		return err
	}
	widget.Status = status
	return nil
}

// Kept has the status put back.
func Kept(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if err := keep(ctx, c, widget); err != nil {
		return err
	}
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Tried has the status written, or else logs why the object was not sent before it.
func Tried(ctx context.Context, c client.Client, key client.ObjectKey) error {
	widget := &myv1.Widget{}
	if err := c.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseFailed
	if err := keepAndWrite(ctx, c, widget); err != nil {
		log.Print(err)
	}
	return nil
}

var errUnsent = errors.New("the object was not sent")

func keepAndWrite(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	status := *widget.Status.DeepCopy()
	if err := c.Update(ctx, widget); err != nil {
		return errUnsent
	}
	widget.Status = status
	return c.Status().Patch(ctx, widget, client.Merge)
}

// copied puts a copy back, also where nothing was sent.
func copied(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	status := widget.Status.DeepCopy()
	err := c.Update(ctx, widget)
	widget.Status = *status
	return err
}

// Copied has a copy put back.
func Copied(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if err := copied(ctx, c, widget); err != nil {
		return err
	}
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// release sends the object only while it is being deleted.
func release(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	if widget.DeletionTimestamp.IsZero() {
		return c.Status().Patch(ctx, widget, client.Merge)
	}
	widget.Finalizers = nil
	return c.Update(ctx, widget)
}

// Released asks a helper for the deletion.
func Released(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhasePending
	return release(ctx, c, widget)
}

// Appended adds to the list afterwards: what was added before is gone.
func Appended(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Conditions = append(widget.Status.Conditions, metav1.Condition{Type: "Started"})
	widget.Labels["started"] = "yes"
	if err := c.Update(ctx, widget); err != nil { // want statuslost:`not written \(Status.Conditions\["Started"\]\)`
		return err
	}
	widget.Status.Conditions = append(widget.Status.Conditions, metav1.Condition{Type: "Done"})
	return nil
}

// AppendedAnew adds the same.
func AppendedAnew(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Conditions = append(widget.Status.Conditions, metav1.Condition{Type: "Started"})
	widget.Labels["started"] = "yes"
	if err := c.Update(ctx, widget); err != nil {
		return err
	}
	widget.Status.Conditions = append(widget.Status.Conditions, metav1.Condition{Type: "Started"})
	return nil
}

// all makes one change of many.
func all(changes ...func(*myv1.WidgetStatus)) func(*myv1.WidgetStatus) {
	return func(status *myv1.WidgetStatus) {
		for _, change := range changes {
			change(status)
		}
	}
}

func write(ctx context.Context, c client.Client, widget *myv1.Widget, change func(*myv1.WidgetStatus)) error {
	base := widget.DeepCopy()
	if change != nil {
		change(&widget.Status)
	}
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func ready(ctx context.Context, c client.Client, widget *myv1.Widget, change func(*myv1.WidgetStatus)) error {
	return write(ctx, c, widget, change)
}

func count(by int) func(*myv1.WidgetStatus) {
	return func(status *myv1.WidgetStatus) { status.Attempts += by }
}

// Changed has the change made anew, by what is told to a helper.
func Changed(ctx context.Context, c client.Client, widget *myv1.Widget, message string) error {
	widget.Status.Attempts++
	widget.Spec.Paused = false
	if err := c.Update(ctx, widget); err != nil {
		return err
	}
	return ready(ctx, c, widget, all(count(1), func(status *myv1.WidgetStatus) { status.Message = message }))
}

// Unchanged has nothing made anew.
func Unchanged(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Attempts++
	widget.Spec.Paused = false
	if err := c.Update(ctx, widget); err != nil { // want statuslost:"overwrites changes to the status of widget"
		return err
	}
	return write(ctx, c, widget, nil)
}

func writeBoth(ctx context.Context, c client.Client, widget *myv1.Widget, base client.Patch) error {
	if err := c.Update(ctx, widget); err != nil {
		return err
	}
	return c.Status().Patch(ctx, widget, base)
}

// Gone has the change made anew, unless there is no widget any more.
func Gone(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	base := client.MergeFrom(widget.DeepCopy())
	widget.Status.Attempts++
	widget.Spec.Paused = false
	if err := writeBoth(ctx, c, widget, base); err != nil {
		return client.IgnoreNotFound(err)
	}
	return write(ctx, c, widget, all(count(1))) // want statusmulti:"has always been written before"
}

// GivenUp has it made anew, unless anything goes wrong.
func GivenUp(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	base := client.MergeFrom(widget.DeepCopy())
	widget.Status.Attempts++
	widget.Spec.Paused = false
	if err := writeBoth(ctx, c, widget, base); err != nil { // want statuslost:"overwrites changes to the status of widget"
		log.Print(err)
		return nil
	}
	return write(ctx, c, widget, all(count(1))) // want statusmulti:"has always been written before"
}

// held puts back the status of a copy of the whole object.
func held(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	before := widget.DeepCopy()
	patch := client.MergeFrom(widget.DeepCopy())
	if err := c.Patch(ctx, widget, patch); err != nil {
		return err
	}
	widget.Status = before.Status
	return nil
}

// Held has the status of a copy put back.
func Held(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if err := held(ctx, c, widget); err != nil {
		return err
	}
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

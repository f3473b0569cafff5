// Package bases: the base of a status patch is copied too late, here or in a helper.
package bases

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Empty copies when all has been changed.
func Empty(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	base := client.MergeFrom(widget.DeepCopy())
	return c.Status().Patch(ctx, widget, base) // want statuslost:"this patch of widget is always empty"
}

// Between changes something between.
func Between(ctx context.Context, c client.Client, widget *myv1.Widget, change func(*myv1.Widget)) error {
	base := client.MergeFrom(widget.DeepCopy())
	change(widget)
	return c.Status().Patch(ctx, widget, base)
}

func enter(ctx context.Context, c client.Client, widget *myv1.Widget, phase string) error {
	base := widget.DeepCopy()
	widget.Status.Phase = phase
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Helped changes the status before it calls a helper that copies the base.
func Helped(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Message = "noted"
	return enter(ctx, c, widget, myv1.PhaseReady) // want statuslost:`base of this patch was copied when the status of widget had changed \(Status.Message\)`
}

// Deeper has a helper between.
func Deeper(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Message = "noted"
	return ready(ctx, c, widget) // want statuslost:"base of this patch was copied"
}

func ready(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	return enter(ctx, c, widget, myv1.PhaseReady)
}

// Replaced changes what the helper sets anyway.
func Replaced(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseRunning
	return enter(ctx, c, widget, myv1.PhaseReady)
}

// patch leaves out an empty patch.
func patch[T client.Object](ctx context.Context, c client.Client, object T, change func(T)) error {
	base := object.DeepCopyObject().(T)
	change(object)
	data, err := client.MergeFrom(base).Data(object)
	if err != nil || string(data) == "{}" {
		return err
	}
	return c.Status().Patch(ctx, object, client.RawPatch(types.MergePatchType, data))
}

// Callback makes one change in the callback, and one before.
func Callback(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Message = "noted"
	return patch(ctx, c, widget, func(widget *myv1.Widget) { // want statuslost:"base of this patch was copied"
		widget.Status.Phase = myv1.PhaseReady
	})
}

// Conditions are a list, which a merge patch sends as a whole.
func Conditions(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Conditions = append(widget.Status.Conditions, metav1.Condition{Type: "Started"})
	return patch(ctx, c, widget, func(widget *myv1.Widget) {
		widget.Status.Conditions = append(widget.Status.Conditions, metav1.Condition{Type: "Ready"})
	})
}

// Second copies between two conditions: where the second is as it was, the first is
// not sent either.
func Second(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Conditions = append(widget.Status.Conditions, metav1.Condition{Type: "Started"})
	base := widget.DeepCopy()
	widget.Status.Conditions = append(widget.Status.Conditions, metav1.Condition{Type: "Ready"})
	return c.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statuslost:"base of this patch was copied"
}

// ReadAgain reads after a patch, or where there was nothing to patch.
func ReadAgain(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	if err := patch(ctx, c, widget, func(widget *myv1.Widget) { widget.Status.Phase = myv1.PhaseReady }); err != nil {
		return err
	}
	return c.Get(ctx, client.ObjectKeyFromObject(widget), widget)
}

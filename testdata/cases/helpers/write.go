// Package helpers holds what other packages of the cases call.
package helpers

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// UpdateStatus is a thin wrapper: its only effect is one write of its own
// parameter, and it returns the error. Its calls are judged.
func UpdateStatus(ctx context.Context, c client.Client, obj client.Object) error {
	return c.Status().Update(ctx, obj)
}

// PatchStatus is a thin wrapper of a write that is not conflict-prone.
func PatchStatus(ctx context.Context, c client.Client, obj, base client.Object) error {
	return c.Status().Patch(ctx, obj, client.MergeFrom(base))
}

// WritePhase changes its parameter and writes its status.
func WritePhase(ctx context.Context, c client.Client, widget *myv1.Widget, phase string) error {
	base := widget.DeepCopy()
	widget.Status.Phase = phase
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// SetPhase changes its parameter in memory only.
func SetPhase(widget *myv1.Widget, phase string) {
	widget.Status.Phase = phase
	widget.Status.Attempts++
}

// MarkFailed writes the status of the widget that a key names.
func MarkFailed(ctx context.Context, c client.Client, key types.NamespacedName, message string) error {
	widget := &myv1.Widget{}
	if err := c.Get(ctx, key, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseFailed
	widget.Status.Message = message
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// WriteTwice writes twice by itself.
func WriteTwice(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	if err := WritePhase(ctx, c, widget, myv1.PhaseRunning); err != nil {
		return err
	}
	return WritePhase(ctx, c, widget, myv1.PhaseReady) // want statusmulti:"widget.*always|always.*widget"
}

// HandlePause reports true on every outcome that wrote.
func HandlePause(ctx context.Context, c client.Client, widget *myv1.Widget) (bool, error) {
	if !widget.Spec.Paused {
		return false, nil
	}
	return true, WritePhase(ctx, c, widget, myv1.PhasePending)
}

// RecordAttempt may write, and reports only whether the limit is reached.
func RecordAttempt(ctx context.Context, c client.Client, widget *myv1.Widget) (bool, error) {
	if widget.Spec.Paused {
		return true, nil
	}
	base := widget.DeepCopy()
	widget.Status.Attempts++
	if err := c.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return false, err
	}
	return false, nil
}

var (
	// ErrNotReady is returned only before any write.
	ErrNotReady = errors.New("not ready")
	// ErrRecorded is returned only after a write.
	ErrRecorded = errors.New("failure recorded")
)

// Admit returns ErrNotReady before any write, and nil after one.
func Admit(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	if widget.Spec.Owner == "" {
		return ErrNotReady
	}
	return WritePhase(ctx, c, widget, myv1.PhaseRunning)
}

// Reject returns ErrRecorded after a write, and nil before any.
func Reject(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	if widget.Spec.Replicas >= 0 {
		return nil
	}
	if err := WritePhase(ctx, c, widget, myv1.PhaseFailed); err != nil {
		return err
	}
	return ErrRecorded
}

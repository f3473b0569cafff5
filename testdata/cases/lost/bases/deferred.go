package bases

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type builder interface{ Build(name string) error }

// Prepared goes on only where all was written.
func Prepared(ctx context.Context, c client.Client, widget *myv1.Widget, b builder) error {
	if err := prepare(ctx, c, widget, b); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"has always been written before"
}

// prepare notes in the end how it went.
func prepare(ctx context.Context, c client.Client, widget *myv1.Widget, b builder) (err error) {
	defer func() { note(ctx, c, widget, nil, nil, &err) }() // want statuslost:"the patch leaves that out" statusmulti:"may have been written before"
	base := widget.DeepCopy()
	widget.Status.Attempts++
	if err = b.Build(widget.Name); err != nil {
		return err
	}
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// note has an error of its own only where there was none.
func note(ctx context.Context, c client.Client, widget *myv1.Widget, phase, text *string, err *error) {
	status, message := myv1.PhaseRunning, ""
	if *err != nil {
		status, message = myv1.PhaseFailed, (*err).Error()
	}
	if phase != nil {
		status = *phase
	}
	if text != nil {
		message = *text
	}
	noted := say(ctx, c, widget, status, message)
	if *err == nil {
		*err = noted
	}
}

func say(ctx context.Context, c client.Client, widget *myv1.Widget, status, message string) error {
	said := meta.FindStatusCondition(widget.Status.Conditions, "Prepared")
	if said != nil && said.Reason == status && said.Message == message {
		return nil
	}
	base := widget.DeepCopy()
	meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{Type: "Prepared", Reason: status, Message: message})
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

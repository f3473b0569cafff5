package fixed

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/rewrite/status"
)

// Named is in a file that names the package of Update, and elsewhere something else.
func Named(ctx context.Context, c client.Client, key client.ObjectKey) error {
	widget := &myv1.Widget{}
	if err := c.Get(ctx, key, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Message = describe("ready")
	return status.Update(ctx, c, widget, base)
}

// Again has the name for what it is.
func Again(ctx context.Context, c client.Client, key client.ObjectKey) error {
	widget := &myv1.Widget{}
	if err := c.Get(ctx, key, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Attempts++
	return status.Update(ctx, c, widget, base)
}

func describe(status string) string { return "it is " + status }

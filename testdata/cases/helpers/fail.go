package helpers

import (
	"context"
	"errors"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Fail records that an object is refused, marks it, and tells why.
func Fail(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseFailed
	widget.Labels["refused"] = "yes"
	if err := c.Update(ctx, widget); err != nil {
		return err
	}
	return errors.New("refused")
}

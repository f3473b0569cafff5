// Package guard compares with the equalities of an older apimachinery.
package guard

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/casesold/api"
)

// Write compares a value with a pointer.
func Write(ctx context.Context, c client.Client, widget *api.Widget, status *api.WidgetStatus) error {
	if equality.Semantic.DeepEqual(widget.Status, status) { // want statusguard:"widget.Status and status are never equal"
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return c.Status().Patch(ctx, widget, client.MergeFrom(base))
}

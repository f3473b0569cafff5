// Package diary writes for a reconcile that another package writes for, too.
package diary

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	_ "example.com/cases/rewrite/batch/status" // has the batch
)

// Diary tells of widgets.
type Diary struct{ client.Client }

// Enter says what becomes of a widget.
func (d *Diary) Enter(ctx context.Context, widget *myv1.Widget) error {
	before := widget.DeepCopy()
	widget.Status.Message = "is counted"
	return d.Status().Patch(ctx, widget, client.MergeFrom(before))
}

package polls

import (
	"context"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

func note(widget *myv1.Widget, step string) {
	switch step {
	case "first":
		if widget.Status.Steps != nil {
			widget.Status.Steps[0] = myv1.StepStatus{Name: step}
		}
	case "second":
		if widget.Status.Steps != nil {
			widget.Status.Steps[1] = myv1.StepStatus{Name: step}
		}
	}
}

// update changes the fresh object after a conflict, for the next attempt to write.
func (r *Reconciler) update(ctx context.Context, widget *myv1.Widget, step string) error {
	was := widget.Status.DeepCopy()
	note(widget, step)
	if reflect.DeepEqual(*was, widget.Status) {
		return nil
	}
	return onConflict(wait.Backoff{Steps: 5}, func() error {
		err := r.Status().Update(ctx, widget)
		if apierrors.IsConflict(err) {
			if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
				return err
			}
			note(widget, step)
		}
		return err
	})
}

// Again drops no change that it makes for the next attempt.
func (r *Reconciler) Again(ctx context.Context, key client.ObjectKey, step string) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	if err := r.update(ctx, widget, step); err != nil {
		return err
	}
	return nil
}

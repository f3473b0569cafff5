package items

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Chain leads from one widget to another.
type Chain interface {
	Left(*myv1.Widget) *myv1.Widget
	Right(*myv1.Widget) *myv1.Widget
}

// Walk writes each widget of a chain once. There are more paths to the loop than a
// path engine can keep apart, and two ways to the next widget.
func (r *PartsReconciler) Walk(ctx context.Context, chain Chain, first *myv1.Widget, patch client.Patch, steps [6]string) error {
	a, b, c, d, e, f := "a", "b", "c", "d", "e", "f"
	if steps[0] != "" {
		a = ""
	}
	if steps[1] != "" {
		b = ""
	}
	if steps[2] != "" {
		c = ""
	}
	if steps[3] != "" {
		d = ""
	}
	if steps[4] != "" {
		e = ""
	}
	if steps[5] != "" {
		f = ""
	}
	for widget := first; widget != nil; {
		widget.Status.Message = a + b + c + d + e + f
		if err := r.Status().Patch(ctx, widget, patch); err != nil {
			return err
		}
		if widget.Spec.Replicas > 1 {
			widget = chain.Left(widget)
		} else {
			widget = chain.Right(widget)
		}
	}
	return nil
}

// Again writes one widget on each turn: what the function returns is still the same.
func (r *PartsReconciler) Again(ctx context.Context, first, second *myv1.Widget, patch client.Patch, steps [6]string) error {
	a, b, c, d, e := "a", "b", "c", "d", "e"
	if steps[0] != "" {
		a = ""
	}
	if steps[1] != "" {
		b = ""
	}
	if steps[2] != "" {
		c = ""
	}
	if steps[3] != "" {
		d = ""
	}
	if steps[4] != "" {
		e = ""
	}
	widget := first
	if steps[5] != "" {
		widget = second
	}
	for _, step := range steps {
		widget.Status.Message = a + b + c + d + e
		if step != "" {
			continue
		}
		patched, err := r.patched(ctx, widget, patch) // want statusloop:"widget"
		if err != nil {
			return err
		}
		widget = patched
	}
	return nil
}

func (r *PartsReconciler) patched(ctx context.Context, widget *myv1.Widget, patch client.Patch) (*myv1.Widget, error) {
	patched := widget.DeepCopy()
	return patched, r.Status().Patch(ctx, patched, patch)
}

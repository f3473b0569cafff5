// Package stale: values from before the refetch that a retry writes.
package stale

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type WidgetReconciler struct {
	client.Client
	Manager *helpers.Manager
	predict func(int) int
}

// Counter adds one to what was there.
func (r *WidgetReconciler) Counter(ctx context.Context, widget *myv1.Widget) error {
	attempts := widget.Status.Attempts + 1
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Attempts = attempts // want statusstale:"Status.Attempts of widget is set to a value from before it was read again"
		return nil
	})
}

// CounterInRetry does so in a retry of its own, and has one report.
func (r *WidgetReconciler) CounterInRetry(ctx context.Context, widget *myv1.Widget) error {
	attempts, message := widget.Status.Attempts+1, widget.Status.Message+"."
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Attempts = attempts // want statusstale:"Status.Attempts of widget"
		widget.Status.Message = message
		return r.Status().Update(ctx, widget)
	})
}

// List appends to the old list.
func (r *WidgetReconciler) List(ctx context.Context, widget *myv1.Widget, step myv1.StepStatus) error {
	steps := append(widget.Status.Steps, step)
	return helpers.UpdateWidget(ctx, r.Client, client.ObjectKeyFromObject(widget), func(w *myv1.Widget) {
		w.Status.Steps = steps // want statusstale:"Status.Steps of widget is set to a value from before"
	})
}

// Whole puts the whole old status over the new one.
func (r *WidgetReconciler) Whole(ctx context.Context, widget *myv1.Widget) error {
	desired := widget.Status.DeepCopy()
	desired.Phase = myv1.PhaseReady
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status = *desired // want statusstale:"Status of widget is set to a value from before"
		return r.Status().Update(ctx, widget)
	})
}

// Other puts it into the object that was read.
func (r *WidgetReconciler) Other(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		latest := &myv1.Widget{}
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), latest); err != nil {
			return err
		}
		latest.Status = widget.Status // want statusstale:"Status of latest is set"
		return r.Status().Update(ctx, latest)
	})
}

// ByHand does so in a loop.
func (r *WidgetReconciler) ByHand(ctx context.Context, widget *myv1.Widget) error {
	for {
		latest := &myv1.Widget{}
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), latest); err != nil {
			return err
		}
		latest.Status.Steps = widget.Status.Steps // want statusstale:"Status.Steps of latest"
		if err := r.Status().Update(ctx, latest); err == nil {
			return nil
		}
	}
}

// setAttempts is a manager of a fixed value.
func (r *WidgetReconciler) setAttempts(ctx context.Context, widget *myv1.Widget, attempts int) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Attempts = attempts
		return r.Status().Update(ctx, widget)
	})
}

// Parameter passes the old value on.
func (r *WidgetReconciler) Parameter(ctx context.Context, widget *myv1.Widget) error {
	return r.setAttempts(ctx, widget, widget.Status.Attempts+1) // want statusstale:"Status.Attempts of widget is set to a value from before"
}

// change is what is to be made of a widget.
type change struct {
	attempts int
	phase    string
}

// StructField passes it in a struct.
func (r *WidgetReconciler) StructField(ctx context.Context, widget *myv1.Widget) error {
	c := change{attempts: widget.Status.Attempts + 1, phase: myv1.PhaseReady}
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = c.phase
		widget.Status.Attempts = c.attempts // want statusstale:"Status.Attempts of widget"
		return nil
	})
}

// Index picks an element by its old place.
func (r *WidgetReconciler) Index(ctx context.Context, widget *myv1.Widget, name string) error {
	i := slices.IndexFunc(widget.Status.Steps, func(s myv1.StepStatus) bool { return s.Name == name })
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Steps[i].Phase = myv1.PhaseReady // want statusstale:"Status.Steps"
		return nil
	})
}

// Inside computes it from what was read.
func (r *WidgetReconciler) Inside(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		attempts := widget.Status.Attempts + 1
		widget.Status.Attempts = attempts
		return r.Status().Update(ctx, widget)
	})
}

// Merged sets a condition, whatever else there is.
func (r *WidgetReconciler) Merged(ctx context.Context, widget *myv1.Widget) error {
	conditions := widget.Status.Conditions
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		for _, c := range conditions {
			meta.SetStatusCondition(&widget.Status.Conditions, c)
		}
		meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{Type: "Ready", Status: metav1.ConditionTrue, Reason: "Done"})
		return nil
	})
}

// OtherField is computed from another one.
func (r *WidgetReconciler) OtherField(ctx context.Context, widget *myv1.Widget) error {
	message := "was " + widget.Status.Phase
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Message = message
		return nil
	})
}

// OtherResource has the status of another one.
func (r *WidgetReconciler) OtherResource(ctx context.Context, widget, parent *myv1.Widget) error {
	attempts := parent.Status.Attempts + 1
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Attempts = attempts
		return nil
	})
}

// Control only decides by it.
func (r *WidgetReconciler) Control(ctx context.Context, widget *myv1.Widget) error {
	phase := myv1.PhaseRunning
	if widget.Status.Phase == myv1.PhaseRunning {
		phase = myv1.PhaseReady
	}
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = phase
		return nil
	})
}

// Tested looks at the fresh value first.
func (r *WidgetReconciler) Tested(ctx context.Context, widget *myv1.Widget) error {
	attempts := widget.Status.Attempts + 1
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		if widget.Status.Attempts < attempts {
			widget.Status.Attempts = attempts
		}
		return nil
	})
}

// Unseen went through code that cannot be seen.
func (r *WidgetReconciler) Unseen(ctx context.Context, widget *myv1.Widget) error {
	attempts := r.predict(widget.Status.Attempts)
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Attempts = attempts
		return nil
	})
}

// NoRetry is not in one.
func (r *WidgetReconciler) NoRetry(ctx context.Context, widget *myv1.Widget) error {
	attempts := widget.Status.Attempts + 1
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Attempts = attempts
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// OtherHere sets another field from the old one.
func (r *WidgetReconciler) OtherHere(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		latest := &myv1.Widget{}
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), latest); err != nil {
			return err
		}
		latest.Status.Message = widget.Status.Phase
		return r.Status().Update(ctx, latest)
	})
}

// patchAttempts reads the widget again, but once.
func (r *WidgetReconciler) patchAttempts(ctx context.Context, widget *myv1.Widget, attempts int) error {
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
		return err
	}
	widget.Status.Attempts = attempts
	return r.Status().Patch(ctx, widget, client.Merge)
}

// NoRetryHelper is not in a retry.
func (r *WidgetReconciler) NoRetryHelper(ctx context.Context, widget *myv1.Widget) error {
	return r.patchAttempts(ctx, widget, widget.Status.Attempts+1)
}

// Package captured: captured variables that add up over the attempts of a retry.
package captured

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type WidgetReconciler struct {
	client.Client
	Manager *helpers.Manager
	handled int
}

// Returned counts the steps that were done, once per attempt, and returns the sum.
func (r *WidgetReconciler) Returned(ctx context.Context, key client.ObjectKey, done []string) (int, error) {
	recorded := 0
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		for _, step := range done {
			widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: step})
			recorded++ // want statuscallback:"recorded adds up"
		}
		return r.Status().Update(ctx, widget)
	})
	return recorded, err
}

// Collected keeps the names in a list that the caller gets.
func (r *WidgetReconciler) Collected(ctx context.Context, req ctrl.Request) ([]string, error) {
	var names []string
	err := helpers.UpdateWidget(ctx, r.Client, req.NamespacedName, func(w *myv1.Widget) {
		for i := range w.Status.Steps {
			if w.Status.Steps[i].Phase == myv1.PhasePending {
				w.Status.Steps[i].Phase = myv1.PhaseRunning
				names = append(names, w.Status.Steps[i].Name) // want statuscallback:"names adds up"
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return names, nil
}

// Text makes a message longer and longer, and puts it into the status itself.
func (r *WidgetReconciler) Text(ctx context.Context, widget *myv1.Widget, reasons []string) error {
	text := ""
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		for _, reason := range reasons {
			text += reason + "; " // want statuscallback:"text adds up"
		}
		widget.Status.Message = text
		return nil
	})
}

// Counted puts a counter of its own into the status.
func (r *WidgetReconciler) Counted(ctx context.Context, widget *myv1.Widget) error {
	attempts := widget.Status.Attempts
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		attempts++ // want statuscallback:"attempts adds up"
		widget.Status.Attempts = attempts
		return nil
	})
}

// Fresh counts in the object, which is read again on each attempt.
func (r *WidgetReconciler) Fresh(ctx context.Context, widget *myv1.Widget) error {
	err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Attempts++
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: "deploy"})
		return nil
	})
	if err == nil && widget.Status.Attempts > widget.Status.Attempts/2 {
		return fmt.Errorf("%d steps", len(widget.Status.Steps))
	}
	return err
}

// summary is what a reconcile did.
type summary struct {
	Failed []string
	Done   int
	ByKind map[string]int
	Seen   map[string]bool
}

// Fields adds to the fields of a captured struct.
func (r *WidgetReconciler) Fields(ctx context.Context, key client.ObjectKey, results map[string]error) (summary, error) {
	s := summary{}
	err := helpers.UpdateWidget(ctx, r.Client, key, func(w *myv1.Widget) {
		for name, err := range results {
			if err != nil {
				s.Failed = append(s.Failed, name) // want statuscallback:`s\.Failed adds up`
				continue
			}
			s.Done++ // want statuscallback:`s\.Done adds up`
		}
		w.Status.Phase = myv1.PhaseReady
	})
	return s, err
}

// Maps keeps counts in a map, and in another which keys it has seen.
func (r *WidgetReconciler) Maps(ctx context.Context, key client.ObjectKey, kinds []string) (map[string]int, map[string]bool, error) {
	counts, seen := map[string]int{}, map[string]bool{}
	err := helpers.UpdateWidget(ctx, r.Client, key, func(w *myv1.Widget) {
		for _, kind := range kinds {
			counts[kind]++ // want statuscallback:"counts adds up"
			seen[kind] = true
		}
		w.Status.Phase = myv1.PhaseReady
	})
	return counts, seen, err
}

// Result is a pointer to a struct that goes to a function.
func (r *WidgetReconciler) Result(ctx context.Context, key client.ObjectKey) (*summary, error) {
	s := &summary{}
	err := helpers.UpdateWidget(ctx, r.Client, key, func(w *myv1.Widget) {
		s.Done += len(w.Status.Steps) // want statuscallback:`s\.Done adds up`
		w.Status.Phase = myv1.PhaseReady
	})
	return s, err
}

// Deferred is used in a function that runs at the end.
func (r *WidgetReconciler) Deferred(ctx context.Context, widget *myv1.Widget) error {
	moved := 0
	defer func() { r.handled = moved }()
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		moved += len(widget.Spec.Parts) // want statuscallback:"moved adds up"
		widget.Status.Phase = myv1.PhaseRunning
		return nil
	})
}

// Compared decides what comes next by a sum of two attempts.
func (r *WidgetReconciler) Compared(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	ready := 0
	err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		for _, step := range widget.Status.Steps {
			if step.Phase == myv1.PhaseReady {
				ready++ // want statuscallback:"ready adds up"
			}
		}
		widget.Status.ObservedGeneration = widget.Generation
		return nil
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	if ready >= len(widget.Spec.Steps) {
		return ctrl.Result{}, nil
	}
	return ctrl.Result{Requeue: true}, nil
}

// Outer is used by the function around the function around.
func (r *WidgetReconciler) Outer(ctx context.Context, keys []client.ObjectKey) (int, error) {
	total := 0
	each := func(key client.ObjectKey) error {
		return helpers.UpdateWidget(ctx, r.Client, key, func(w *myv1.Widget) {
			total += len(w.Status.Steps) // want statuscallback:"total adds up"
			w.Status.Phase = myv1.PhaseReady
		})
	}
	for _, key := range keys {
		if err := each(key); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// Logged only tells how often it tried.
func (r *WidgetReconciler) Logged(ctx context.Context, widget *myv1.Widget) error {
	attempts := 0
	var touched []string
	err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		attempts++
		touched = append(touched, widget.ResourceVersion)
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
	log.FromContext(ctx).Info("wrote the status", "attempts", attempts, "versions", strings.Join(touched, ","))
	for _, version := range touched {
		log.FromContext(ctx).V(1).Info(fmt.Sprintf("tried with %s", version))
	}
	if err != nil {
		return fmt.Errorf("after %d attempts: %w", attempts, err)
	}
	return nil
}

// Limit counts its attempts on purpose.
func (r *WidgetReconciler) Limit(ctx context.Context, widget *myv1.Widget, limit int) error {
	attempts := 0
	err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		attempts++
		if attempts > 3 {
			widget.Status.Message = "busy"
		}
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
	if attempts > limit {
		return nil
	}
	return err
}

// Any asks only whether there was one.
func (r *WidgetReconciler) Any(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	pending := 0
	err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		for _, step := range widget.Status.Steps {
			if step.Phase == myv1.PhasePending {
				pending++
			}
		}
		widget.Status.ObservedGeneration = widget.Generation
		return nil
	})
	if pending > 0 {
		return ctrl.Result{Requeue: true}, err
	}
	return ctrl.Result{}, err
}

// Reset begins anew on each attempt.
func (r *WidgetReconciler) Reset(ctx context.Context, widget *myv1.Widget) ([]string, int, summary, error) {
	var names []string
	var s summary
	count := 0
	err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		names = names[:0]
		count = len(widget.Spec.Parts)
		s = summary{}
		for _, step := range widget.Status.Steps {
			names = append(names, step.Name)
			count++
			s.Done++
		}
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
	return names, count, s, err
}

// clearAll empties a list.
func clearAll(list *[]string) { *list = nil }

// ResetElsewhere hands the variable to what empties it.
func (r *WidgetReconciler) ResetElsewhere(ctx context.Context, widget *myv1.Widget) ([]string, map[string]int, error) {
	var names []string
	kinds := map[string]int{}
	err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		clearAll(&names)
		clear(kinds)
		for _, step := range widget.Status.Steps {
			names = append(names, step.Name)
			kinds[step.Phase]++
		}
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
	return names, kinds, err
}

// ResetTooLate empties the list when the attempt has used it.
func (r *WidgetReconciler) ResetTooLate(ctx context.Context, widget *myv1.Widget) (int, error) {
	count := 0
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		count += len(widget.Status.Steps) // want statuscallback:"count adds up"
		if err := r.Status().Update(ctx, widget); err != nil {
			return err
		}
		if widget.Spec.Paused {
			count = 0
		}
		return nil
	})
	return count, err
}

// AfterTheWrite counts what was written: that is once.
func (r *WidgetReconciler) AfterTheWrite(ctx context.Context, widget *myv1.Widget) (int, error) {
	written := 0
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil {
			return err
		}
		written++
		return nil
	})
	return written, err
}

// SetAnew is used after it was set to something else.
func (r *WidgetReconciler) SetAnew(ctx context.Context, widget *myv1.Widget) (int, error) {
	count := 0
	err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		count += len(widget.Status.Steps)
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
	count = len(widget.Status.Steps)
	return count, err
}

// Before is used before the retry only.
func (r *WidgetReconciler) Before(ctx context.Context, widget *myv1.Widget, count int) error {
	if count > len(widget.Spec.Parts) {
		return nil
	}
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		count++
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// Once is no retry.
func (r *WidgetReconciler) Once(ctx context.Context, widget *myv1.Widget) (int, error) {
	count := 0
	err := helpers.Once(func() error {
		count++
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusretry:"widget"
	})
	return count, err
}

// Overwritten is set on each attempt, not added to.
func (r *WidgetReconciler) Overwritten(ctx context.Context, widget *myv1.Widget) (string, int, error) {
	phase, flags := "", 0
	err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		phase = widget.Status.Phase + "!"
		flags |= 2
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
	return phase, flags, err
}

// Package managers: each call of a status manager is one protected write.
package managers

import (
	"context"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type WidgetReconciler struct {
	client.Client
	Manager *helpers.Manager
}

// Reconcile calls the manager twice.
func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	err := r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseRunning
		return nil
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.Manager.AtomicStatusUpdate(ctx, widget, func() error { // want statusmulti:"widget.*always|always.*widget"
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// Once calls the manager once, with all changes.
func (r *WidgetReconciler) Once(ctx context.Context, widget *myv1.Widget) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady
		widget.Status.ObservedGeneration = widget.Generation
		return nil
	})
}

// Key gives it a key and a func(*T).
func (r *WidgetReconciler) Key(ctx context.Context, req ctrl.Request) error {
	if err := helpers.UpdateWidget(ctx, r.Client, req.NamespacedName, func(w *myv1.Widget) { w.Status.Attempts++ }); err != nil {
		return err
	}
	return helpers.UpdateWidget(ctx, r.Client, req.NamespacedName, func(w *myv1.Widget) { w.Status.Message = "again" }) // want statusmulti:"always"
}

// KeyOnce gives it two keys.
func (r *WidgetReconciler) KeyOnce(ctx context.Context, req ctrl.Request, owner client.ObjectKey) error {
	if err := helpers.UpdateWidget(ctx, r.Client, req.NamespacedName, func(w *myv1.Widget) { w.Status.Attempts++ }); err != nil {
		return err
	}
	return helpers.UpdateWidget(ctx, r.Client, owner, func(w *myv1.Widget) { w.Status.Attempts++ })
}

// KeyAndObject writes the object, and what its key names.
func (r *WidgetReconciler) KeyAndObject(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	return helpers.UpdateWidget(ctx, r.Client, client.ObjectKeyFromObject(widget), func(w *myv1.Widget) { w.Status.Attempts++ }) // want statusmulti:"always"
}

// IfChanged gives it a func(*T) (bool, error): each may write.
func (r *WidgetReconciler) IfChanged(ctx context.Context, widget *myv1.Widget) error {
	err := helpers.UpdateWidgetIfChanged(ctx, r.Client, widget, func(w *myv1.Widget) (bool, error) {
		w.Status.Phase = myv1.PhaseRunning
		return true, nil
	})
	if err != nil {
		return err
	}
	return helpers.UpdateWidgetIfChanged(ctx, r.Client, widget, func(w *myv1.Widget) (bool, error) { // want statusmulti:"widget"
		w.Status.Phase = myv1.PhaseReady
		return true, nil
	})
}

// FixedValues gives it values.
func (r *WidgetReconciler) FixedValues(ctx context.Context, widget *myv1.Widget) error {
	if err := helpers.SetWidgetPhase(ctx, r.Client, widget, myv1.PhaseRunning, "working"); err != nil {
		return err
	}
	return helpers.SetWidgetPhase(ctx, r.Client, widget, myv1.PhaseReady, "done") // want statusmulti:"widget.*always|always.*widget"
}

// FixedValuesOnce gives it values on one branch or the other.
func (r *WidgetReconciler) FixedValuesOnce(ctx context.Context, widget *myv1.Widget) error {
	if err := ctx.Err(); err != nil {
		return helpers.SetWidgetPhase(ctx, r.Client, widget, myv1.PhaseFailed, err.Error())
	}
	return helpers.SetWidgetPhase(ctx, r.Client, widget, myv1.PhaseReady, "done")
}

// Generic is a generic one.
func (r *WidgetReconciler) Generic(ctx context.Context, widget *myv1.Widget) error {
	if err := helpers.UpdateStatusOf(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseRunning }); err != nil {
		return err
	}
	return helpers.UpdateStatusOf(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady }) // want statusmulti:"widget.*always|always.*widget"
}

// GenericTwoKinds is the same one for two kinds.
func (r *WidgetReconciler) GenericTwoKinds(ctx context.Context, widget *myv1.Widget, gadget *myv1.Gadget) error {
	if err := helpers.UpdateStatusOf(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseRunning }); err != nil {
		return err
	}
	return helpers.UpdateStatusOf(ctx, r.Client, gadget, func(g *myv1.Gadget) { g.Status.Phase = myv1.PhaseReady })
}

// ByHand is one whose retry is written by hand.
func (r *WidgetReconciler) ByHand(ctx context.Context, widget *myv1.Widget) error {
	if err := helpers.UpdateWidgetByHand(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseRunning }); err != nil {
		return err
	}
	return helpers.UpdateWidgetByHand(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady }) // want statusmulti:"widget"
}

// ByHandOnce calls it once.
func (r *WidgetReconciler) ByHandOnce(ctx context.Context, widget *myv1.Widget) error {
	return helpers.UpdateWidgetByHand(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Phase = myv1.PhaseReady })
}

// Regions has two retries in one function.
func (r *WidgetReconciler) Regions(ctx context.Context, widget *myv1.Widget) error {
	key := client.ObjectKeyFromObject(widget)
	if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseRunning
		return r.Status().Update(ctx, widget)
	}); err != nil {
		return err
	}
	// contract: "the call that is the derived write" is RetryOnConflict here, "the direct write" is in its callback.
	return r.retryOnce(func() error { return r.getAndSet(ctx, key, widget) }) // want statusmulti:"widget"
}

func (r *WidgetReconciler) retryOnce(fn func() error) error {
	return retry.RetryOnConflict(retry.DefaultRetry, fn)
}

func (r *WidgetReconciler) getAndSet(ctx context.Context, key client.ObjectKey, widget *myv1.Widget) error {
	if err := r.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// RegionOnce has one retry.
func (r *WidgetReconciler) RegionOnce(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// TwoInARegion writes twice in one attempt.
func (r *WidgetReconciler) TwoInARegion(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseRunning
		if err := r.Status().Update(ctx, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusmulti:"widget"
	})
}

// Helper calls a status helper twice.
func (r *WidgetReconciler) Helper(ctx context.Context, widget *myv1.Widget) error {
	if err := helpers.MutateWidget(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Attempts++ }); err != nil {
		return err
	}
	return helpers.MutateWidget(ctx, r.Client, widget, func(w *myv1.Widget) { w.Status.Message = "again" }) // want statusmulti:"widget.*always|always.*widget"
}

// Package kinds: which status writes are conflict-prone.
package kinds

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/applyconfig"
)

// WidgetReconciler updates without protection.
type WidgetReconciler struct {
	client.Client
}

func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
		return ctrl.Result{}, fmt.Errorf("update status: %w", err)
	}
	return ctrl.Result{}, nil
}

// GadgetReconciler updates in a retry.
type GadgetReconciler struct {
	client.Client
}

func (r *GadgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	gadget := &myv1.Gadget{}
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, req.NamespacedName, gadget); err != nil {
			return err
		}
		gadget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, gadget)
	})
	return ctrl.Result{}, client.IgnoreNotFound(err)
}

// Logged loses the update.
func (r *WidgetReconciler) Logged(ctx context.Context, widget *myv1.Widget) {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"widget"
		log.Print(err)
	}
}

// Ignored loses it without a word.
func (r *WidgetReconciler) Ignored(ctx context.Context, widget *myv1.Widget) {
	widget.Status.Phase = myv1.PhaseReady
	_ = r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// MergePatch sends no resourceVersion.
func (r *WidgetReconciler) MergePatch(ctx context.Context, widget *myv1.Widget) error {
	patch := client.MergeFrom(widget.DeepCopy())
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, patch)
}

// OptimisticLock does.
func (r *WidgetReconciler) OptimisticLock(ctx context.Context, widget *myv1.Widget) error {
	patch := client.MergeFromWithOptions(widget.DeepCopy(), client.MergeFromWithOptimisticLock{})
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, patch) // want statusretry:"widget"
}

// OptimisticLockInPlace does, too.
func (r *WidgetReconciler) OptimisticLockInPlace(ctx context.Context, widget, base *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFromWithOptions(base, client.MergeFromWithOptimisticLock{})) // want statusretry:"widget"
}

// OptimisticLockRetried does, in a retry.
func (r *WidgetReconciler) OptimisticLockRetried(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		base := widget.DeepCopy()
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Patch(ctx, widget, client.MergeFromWithOptions(base, client.MergeFromWithOptimisticLock{}))
	})
}

// NoOptions has the function, but not the option.
func (r *WidgetReconciler) NoOptions(ctx context.Context, widget, base *myv1.Widget) error {
	return r.Status().Patch(ctx, widget, client.MergeFromWithOptions(base))
}

// StrategicMerge sends no resourceVersion.
func (r *WidgetReconciler) StrategicMerge(ctx context.Context, widget, base *myv1.Widget) error {
	return r.Status().Patch(ctx, widget, client.StrategicMergeFrom(base))
}

// StrategicMergeLocked does.
func (r *WidgetReconciler) StrategicMergeLocked(ctx context.Context, widget, base *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.StrategicMergeFrom(base, client.MergeFromWithOptimisticLock{})) // want statusretry:"widget"
}

// PatchParameter is given a patch, which may carry one or not.
//
// contract: "only when the patch is shown to carry a resourceVersion".
func (r *WidgetReconciler) PatchParameter(ctx context.Context, widget *myv1.Widget, patch client.Patch) error {
	return r.Status().Patch(ctx, widget, patch)
}

// RawPatch has bytes.
func (r *WidgetReconciler) RawPatch(ctx context.Context, widget *myv1.Widget) error {
	data, err := json.Marshal(map[string]any{"status": map[string]any{"phase": myv1.PhaseReady}})
	if err != nil {
		return err
	}
	return r.Status().Patch(ctx, widget, client.RawPatch(types.MergePatchType, data))
}

// Apply is a server-side apply.
func (r *WidgetReconciler) Apply(ctx context.Context, widget *myv1.Widget) error {
	return r.Status().Apply(ctx, applyconfig.Widget(widget.Name, widget.Namespace).
		WithStatus(applyconfig.WidgetStatus().WithPhase(myv1.PhaseReady)), client.FieldOwner("cases"), client.ForceOwnership)
}

// ApplyPatch is one in the older form.
func (r *WidgetReconciler) ApplyPatch(ctx context.Context, widget *myv1.Widget) error {
	widget.ManagedFields = nil
	return r.Status().Patch(ctx, widget, client.Apply, client.FieldOwner("cases"), client.ForceOwnership) //nolint:staticcheck // the older form is the case
}

// NoResourceVersion updates whatever the version is.
func (r *WidgetReconciler) NoResourceVersion(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	widget.ResourceVersion = ""
	return r.Status().Update(ctx, widget)
}

// SetNoResourceVersion does so by the method.
func (r *WidgetReconciler) SetNoResourceVersion(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	widget.SetResourceVersion("")
	return r.Status().Update(ctx, widget)
}

// NoResourceVersionOfAnother clears the one of another object.
func (r *WidgetReconciler) NoResourceVersionOfAnother(ctx context.Context, widget, other *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	other.ResourceVersion = ""
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// NoResourceVersionReadAgain reads the object after that.
func (r *WidgetReconciler) NoResourceVersionReadAgain(ctx context.Context, widget *myv1.Widget) error {
	widget.ResourceVersion = ""
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// CopiedResourceVersion sets one.
func (r *WidgetReconciler) CopiedResourceVersion(ctx context.Context, widget, latest *myv1.Widget) error {
	widget.ResourceVersion = latest.ResourceVersion
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// WholeObject is no status write.
func (r *WidgetReconciler) WholeObject(ctx context.Context, widget *myv1.Widget) error {
	widget.Labels = map[string]string{"seen": "true"}
	return r.Update(ctx, widget)
}

// AfterTheRegion is outside of it.
func (r *WidgetReconciler) AfterTheRegion(ctx context.Context, widget *myv1.Widget, other *myv1.Gadget) error {
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
	if err != nil {
		return err
	}
	other.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, other) // want statusretry:"other"
}

// AnotherRegion has a retry of something else.
func (r *WidgetReconciler) AnotherRegion(ctx context.Context, widget *myv1.Widget) error {
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Finalizers = append(widget.Finalizers, "my.example.com/cleanup")
		return r.Update(ctx, widget)
	})
	if err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

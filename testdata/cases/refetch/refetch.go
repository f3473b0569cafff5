// Package refetch: conflict retries that cannot succeed, and some that can.
package refetch

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/clientset"
	"example.com/cases/helpers"
	"example.com/cases/listers"
)

type WidgetReconciler struct {
	client.Client
	widgets clientset.WidgetInterface
	lister  listers.WidgetNamespaceLister
	refresh func(context.Context, *myv1.Widget) error
}

// NotRead sends the same object each time.
func (r *WidgetReconciler) NotRead(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		return r.Status().Update(ctx, widget) // want statusrefetch:"the retry sends widget again without reading it again"
	})
}

// NotReadWhole does so with the whole object.
func (r *WidgetReconciler) NotReadWhole(ctx context.Context, widget *myv1.Widget) error {
	widget.Spec.Paused = true
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		return r.Update(ctx, widget) // want statusrefetch:"the retry sends widget again"
	})
}

// NotReadByHelper has a helper send it.
func (r *WidgetReconciler) NotReadByHelper(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		return r.ready(ctx, widget) // want statusrefetch:"the retry sends widget again"
	})
}

func (r *WidgetReconciler) ready(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget)
}

// OtherRead reads another object.
func (r *WidgetReconciler) OtherRead(ctx context.Context, widget *myv1.Widget, gadget *myv1.Gadget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(gadget), gadget); err != nil {
			return err
		}
		widget.Status.Phase = gadget.Status.Phase
		return r.Status().Update(ctx, widget) // want statusrefetch:"the retry sends widget again"
	})
}

// Loop is written by hand.
func (r *WidgetReconciler) Loop(ctx context.Context, widget *myv1.Widget) error {
	var err error
	for range 5 {
		err = r.Status().Update(ctx, widget) // want statusrefetch:"the retry sends widget again"
		if !apierrors.IsConflict(err) {
			return err
		}
	}
	return err
}

// LoopReads reads after a conflict.
func (r *WidgetReconciler) LoopReads(ctx context.Context, widget *myv1.Widget) error {
	for {
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Update(ctx, widget)
		if !apierrors.IsConflict(err) {
			return err
		}
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
	}
}

// Before reads before the write.
func (r *WidgetReconciler) Before(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// After reads after a conflict.
func (r *WidgetReconciler) After(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Update(ctx, widget)
		if apierrors.IsConflict(err) {
			if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
				return err
			}
		}
		return err
	})
}

// Conditionally reads from the second attempt on.
func (r *WidgetReconciler) Conditionally(ctx context.Context, widget *myv1.Widget) error {
	first := true
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if !first {
			if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
				return err
			}
		}
		first = false
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

// Lister assigns what a lister returns to the variable.
func (r *WidgetReconciler) Lister(ctx context.Context, name string, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget.Status.Phase = myv1.PhaseReady
		_, err := r.widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{})
		if err == nil {
			return nil
		}
		if latest, getErr := r.lister.Get(name); getErr == nil {
			widget = latest.DeepCopy()
		}
		return err
	})
}

// InHelper has a helper read it.
func (r *WidgetReconciler) InHelper(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.reload(ctx, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget)
	})
}

func (r *WidgetReconciler) reload(ctx context.Context, widget *myv1.Widget) error {
	return r.Get(ctx, client.ObjectKeyFromObject(widget), widget)
}

// Unknown code may read it.
func (r *WidgetReconciler) Unknown(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.refresh(ctx, widget); err != nil {
			return err
		}
		return r.Status().Update(ctx, widget)
	})
}

// Version takes over the resourceVersion alone.
func (r *WidgetReconciler) Version(ctx context.Context, key client.ObjectKey, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		latest := &myv1.Widget{}
		if err := r.Get(ctx, key, latest); err != nil {
			return err
		}
		widget.ResourceVersion = latest.ResourceVersion
		return r.Status().Update(ctx, widget)
	})
}

// withWidget reads the widget before each attempt.
func (r *WidgetReconciler) withWidget(ctx context.Context, widget *myv1.Widget, fn func() error) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		return fn()
	})
}

// ByRetrier leaves the read to what retries.
func (r *WidgetReconciler) ByRetrier(ctx context.Context, widget *myv1.Widget) error {
	return r.withWidget(ctx, widget, func() error { return r.Status().Update(ctx, widget) })
}

// Patched has no resourceVersion to be stale.
func (r *WidgetReconciler) Patched(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		return r.Status().Patch(ctx, widget, client.Merge)
	})
}

func (r *WidgetReconciler) read(ctx context.Context, key client.ObjectKey) (*myv1.Widget, error) {
	widget := &myv1.Widget{}
	err := r.Get(ctx, key, widget)
	return widget, err
}

// Formatted hides the conflict in a text.
func (r *WidgetReconciler) Formatted(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget, err := r.read(ctx, key)
		if err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		if err := r.Status().Update(ctx, widget); err != nil { // want statusrefetch:"the retry never sees the conflict of this update of widget, as the error that is returned does not wrap it"
			return fmt.Errorf("cannot update %s: %v", key, err)
		}
		return nil
	})
}

// Replaced returns an error of its own.
func (r *WidgetReconciler) Replaced(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget, err := r.read(ctx, key)
		if err != nil {
			return err
		}
		if err := r.Status().Update(ctx, widget); err != nil { // want statusrefetch:"does not wrap it"
			return errors.New("cannot update")
		}
		return nil
	})
}

// Wrapped keeps it.
func (r *WidgetReconciler) Wrapped(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget, err := r.read(ctx, key)
		if err != nil {
			return err
		}
		if err := r.Status().Update(ctx, widget); err != nil {
			return fmt.Errorf("cannot update %s: %w", key, err)
		}
		return nil
	})
}

// Overtaken assigns the error of the read over it.
func (r *WidgetReconciler) Overtaken(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget.Status.Phase = myv1.PhaseReady
		err := r.Status().Update(ctx, widget) // want statusrefetch:"as the error of another call is returned in its place"
		if err != nil {
			err = r.Get(ctx, client.ObjectKeyFromObject(widget), widget)
		}
		return err
	})
}

// Logged drops it.
func (r *WidgetReconciler) Logged(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget, err := r.read(ctx, key)
		if err != nil {
			return err
		}
		if err := r.Status().Update(ctx, widget); err != nil { // want statusrefetch:"as its error is dropped"
			log.FromContext(ctx).Error(err, "cannot update")
		}
		return nil
	})
}

// NotFound drops what is no conflict.
func (r *WidgetReconciler) NotFound(ctx context.Context, key client.ObjectKey) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget, err := r.read(ctx, key)
		if err != nil {
			return err
		}
		if err := r.Status().Update(ctx, widget); !apierrors.IsNotFound(err) {
			return err
		}
		return nil
	})
}

// ReadFails returns the error of a read that failed as well.
func (r *WidgetReconciler) ReadFails(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		updateErr := r.Status().Update(ctx, widget)
		if updateErr == nil {
			return nil
		}
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		return updateErr
	})
}

// TypedStale drops the object with the new resourceVersion.
func (r *WidgetReconciler) TypedStale(ctx context.Context, widget *myv1.Widget) error {
	widget.Spec.Paused = false
	if _, err := r.widgets.Update(ctx, widget, metav1.UpdateOptions{}); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	_, err := r.widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusrefetch:"widget is stale: an earlier write gave it a resourceVersion" statusretry:"widget"
	return err
}

// TypedFresh goes on with what it returned.
func (r *WidgetReconciler) TypedFresh(ctx context.Context, widget *myv1.Widget) error {
	widget, err := r.widgets.Update(ctx, widget, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	_, err = r.widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusretry:"widget"
	return err
}

// CopyUpdated updates a copy, and then the old one.
func (r *WidgetReconciler) CopyUpdated(ctx context.Context, widget *myv1.Widget) error {
	changed := widget.DeepCopy()
	changed.Labels = map[string]string{"phase": "ready"}
	if err := r.Update(ctx, changed); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return helpers.UpdateStatus(ctx, r.Client, widget) // want statusrefetch:"widget is stale" statusretry:"widget"
}

// CopyTaken takes the copy over.
func (r *WidgetReconciler) CopyTaken(ctx context.Context, widget *myv1.Widget) error {
	changed := widget.DeepCopy()
	changed.Labels = map[string]string{"phase": "ready"}
	if err := r.Update(ctx, changed); err != nil {
		return err
	}
	changed.DeepCopyInto(widget)
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// CopyRead reads the old one again.
func (r *WidgetReconciler) CopyRead(ctx context.Context, widget *myv1.Widget) error {
	changed := widget.DeepCopy()
	changed.Labels = map[string]string{"phase": "ready"}
	if err := r.Update(ctx, changed); err != nil {
		return err
	}
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// LoopConditionally reads again after some of the conflicts.
func (r *WidgetReconciler) LoopConditionally(ctx context.Context, widget *myv1.Widget, stale func() bool) error {
	for {
		err := r.Status().Update(ctx, widget)
		if !apierrors.IsConflict(err) {
			return err
		}
		if stale() {
			if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
				return err
			}
		}
	}
}

// EachStep writes on, whether it fails or not: no retry.
func (r *WidgetReconciler) EachStep(ctx context.Context, widget *myv1.Widget) {
	for range widget.Spec.Steps {
		widget.Status.Attempts++
		if err := r.Status().Update(ctx, widget); err != nil { // want statusloop:"widget" statusretry:"widget"
			log.FromContext(ctx).Error(err, "cannot update")
		}
	}
}

// EachLabel does so with the whole object.
func (r *WidgetReconciler) EachLabel(ctx context.Context, widget *myv1.Widget, labels []string) {
	for _, label := range labels {
		widget.Labels[label] = "true"
		if err := r.Update(ctx, widget); err != nil {
			log.FromContext(ctx).Error(err, "cannot update")
		}
	}
}

// TypedStatusTwice writes the status of the old object again.
func (r *WidgetReconciler) TypedStatusTwice(ctx context.Context, widget *myv1.Widget) error {
	if _, err := r.widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{}); err != nil { // want statusretry:"widget"
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	_, err := r.widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusrefetch:"widget is stale" statusretry:"widget" statusmulti:"widget"
	return err
}

// CopySame updates a copy that nothing has changed.
func (r *WidgetReconciler) CopySame(ctx context.Context, widget *myv1.Widget) error {
	if err := r.Update(ctx, widget.DeepCopy()); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

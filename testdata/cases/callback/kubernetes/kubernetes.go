// Package kubernetes: writes of other resources in a retry.
package kubernetes

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type WidgetReconciler struct {
	client.Client
	Manager   *helpers.Manager
	Clientset kubernetes.Interface
}

func configOf(widget *myv1.Widget) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: widget.Name, Namespace: widget.Namespace}}
}

// Children writes them once per attempt.
func (r *WidgetReconciler) Children(ctx context.Context, widget *myv1.Widget, gadget *myv1.Gadget, secret *corev1.Secret) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		if err := r.Create(ctx, configOf(widget)); err != nil { // want statuscallback:"another resource, a ConfigMap, is created on each attempt"
			return err
		}
		if _, err := r.Clientset.CoreV1().Pods(widget.Namespace).Create(ctx, &corev1.Pod{}, metav1.CreateOptions{}); err != nil { // want statuscallback:"another resource, a Pod, is created"
			return err
		}
		if err := r.Delete(ctx, secret); err != nil { // want statuscallback:"another resource, a Secret, is deleted"
			return err
		}
		gadget.Labels = map[string]string{"widget": widget.Name}
		if err := r.Update(ctx, gadget); err != nil { // want statuscallback:"another resource, a Gadget, is updated"
			return err
		}
		if err := r.Patch(ctx, gadget, client.MergeFrom(gadget.DeepCopy())); err != nil { // want statuscallback:"another resource, a Gadget, is patched"
			return err
		}
		widget.Status.Phase = myv1.PhaseRunning
		return nil
	})
}

// Expected copes with what an earlier attempt has done.
func (r *WidgetReconciler) Expected(ctx context.Context, widget *myv1.Widget, secret *corev1.Secret) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		if err := r.Create(ctx, configOf(widget)); err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
		if err := client.IgnoreNotFound(r.Delete(ctx, secret)); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseRunning
		return nil
	})
}

// ReadFirst reads what it writes.
func (r *WidgetReconciler) ReadFirst(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		config := &corev1.ConfigMap{}
		err := r.Get(ctx, client.ObjectKeyFromObject(widget), config)
		if apierrors.IsNotFound(err) {
			err = r.Create(ctx, configOf(widget))
		}
		if err != nil {
			return err
		}
		pods := &corev1.PodList{}
		if err := r.List(ctx, pods); err != nil {
			return err
		}
		for i := range pods.Items {
			if err := r.Delete(ctx, &pods.Items[i]); err != nil {
				return err
			}
		}
		secret, err := r.Clientset.CoreV1().Secrets(widget.Namespace).Get(ctx, widget.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		secret.Labels = nil
		if err := r.Update(ctx, secret); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseRunning
		return r.Status().Update(ctx, widget)
	})
}

// Same writes the resource that the retry is about.
func (r *WidgetReconciler) Same(ctx context.Context, widget *myv1.Widget) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Labels = map[string]string{"phase": "running"}
		if err := r.Update(ctx, widget); err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseRunning
		return r.Status().Update(ctx, widget)
	})
}

// Itself retries the write of a type that nothing here reads.
func (r *WidgetReconciler) Itself(ctx context.Context, configs []*corev1.ConfigMap) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		for _, config := range configs {
			if err := r.Update(ctx, config); err != nil {
				return err
			}
		}
		return nil
	})
}

// Unknown may write the resource that the retry is about.
func (r *WidgetReconciler) Unknown(ctx context.Context, widget *myv1.Widget, obj client.Object) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseRunning
		return r.Update(ctx, obj)
	})
}

// UnknownRead may be about the ConfigMap.
func (r *WidgetReconciler) UnknownRead(ctx context.Context, obj client.Object, config *corev1.ConfigMap) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		if err := r.Create(ctx, config); err != nil {
			return err
		}
		return r.Status().Update(ctx, obj)
	})
}

// Applied makes the same again.
func (r *WidgetReconciler) Applied(ctx context.Context, widget *myv1.Widget, config *corev1.ConfigMap) error {
	return r.Manager.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseRunning
		return r.Patch(ctx, config, client.Apply, client.FieldOwner("widgets")) //nolint:staticcheck // its successor came late
	})
}

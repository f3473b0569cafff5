// Package objects: objects that are not of the project's own types.
package objects

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

type Reconciler struct {
	client.Client
}

// Reconcile writes an unstructured object twice.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &unstructured.Unstructured{}
	widget.SetGroupVersionKind(schema.GroupVersionKind{Group: "my.example.com", Version: "v1", Kind: "Widget"})
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := widget.DeepCopy()
	if err := unstructured.SetNestedField(widget.Object, "Running", "status", "phase"); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return ctrl.Result{}, err
	}
	if err := unstructured.SetNestedField(widget.Object, "Ready", "status", "phase"); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// Update updates one.
func (r *Reconciler) UpdateOne(ctx context.Context, widget *unstructured.Unstructured) error {
	if err := unstructured.SetNestedField(widget.Object, "Ready", "status", "phase"); err != nil {
		return err
	}
	return r.Status().Update(ctx, widget) // want statusretry:"widget"
}

// UpdateWhole updates the whole of one.
func (r *Reconciler) UpdateWhole(ctx context.Context, widget *unstructured.Unstructured) error {
	if err := unstructured.SetNestedField(widget.Object, "Ready", "status", "phase"); err != nil {
		return err
	}
	return r.Update(ctx, widget)
}

// NoResourceVersion has none.
func (r *Reconciler) NoResourceVersion(ctx context.Context, widget *unstructured.Unstructured) error {
	widget.SetResourceVersion("")
	return r.Status().Update(ctx, widget)
}

// Deployment is a built-in kind.
func (r *Reconciler) Deployment(ctx context.Context, deployment *appsv1.Deployment) error {
	deployment.Status.ObservedGeneration = deployment.Generation
	return r.Status().Update(ctx, deployment) // want statusretry:"deployment"
}

// PodAndNode writes two built-in kinds once each.
func (r *Reconciler) PodAndNode(ctx context.Context, pod *corev1.Pod, node *corev1.Node) error {
	podBase, nodeBase := pod.DeepCopy(), node.DeepCopy()
	pod.Status.Message = "seen"
	if err := r.Status().Patch(ctx, pod, client.MergeFrom(podBase)); err != nil {
		return err
	}
	node.Status.Phase = corev1.NodeRunning
	return r.Status().Patch(ctx, node, client.StrategicMergeFrom(nodeBase))
}

// AnyObject takes whatever it is given.
func (r *Reconciler) AnyObject(ctx context.Context, obj client.Object) error {
	obj.SetLabels(nil)
	return r.Status().Update(ctx, obj) // want statusretry:"obj"
}

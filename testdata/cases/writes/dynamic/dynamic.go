// Package dynamic: the dynamic client.
package dynamic

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/util/retry"
)

var gvr = schema.GroupVersionResource{Group: "my.example.com", Version: "v1", Resource: "widgets"}

type Controller struct {
	client  dynamic.Interface
	widgets dynamic.ResourceInterface
}

// Sync updates without protection.
func (c *Controller) Sync(ctx context.Context, widget *unstructured.Unstructured) error {
	if err := unstructured.SetNestedField(widget.Object, "Ready", "status", "phase"); err != nil {
		return err
	}
	_, err := c.client.Resource(gvr).Namespace(widget.GetNamespace()).UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusretry:"widget"
	return err
}

// SyncRetried updates in a region.
func (c *Controller) SyncRetried(ctx context.Context, namespace, name string) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget, err := c.client.Resource(gvr).Namespace(namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if err := unstructured.SetNestedField(widget.Object, "Ready", "status", "phase"); err != nil {
			return err
		}
		_, err = c.client.Resource(gvr).Namespace(namespace).UpdateStatus(ctx, widget, metav1.UpdateOptions{})
		return err
	})
}

// Field has the client of the resource in a field.
func (c *Controller) Field(ctx context.Context, widget *unstructured.Unstructured) error {
	if err := unstructured.SetNestedField(widget.Object, "Ready", "status", "phase"); err != nil {
		return err
	}
	_, err := c.widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusretry:"widget"
	return err
}

// UpdateSub names the subresource.
func (c *Controller) UpdateSub(ctx context.Context, widget *unstructured.Unstructured) error {
	widget.Object["status"] = map[string]any{"phase": "Ready"}
	_, err := c.widgets.Update(ctx, widget, metav1.UpdateOptions{}, "status") // want statusretry:"widget"
	return err
}

// Update names none.
func (c *Controller) Update(ctx context.Context, widget *unstructured.Unstructured) error {
	widget.Object["status"] = map[string]any{"phase": "Ready"}
	_, err := c.widgets.Update(ctx, widget, metav1.UpdateOptions{})
	return err
}

// UpdateScale names another.
func (c *Controller) UpdateScale(ctx context.Context, widget *unstructured.Unstructured) error {
	widget.Object["spec"] = map[string]any{"replicas": int64(3)}
	_, err := c.widgets.Update(ctx, widget, metav1.UpdateOptions{}, "scale")
	return err
}

// Patch is not conflict-prone.
func (c *Controller) Patch(ctx context.Context, name string, data []byte) error {
	_, err := c.widgets.Patch(ctx, name, types.MergePatchType, data, metav1.PatchOptions{}, "status")
	return err
}

// Apply is not, either.
func (c *Controller) Apply(ctx context.Context, widget *unstructured.Unstructured) error {
	_, err := c.widgets.ApplyStatus(ctx, widget.GetName(), widget, metav1.ApplyOptions{FieldManager: "cases"})
	return err
}

// Twice patches and applies: two writes.
func (c *Controller) Twice(ctx context.Context, name string, widget *unstructured.Unstructured, data []byte) error {
	if _, err := c.widgets.Patch(ctx, name, types.MergePatchType, data, metav1.PatchOptions{}, "status"); err != nil {
		return err
	}
	_, err := c.widgets.Apply(ctx, name, widget, metav1.ApplyOptions{FieldManager: "cases"}, "status") // want statusmulti:"always"
	return err
}

// TwiceOtherSub applies another subresource.
func (c *Controller) TwiceOtherSub(ctx context.Context, name string, widget *unstructured.Unstructured, data []byte) error {
	if _, err := c.widgets.Patch(ctx, name, types.MergePatchType, data, metav1.PatchOptions{}, "status"); err != nil {
		return err
	}
	_, err := c.widgets.Apply(ctx, name, widget, metav1.ApplyOptions{FieldManager: "cases"})
	return err
}

// Steps updates in a loop.
func (c *Controller) Steps(ctx context.Context, widget *unstructured.Unstructured, steps []string) error {
	for _, step := range steps {
		if err := unstructured.SetNestedField(widget.Object, step, "status", "message"); err != nil {
			return err
		}
		updated, err := c.widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusloop:"widget" statusretry:"widget"
		if err != nil {
			return err
		}
		widget = updated
	}
	return nil
}

// Items updates each of a list.
func (c *Controller) Items(ctx context.Context, list *unstructured.UnstructuredList) error {
	for i := range list.Items {
		item := &list.Items[i]
		if _, err := c.widgets.Patch(ctx, item.GetName(), types.MergePatchType, []byte(`{"status":{}}`), metav1.PatchOptions{}, "status"); err != nil {
			return err
		}
	}
	return nil
}

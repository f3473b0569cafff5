// Package status holds what the fixes of the package fixes call.
package status

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Client reads and writes.
type Client interface {
	client.Reader
	client.StatusClient
}

// Update writes the status of obj, and once more after a conflict with what
// somebody has changed elsewhere in the object.
//
//atomicstatus:update
func Update[O client.Object](ctx context.Context, c Client, obj, base O, opts ...client.SubResourceUpdateOption) error {
	conflict := c.Status().Update(ctx, obj, opts...)
	if !apierrors.IsConflict(conflict) {
		return conflict
	}
	fresh := obj.DeepCopyObject().(O)
	if err := c.Get(ctx, client.ObjectKeyFromObject(obj), fresh); err != nil || equality.Semantic.DeepEqual(fresh, base) {
		return conflict
	}
	obj.SetResourceVersion(fresh.GetResourceVersion())
	return c.Status().Update(ctx, obj, opts...)
}

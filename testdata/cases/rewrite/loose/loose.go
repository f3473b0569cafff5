// Package loose puts an int into a resource that keeps whatever it is given. Copies of
// that panic, so there are none but of what has just been read.
package loose

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func Count(ctx context.Context, c client.Client, key types.NamespacedName) error {
	u := &unstructured.Unstructured{}
	if err := c.Get(ctx, key, u); err != nil {
		return err
	}
	u.Object["status"] = map[string]any{"count": 1}
	return write(ctx, c, u)
}

func write(ctx context.Context, c client.Client, u *unstructured.Unstructured) error {
	u.SetGeneration(u.GetGeneration() + 1)
	return c.Status().Update(ctx, u)
}

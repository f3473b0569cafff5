package helpers

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Reload reads an object again.
func Reload(ctx context.Context, c client.Client, obj client.Object) error {
	return c.Get(ctx, client.ObjectKeyFromObject(obj), obj)
}

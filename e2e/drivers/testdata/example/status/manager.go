// Package status stands in for what "atomicstatus manager" writes.
package status

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Update writes the status of obj, which was base when it was read.
//
//atomicstatus:update
func Update[O client.Object](ctx context.Context, c client.Client, obj, base O, opts ...client.SubResourceUpdateOption) error {
	return c.Status().Update(ctx, obj, opts...)
}

// Package status has functions that vouch for themselves: what they do cannot be
// told from their bodies.
package status

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Queue is handed what is to be written.
type Queue interface {
	Put(ctx context.Context, obj client.Object, change func() error) error
}

var queue Queue

// Save writes the status of obj once.
//
//atomicstatus:update
func Save[O client.Object](ctx context.Context, c client.Client, obj, base O) error {
	if err := c.Status().Update(ctx, obj); err == nil {
		return nil
	}
	return queue.Put(ctx, base, nil)
}

// Change reads obj again, changes it, and writes its status.
//
//atomicstatus:atomic
func Change(ctx context.Context, obj client.Object, change func() error) error {
	return queue.Put(ctx, obj, change)
}

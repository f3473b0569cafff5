// Package status has a batch: what it does cannot be told from the bodies.
package status

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Writer holds back what is to be written.
type Writer interface {
	Open(ctx context.Context) (context.Context, func(*error))
	Put(ctx context.Context, obj, base client.Object) error
}

var writer Writer

// Update writes the status of obj once, in a batch at its end.
//
//atomicstatus:update
func Update[O client.Object](ctx context.Context, c client.Client, obj, base O) error {
	return writer.Put(ctx, obj, base)
}

// Patch sends what differs.
//
//atomicstatus:patch
func Patch[O client.Object](ctx context.Context, c client.StatusClient, obj, base O) error {
	return writer.Put(ctx, obj, base)
}

// Base copies an object that was read.
//
//atomicstatus:base
func Base[O client.Object](ctx context.Context, obj O) O { return obj.DeepCopyObject().(O) }

// Batch opens a batch.
//
//atomicstatus:batch
func Batch(ctx context.Context) (context.Context, func(*error)) { return writer.Open(ctx) }

// Batched returns c, by which writes are part of the batch of their context.
//
//atomicstatus:client
func Batched(c client.Client) client.Client { return wrapped{c} }

type wrapped struct{ client.Client }

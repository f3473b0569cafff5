// Package status writes the status of a resource once, and safely.
package status

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Object is a pointer to a resource type.
type Object[T any] interface {
	*T
	client.Object
}

// Manager writes the status of resources of one type.
type Manager[T any, P Object[T]] struct {
	writer client.StatusClient
	reader client.Reader
}

// NewManager returns a manager that reads through reader. That should be the
// manager's APIReader: a cache may lag behind the very write that caused a
// conflict, and then every retry would meet the same conflict again.
func NewManager[T any, P Object[T]](writer client.StatusClient, reader client.Reader) *Manager[T, P] {
	return &Manager[T, P]{writer: writer, reader: reader}
}

// AtomicStatusUpdate reads obj again, applies change to it and writes its
// status, in one write. On a conflict it starts over, so change may run more
// than once: it should do no more than set fields of obj.Status.
// When change changes nothing, nothing is written.
func (m *Manager[T, P]) AtomicStatusUpdate(ctx context.Context, obj P, change func() error) error {
	key, uid := client.ObjectKeyFromObject(obj), obj.GetUID()
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		// Not into obj itself: decoding leaves fields alone that the server
		// omits, and what an earlier attempt set there would survive.
		fresh := P(new(T))
		if err := m.reader.Get(ctx, key, fresh); err != nil {
			return err
		}
		if fresh.GetUID() != uid {
			return fmt.Errorf("%s was replaced by another object of that name", key)
		}
		*obj = *fresh

		before := obj.DeepCopyObject()
		if err := change(); err != nil {
			return err
		}
		if equality.Semantic.DeepEqual(before, obj) {
			return nil
		}
		return m.writer.Status().Update(ctx, obj)
	})
}

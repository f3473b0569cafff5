// Package status writes the status of a resource once, and safely.
package status

import (
	"context"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// ErrReplaced is returned for an object whose name another object has taken
// since it was read. What was found out about the one does not hold for the
// other.
var ErrReplaced = errors.New("replaced by another object of that name")

// Object is a pointer to a resource type.
type Object[T any] interface {
	*T
	client.Object
}

// Manager writes the status of resources of one type.
type Manager[T any, P Object[T]] struct {
	client client.Client
	reader client.Reader
}

// NewManager returns a manager that writes through c and reads through reader,
// or through c if reader is nil. That should be the APIReader of the
// controller manager: a cache may lag behind the very write that caused a
// conflict, and then every retry would meet the same conflict again.
func NewManager[T any, P Object[T]](c client.Client, reader client.Reader) *Manager[T, P] {
	if reader == nil {
		reader = c
	}
	return &Manager[T, P]{client: c, reader: reader}
}

// AtomicStatusUpdate reads obj again, applies change to it and writes its
// status, in one write. On a conflict it starts over, so change may run more
// than once: it should do no more than set fields of obj.Status. Where change
// changes nothing, nothing is written.
//
// An error wraps that of the API server, of change or of ctx, or
// [ErrReplaced]. Then obj may hold changes that were not written: read it
// again before you use it.
func (m *Manager[T, P]) AtomicStatusUpdate(ctx context.Context, obj P, change func() error) error {
	key, uid := client.ObjectKeyFromObject(obj), obj.GetUID()
	// Some versions of RetryOnConflict return nil, or the conflict before, in
	// place of the error of a context. So it is not asked what the end was.
	var last error
	_ = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		last = m.attempt(ctx, key, uid, obj, change)
		return last
	})
	if last != nil {
		return fmt.Errorf("update the status of %T %s: %w", obj, key, last)
	}
	return nil
}

// attempt does it once. It returns a conflict for the retry to see.
func (m *Manager[T, P]) attempt(ctx context.Context, key client.ObjectKey, uid types.UID, obj P, change func() error) error {
	// The retry does not look at ctx.
	if err := ctx.Err(); err != nil {
		return err
	}
	// Not into obj itself: decoding leaves fields alone that the server omits,
	// and what an earlier attempt set there would survive.
	fresh := P(new(T))
	// An unstructured object has its type from here.
	fresh.GetObjectKind().SetGroupVersionKind(obj.GetObjectKind().GroupVersionKind())
	if err := m.reader.Get(ctx, key, fresh); err != nil {
		return err
	}
	// Without a UID, obj was never read: any object of that name is meant.
	if uid != "" && fresh.GetUID() != uid {
		return ErrReplaced
	}
	*obj = *fresh

	before := obj.DeepCopyObject()
	if err := change(); err != nil {
		return err
	}
	if equality.Semantic.DeepEqual(before, obj) {
		return nil
	}
	return m.client.Status().Update(ctx, obj)
}

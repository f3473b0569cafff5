// Package status writes the status of a resource safely.
package status

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Client is what [Update] needs of a client.Client.
type Client interface {
	Get(ctx context.Context, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error
	client.StatusClient
}

// Update writes the status of obj as c.Status().Update does. base is a copy of
// obj, to be made where obj was read, before its status is changed:
//
//	base := obj.DeepCopy()
//	obj.Status = ...
//	err := status.Update(ctx, r.Client, obj, base)
//
// After a conflict, obj is read again. If nothing but its metadata differs from
// base, the status of obj is written to what was read. Otherwise, and if the
// generation does, what the status was computed from may no longer hold, and the
// conflict is returned. So it is if base is older than obj, by its resourceVersion.
//
// Then obj is what the API server answered, and base a copy of it. An error is
// that of the first write, as it is, or wraps it and that of ctx, if ctx ended
// after a conflict; obj and base are left alone.
//
//atomicstatus:update
func Update[O client.Object](ctx context.Context, c Client, obj, base O, opts ...client.SubResourceUpdateOption) error {
	if v := reflect.ValueOf(base); !v.IsValid() || v.IsNil() {
		return c.Status().Update(ctx, obj, opts...)
	}
	refused := map[string]bool{obj.GetResourceVersion(): true}
	conflict := c.Status().Update(ctx, obj, opts...)
	if conflict == nil {
		renew(base, obj)
	}
	if !apierrors.IsConflict(conflict) {
		return conflict
	}
	result := conflict
	_ = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		// The retry does not look at ctx.
		if err := ctx.Err(); err != nil {
			return err
		}
		fresh := newLike(obj)
		if err := c.Get(ctx, client.ObjectKeyFromObject(obj), fresh); err != nil {
			return err
		}
		if refused[fresh.GetResourceVersion()] { // it comes from a cache that lags behind
			return conflict
		}
		next := rebase(obj, base, fresh)
		if next == nil {
			return nil
		}
		refused[fresh.GetResourceVersion()] = true
		if err := c.Status().Update(ctx, next, opts...); err != nil {
			return err
		}
		next.GetObjectKind().SetGroupVersionKind(obj.GetObjectKind().GroupVersionKind())
		reflect.ValueOf(obj).Elem().Set(reflect.ValueOf(next).Elem())
		renew(base, obj)
		result = nil
		return nil
	})
	if err := ctx.Err(); err != nil && result != nil {
		return fmt.Errorf("%w: %w", result, err)
	}
	return result
}

// rebase returns fresh, which was read after a conflict, with the status of obj.
// It returns nil unless base is as new as obj, fresh is the object that base was,
// and the metadata alone have changed. If they have not, neither since base nor
// since obj was answered last, it is the status that was written, and chance that
// base has the same: as if two counted from 2 to 3. So it is if obj was written or
// read since base was copied. And to who goes on with a spec that is new, what
// was done by the old one would look done by the new.
func rebase(obj, base, fresh client.Object) client.Object {
	fresh.GetObjectKind().SetGroupVersionKind(base.GetObjectKind().GroupVersionKind()) // not all readers do
	mine, old, now := fields(obj), fields(base), fields(fresh)
	if base.GetResourceVersion() != obj.GetResourceVersion() ||
		base.GetUID() != fresh.GetUID() || base.GetGeneration() != fresh.GetGeneration() || mine["status"] == nil ||
		bytes.Equal(old["metadata"], now["metadata"]) || bytes.Equal(mine["metadata"], now["metadata"]) {
		return nil
	}
	old["metadata"] = now["metadata"]
	if !reflect.DeepEqual(old, now) {
		return nil
	}
	now["status"] = mine["status"]
	next := newLike(obj)
	if data, err := json.Marshal(now); err != nil || json.Unmarshal(data, next) != nil {
		return nil
	}
	next.SetResourceVersion(fresh.GetResourceVersion())
	return next
}

// fields returns the fields of obj in JSON, without what each write changes.
func fields(obj client.Object) (all map[string]json.RawMessage) {
	part := obj.DeepCopyObject().(client.Object)
	part.SetResourceVersion("")
	part.SetManagedFields(nil)
	if data, err := json.Marshal(part); err != nil || json.Unmarshal(data, &all) != nil {
		return nil
	}
	return all
}

// newLike returns an empty object of the type that obj has.
func newLike(obj client.Object) client.Object {
	empty := reflect.New(reflect.TypeOf(obj).Elem()).Interface().(client.Object)
	empty.GetObjectKind().SetGroupVersionKind(obj.GetObjectKind().GroupVersionKind()) // for an unstructured object
	return empty
}

// renew makes base a copy of obj, in place.
func renew(base, obj client.Object) {
	if to, from := reflect.ValueOf(base), reflect.ValueOf(obj.DeepCopyObject()); to.Type() == from.Type() {
		to.Elem().Set(from.Elem())
	}
}

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

// Update is the function [Update], but reads through the reader.
//
//atomicstatus:update
func (m *Manager[T, P]) Update(ctx context.Context, obj, base P, opts ...client.SubResourceUpdateOption) error {
	return Update(ctx, struct {
		client.Reader
		client.StatusClient
	}{m.reader, m.client}, obj, base, opts...)
}

// ErrReplaced is returned for an object whose name another object has taken
// since it was read. What was found out about the one does not hold for the
// other.
var ErrReplaced = errors.New("replaced by another object of that name")

// AtomicStatusUpdate reads obj again, applies change to it and writes its
// status, in one write. On a conflict it starts over, so change may run more
// than once: it should do no more than set fields of obj.Status. Where change
// changes nothing, nothing is written.
//
// An error wraps that of the API server, of change or of ctx, or
// [ErrReplaced]. Then obj may hold changes that were not written: read it
// again before you use it.
//
//atomicstatus:atomic
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

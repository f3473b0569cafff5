// Package client is as much of the real one as the scripts need.
package client

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

type Object interface {
	metav1.Object
	runtime.Object
}

type ObjectKey = types.NamespacedName

func ObjectKeyFromObject(obj Object) ObjectKey {
	return ObjectKey{Namespace: obj.GetNamespace(), Name: obj.GetName()}
}

type Patch interface {
	Data(obj Object) ([]byte, error)
}

type (
	GetOption               interface{ ApplyToGet() }
	UpdateOption            interface{ ApplyToUpdate() }
	DeleteOption            interface{ ApplyToDelete() }
	SubResourceUpdateOption interface{ ApplyToSubResourceUpdate() }
	SubResourcePatchOption  interface{ ApplyToSubResourcePatch() }
)

type SubResourceWriter interface {
	Update(ctx context.Context, obj Object, opts ...SubResourceUpdateOption) error
	Patch(ctx context.Context, obj Object, patch Patch, opts ...SubResourcePatchOption) error
}

type Reader interface {
	Get(ctx context.Context, key ObjectKey, obj Object, opts ...GetOption) error
}

type Client interface {
	Reader
	Update(ctx context.Context, obj Object, opts ...UpdateOption) error
	Delete(ctx context.Context, obj Object, opts ...DeleteOption) error
	Status() SubResourceWriter
}

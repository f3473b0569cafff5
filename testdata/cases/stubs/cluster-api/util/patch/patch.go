// Package patch stands for the one of cluster-api, of which the checks know the names.
package patch

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Helper remembers how an object was.
type Helper struct{}

// Option is an option of a patch.
type Option interface{ ApplyToHelper() }

// NewHelper remembers how the object is.
func NewHelper(obj client.Object, c client.Client) (*Helper, error) { return &Helper{}, nil }

// Patch sends what has changed since.
func (h *Helper) Patch(ctx context.Context, obj client.Object, opts ...Option) error { return nil }

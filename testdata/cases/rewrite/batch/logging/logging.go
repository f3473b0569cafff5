// Package logging keeps the logger of a request, and filters errors, on top of what
// every operator imports.
package logging

import (
	"context"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// FromContext is the logger of a request.
func FromContext(ctx context.Context) logr.Logger {
	if logger, err := logr.FromContext(ctx); err == nil {
		return logger
	}
	return log.Log
}

// Gone drops the error of an object that is gone.
func Gone(err error) error { return client.IgnoreNotFound(err) }

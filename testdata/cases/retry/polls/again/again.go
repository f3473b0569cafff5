// Package again calls functions again. It imports nothing of Kubernetes but the waiting.
package again

import (
	"context"

	"k8s.io/apimachinery/pkg/util/wait"
)

// Do calls a function until it returns no error.
func Do(ctx context.Context, fn func(context.Context) error) error {
	var last error
	err := wait.ExponentialBackoffWithContext(ctx, wait.Backoff{Steps: 5}, func(ctx context.Context) (bool, error) {
		last = fn(ctx)
		return last == nil, nil
	})
	if err != nil {
		return last
	}
	return nil
}

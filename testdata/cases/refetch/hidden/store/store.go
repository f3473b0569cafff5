// Package store writes for others.
package store

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Put writes the phase, and says nothing of what went wrong.
func Put(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if c.Status().Update(ctx, widget) != nil { // want statusretry:"widget"
		return errors.New("cannot store the widget")
	}
	return nil
}

// Try calls a function until it succeeds, some times.
func Try(f func() error) error {
	return wait.ExponentialBackoff(wait.Backoff{Steps: 5}, func() (bool, error) {
		return f() == nil, nil
	})
}

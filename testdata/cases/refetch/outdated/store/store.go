// Package store writes widgets by a typed client, as the data store of an operator
// does: what the API server answers is returned, and the parameter stays as it is.
package store

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/clientset"
)

// Finalizer keeps a widget from being deleted before its parts.
const Finalizer = "my.example.com/parts"

// Store reads and writes widgets.
type Store struct {
	client clientset.MyV1Interface
	seen   map[string]string
}

// Update writes the spec.
func (s *Store) Update(ctx context.Context, widget *myv1.Widget) (*myv1.Widget, error) {
	stored, err := s.client.Widgets(widget.Namespace).Update(ctx, widget, metav1.UpdateOptions{})
	if err != nil {
		return nil, err
	}
	s.seen[stored.Name] = stored.ResourceVersion
	return stored, nil
}

// UpdateStatus writes the status.
func (s *Store) UpdateStatus(ctx context.Context, widget *myv1.Widget) (*myv1.Widget, error) {
	stored, err := s.client.Widgets(widget.Namespace).UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusretry:"widget"
	if err != nil {
		return nil, err
	}
	s.seen[stored.Name] = stored.ResourceVersion
	return stored, nil
}

// Reset writes the status, and takes over what was stored.
func (s *Store) Reset(ctx context.Context, widget *myv1.Widget) error {
	widget.Status = myv1.WidgetStatus{}
	stored, err := s.UpdateStatus(ctx, widget)
	if err != nil {
		return err
	}
	*widget = *stored
	return nil
}

// Release removes the finalizer.
func (s *Store) Release(ctx context.Context, widget *myv1.Widget) error {
	if !controllerutil.RemoveFinalizer(widget, Finalizer) {
		return nil
	}
	_, err := s.client.Widgets(widget.Namespace).Update(ctx, widget, metav1.UpdateOptions{})
	return err
}

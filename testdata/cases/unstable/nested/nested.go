// Package nested has an object that the status of another one holds.
package nested

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Shelf has books.
type Shelf struct {
	metav1.TypeMeta
	metav1.ObjectMeta
	Spec   ShelfSpec
	Status ShelfStatus
}

// ShelfSpec says which.
type ShelfSpec struct{ Books []string }

// ShelfStatus says which are there.
type ShelfStatus struct{ Books []string }

// DeepCopyObject copies.
func (s *Shelf) DeepCopyObject() runtime.Object { c := *s; return &c }

// Delivery brings a shelf.
type Delivery struct {
	metav1.TypeMeta
	metav1.ObjectMeta
	Status DeliveryStatus
}

// DeliveryStatus has what was brought.
type DeliveryStatus struct{ Shelf *Shelf }

// DeepCopyObject copies.
func (d *Delivery) DeepCopyObject() runtime.Object { c := *d; return &c }

// Reconciler fills shelves.
type Reconciler struct {
	client.Client
	books map[string]bool
}

// Order adds what is missing to the spec of a shelf.
func (r *Reconciler) Order(ctx context.Context, s *Shelf) error {
	for title := range r.books {
		s.Spec.Books = append(s.Spec.Books, title)
	}
	return r.Update(ctx, s)
}

// Count adds it to the status.
func (r *Reconciler) Count(ctx context.Context, s *Shelf) error {
	s.Status.Books = nil
	for title := range r.books {
		s.Status.Books = append(s.Status.Books, title) // want statusunstable:"Books is put together in the order of a map"
	}
	return r.Status().Update(ctx, s)
}

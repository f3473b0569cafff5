// Package named: functions that the setting effects names.
package named

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type Pager struct{}

func (*Pager) Page(text string)   {}
func (*Pager) Notify(text string) {}

type Book struct{}

func (Book) Page(n int) string { return "" }

// Announce is named with its package.
func Announce(text string) {}

// Record is named with the package of another.
func Record(text string) {}

// Tell is named with the name of its package.
func Tell(text string) {}

type WidgetReconciler struct {
	client.Client
	Pager *Pager
	Book  Book
}

func (r *WidgetReconciler) Reconcile(ctx context.Context, key client.ObjectKey) error {
	return helpers.UpdateWidget(ctx, r.Client, key, func(w *myv1.Widget) {
		r.Pager.Page("ready")   // want statuscallback:"Page is called on each attempt"
		r.Pager.Notify("ready") // want statuscallback:"Notify is called on each attempt"
		Announce("ready")       // want statuscallback:"Announce is called on each attempt"
		Tell("ready")           // want statuscallback:"Tell is called on each attempt"
		Record("ready")
		w.Status.Message = r.Book.Page(1)
	})
}

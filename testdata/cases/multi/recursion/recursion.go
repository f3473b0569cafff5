// Package recursion: functions that call themselves and each other.
package recursion

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
}

func (r *Reconciler) write(ctx context.Context, widget *myv1.Widget, attempts int) error {
	base := widget.DeepCopy()
	widget.Status.Attempts = attempts
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Countdown writes, and calls itself, which writes.
func (r *Reconciler) Countdown(ctx context.Context, widget *myv1.Widget, n int) error {
	if err := r.write(ctx, widget, n); err != nil {
		return err
	}
	if n > 0 {
		return r.Countdown(ctx, widget, n-1) // want statusloop:"the status of widget is written again on each turn of a recursion"
	}
	return nil
}

// Search calls itself until it writes.
func (r *Reconciler) Search(ctx context.Context, widget *myv1.Widget, n int) error {
	if n > 0 {
		return r.Search(ctx, widget, n-1)
	}
	return r.write(ctx, widget, n)
}

// Walk calls itself on the children, and writes each once.
func (r *Reconciler) Walk(ctx context.Context, widget *myv1.Widget, children map[string][]*myv1.Widget) error {
	for _, child := range children[widget.Name] {
		if err := r.Walk(ctx, child, children); err != nil {
			return err
		}
	}
	return r.write(ctx, widget, 0)
}

// Ping writes and calls Pong.
func (r *Reconciler) Ping(ctx context.Context, widget *myv1.Widget, n int) error {
	if err := r.write(ctx, widget, n); err != nil {
		return err
	}
	return r.Pong(ctx, widget, n-1) // want statusmulti:"widget.*always|always.*widget"
}

// Pong calls Ping.
func (r *Reconciler) Pong(ctx context.Context, widget *myv1.Widget, n int) error {
	if n <= 0 {
		return nil
	}
	return r.Ping(ctx, widget, n-1)
}

// Even and Odd call each other, and only the last writes.
func (r *Reconciler) Even(ctx context.Context, widget *myv1.Widget, n int) error {
	if n == 0 {
		return r.write(ctx, widget, 0)
	}
	return r.Odd(ctx, widget, n-1)
}

// Odd is the other of the two.
func (r *Reconciler) Odd(ctx context.Context, widget *myv1.Widget, n int) error {
	if n == 0 {
		return r.write(ctx, widget, 1)
	}
	return r.Even(ctx, widget, n-1)
}

// Again calls one of them after a write.
func (r *Reconciler) Again(ctx context.Context, widget *myv1.Widget) error {
	if err := r.write(ctx, widget, 7); err != nil {
		return err
	}
	return r.Even(ctx, widget, 7) // want statusmulti:"widget.*always|always.*widget"
}

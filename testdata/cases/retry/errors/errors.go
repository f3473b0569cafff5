// Package errors drops the error of an update where another one is returned in its
// place, which is known to be one.
package errors

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kerrors "k8s.io/apimachinery/pkg/util/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
)

// inStep wraps an error.
func inStep(step int, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("step %d: %w", step, err)
}

func gone(err error) bool { return apierrors.IsNotFound(err) }

// unlessGone is a filter.
func unlessGone(err error) error {
	if gone(err) {
		return nil
	}
	return err
}

func Wrapped(ctx context.Context, c client.Client, widget *v1.Widget) error {
	if err := c.Create(ctx, widget.DeepCopy()); err != nil {
		_ = c.Status().Update(ctx, widget) // want statusretry:"widget.*repeats"
		return inStep(1, err)
	}
	return nil
}

func Filtered(ctx context.Context, c client.Client, widget *v1.Widget) error {
	if err := c.Delete(ctx, widget.DeepCopy()); unlessGone(err) != nil {
		_ = c.Status().Update(ctx, widget) // want statusretry:"widget.*repeats"
		return err
	}
	return nil
}

// Gone ends well where the filter has made nil of the error.
func Gone(ctx context.Context, c client.Client, widget *v1.Widget) error {
	if err := c.Delete(ctx, widget.DeepCopy()); err != nil {
		_ = c.Status().Update(ctx, widget) // want statusretry:"widget.*goes nowhere"
		return unlessGone(err)
	}
	return nil
}

func Joined(ctx context.Context, c client.Client, widget *v1.Widget, more error) error {
	if err := c.Create(ctx, widget.DeepCopy()); err != nil {
		_ = c.Status().Update(ctx, widget) // want statusretry:"widget.*repeats"
		return errors.Join(more, err)
	}
	return nil
}

func Aggregated(ctx context.Context, c client.Client, widget *v1.Widget, more error) error {
	widget.Status.Phase = v1.PhaseFailed
	return kerrors.NewAggregate([]error{more, c.Status().Update(ctx, widget)}) // want statusretry:"widget.*repeats"
}

func clash(err error) bool { return err != nil && apierrors.IsConflict(err) }

// Asks is a retry by hand that has a function ask what the error is.
func Asks(ctx context.Context, c client.Client, widget *v1.Widget) error {
	for {
		err := c.Status().Update(ctx, widget)
		if !clash(err) {
			return err
		}
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
	}
}

// Redone writes again, once, after it has read again what a conflict was about. It does
// not know whether the type has a status subresource.
func Redone(ctx context.Context, c client.Client, widget *v1.Widget) error {
	widget.Status.Phase = v1.PhaseReady
	err := c.Status().Update(ctx, widget) // want statusretry:"widget.*repeats"
	if apierrors.IsNotFound(err) {
		err = c.Update(ctx, widget)
	}
	if err != nil {
		if !apierrors.IsConflict(err) {
			return err
		}
		if err := c.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		widget.Status.Phase = v1.PhaseReady
		err = c.Status().Update(ctx, widget) // want statusretry:"widget.*repeats"
		if apierrors.IsNotFound(err) {
			err = c.Update(ctx, widget)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Result is the program's own, which its runner makes an error of.
type Result struct{ message string }

func failed(format string, args ...any) *Result { return &Result{fmt.Sprintf(format, args...)} }

func done(message string) *Result { return &Result{message} }

// Formatted returns a result that is made of the error.
func Formatted(ctx context.Context, c client.Client, widget *v1.Widget) *Result {
	if err := c.Status().Update(ctx, widget); err != nil { // want statusretry:"widget.*repeats"
		return failed("cannot update: %v", err)
	}
	return done("updated")
}

// Told returns one that is made of its text.
func Told(ctx context.Context, c client.Client, widget *v1.Widget) *Result {
	if err := c.Status().Update(ctx, widget); err != nil { // want statusretry:"widget.*repeats"
		return failed("cannot update: %s", err.Error())
	}
	return done("updated")
}

// Printed returns one that is made of a text that holds it.
func Printed(ctx context.Context, c client.Client, widget *v1.Widget) *Result {
	if err := c.Status().Update(ctx, widget); err != nil { // want statusretry:"widget.*repeats"
		return done(fmt.Sprintf("cannot update: %v", err))
	}
	return done("updated")
}

// Lost returns one that has nothing of it.
func Lost(ctx context.Context, c client.Client, widget *v1.Widget) *Result {
	if err := c.Status().Update(ctx, widget); err != nil { // want statusretry:"widget.*goes nowhere"
		return failed("cannot update")
	}
	return done("updated")
}

// Package collects leaves a loop when it has collected an error, which it has on
// each path that wrote.
package collects

import (
	"context"
	"errors"

	kerrors "k8s.io/apimachinery/pkg/util/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
)

type Reconciler struct{ client.Client }

func (r *Reconciler) fail(ctx context.Context, widget *v1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = v1.PhaseFailed
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func (r *Reconciler) Joins(ctx context.Context, widget *v1.Widget, checks []func() error) error {
	for _, check := range checks {
		if err := check(); err != nil {
			if err = errors.Join(r.fail(ctx, widget), err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Reconciler) Lists(ctx context.Context, widget *v1.Widget, checks []func() error) error {
	for _, check := range checks {
		var errs []error
		if err := check(); err != nil {
			errs = append(errs, err)
			if err := r.fail(ctx, widget); err != nil {
				errs = append(errs, err)
			}
		}
		if len(errs) > 0 {
			return kerrors.NewAggregate(errs)
		}
	}
	return nil
}

// bundle collects errors; push makes it where there is none yet.
type bundle struct{ list []error }

func push(b *bundle, err error) *bundle {
	if b == nil {
		b = &bundle{}
	}
	if err != nil {
		b.list = append(b.list, err)
	}
	return b
}

func (b *bundle) errorOrNil() error {
	if b == nil || len(b.list) == 0 {
		return nil
	}
	return b.list[0]
}

func (r *Reconciler) Bundles(ctx context.Context, widget *v1.Widget, checks []func() error) error {
	for _, check := range checks {
		if err := check(); err != nil {
			all := push(nil, err)
			all = push(all, r.fail(ctx, widget))
			if err := all.errorOrNil(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Later looks at what it has collected after the loop.
func (r *Reconciler) Later(ctx context.Context, widget *v1.Widget, checks []func() error) error {
	var all *bundle
	for _, check := range checks {
		if err := check(); err != nil {
			all = push(push(all, err), r.fail(ctx, widget)) // want statusloop:"widget"
		}
	}
	return all.errorOrNil()
}

func (b *bundle) Error() string { return "" }

// put takes any error to begin with, as libraries do.
func put(first error, more ...error) *bundle {
	b, ok := first.(*bundle)
	if !ok {
		b = push(nil, first)
	}
	for _, err := range more {
		b = push(b, err)
	}
	return b
}

// mark hands back the error that it is given, with those of others.
func (r *Reconciler) mark(ctx context.Context, widget *v1.Widget, cause error, more []func(error) error) error {
	var all *bundle
	all = put(all, cause)
	for _, f := range more {
		all = put(all, f(cause))
	}
	if err := r.fail(ctx, widget); err != nil {
		all = put(all, err)
	}
	return all.errorOrNil()
}

func (r *Reconciler) Marks(ctx context.Context, widget *v1.Widget, checks []func() error, more []func(error) error) error {
	for _, check := range checks {
		if err := check(); err != nil {
			if err := r.mark(ctx, widget, err, more); err != nil {
				return err
			}
		}
	}
	return nil
}

// MarksAll marks whether there is an error or not.
func (r *Reconciler) MarksAll(ctx context.Context, widget *v1.Widget, checks []func() error, more []func(error) error) error {
	for _, check := range checks {
		if err := r.mark(ctx, widget, check(), more); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

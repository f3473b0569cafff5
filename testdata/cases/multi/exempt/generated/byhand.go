// Package generated has a generated file, without reports, and this one, with one.
package generated

import (
	"context"

	myv1 "example.com/cases/api/v1"
)

// TwiceTwice is reported: the call in the generated file is a derived write here.
func (r *Reconciler) TwiceTwice(ctx context.Context, widget *myv1.Widget) error {
	if err := r.Twice(ctx, widget); err != nil {
		return err
	}
	return r.Twice(ctx, widget) // want statusmulti:"widget.*always|always.*widget"
}

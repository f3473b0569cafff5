// Package desk has others write for it.
package desk

import (
	"context"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/rewrite/batch/across/keeper"
)

// Desk books widgets.
type Desk struct{ Keeper *keeper.Keeper }

// Book claims a widget that has an owner.
func (d *Desk) Book(ctx context.Context, widget *myv1.Widget) error {
	if widget.Spec.Owner == "" {
		return nil
	}
	return d.Keeper.Claim(ctx, widget)
}

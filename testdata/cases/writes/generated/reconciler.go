// Package generated is written partly by hand.
package generated

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "example.com/cases/api/v1"
)

// Config has a copy that is generated.
type Config struct{ Interval int }

// Defaults has one that is not.
type Defaults struct{ Config Config }

// DeepCopy is a copy.
func (d *Defaults) DeepCopy() *Defaults { return &Defaults{*d.Config.DeepCopy()} }

// Reconciler writes.
type Reconciler struct {
	client.Client
	Config *Config
}

// Save writes the status once.
func (r *Reconciler) Save(ctx context.Context, w *v1.Widget) error {
	r.Config.DeepCopy().Touch()
	return r.Status().Update(ctx, w) // want statusretry:"status of w"
}

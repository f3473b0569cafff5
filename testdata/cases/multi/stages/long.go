package stages

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Long runs as many parts as a large controller has.
func (r *Reconciler) Long(ctx context.Context, widget *myv1.Widget) error {
	for _, p := range []stage{
		{"begin", r.begin}, {"secret", r.none}, {"tls", r.none}, {"auth", r.none}, {"account", r.none}, {"role", r.none},
		{"config", r.none}, {"volume", r.none}, {"set", r.none}, {"budget", r.none}, {"service", r.none}, {"ready", r.none},
		{"client", r.none}, {"admin", r.none}, {"init", r.none}, {"sync", r.none}, {"primary", r.none}, {"servers", r.none},
		{"monitor", r.none}, {"metrics", r.none}, {"end", r.begin},
	} {
		if err := p.run(ctx, widget); err != nil { // want statusmulti:"widget may have been written before on this path, by an earlier function of this loop"
			return err
		}
	}
	return nil
}

func (r *Reconciler) begin(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func (r *Reconciler) none(ctx context.Context, widget *myv1.Widget) error { return ctx.Err() }

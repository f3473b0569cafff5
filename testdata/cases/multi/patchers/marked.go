package patchers

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
	"example.com/cases/multi/patchers/marks"
)

// Marked has annotations set by a function that gets the metadata only, so there is
// nothing of the status to send.
func Marked(ctx context.Context, s *scope) error {
	if marks.Add(s.owner, "my.example.com/scaled") {
		if err := s.owners.Patch(ctx, s.owner); err != nil {
			return err
		}
	}
	s.owner.Spec.Replicas = 2
	return s.owners.Patch(ctx, s.owner)
}

// MarkedLate loses the phase all the same.
func MarkedLate(ctx context.Context, c client.Client, widget *v1.Widget) error {
	widget.Status.Phase = v1.PhaseReady
	marks.Add(widget, "my.example.com/ready")
	return c.Update(ctx, widget) // want statuslost:"Status.Phase"
}

package clock

import (
	"context"
	"strings"
	"time"

	myv1 "example.com/cases/api/v1"
)

// never is what is there before it was.
var never = time.Unix(0, 0)

// Begun sets the time if that is not set, or is over.
func (r *Reconciler) Begun(ctx context.Context, w *myv1.Widget) error {
	if w.Status.Message == "" || strings.HasPrefix(w.Status.Message, "over") {
		w.Status.Message = time.Now().String()
	}
	return r.Status().Update(ctx, w)
}

// BegunBy asks for a value that stands for no time.
func (r *Reconciler) BegunBy(ctx context.Context, w *myv1.Widget) error {
	if w.Status.Message == text(never) {
		w.Status.Message = time.Now().String()
	}
	return r.Status().Update(ctx, w)
}

// BegunOr asks for both.
func (r *Reconciler) BegunOr(ctx context.Context, w *myv1.Widget) error {
	if w.Status.Message == text(never) || !strings.HasPrefix(w.Status.Message, "now") {
		w.Status.Message = time.Now().String()
	}
	return r.Status().Update(ctx, w)
}

// BegunAnyway sets the time whichever way it went before.
func (r *Reconciler) BegunAnyway(ctx context.Context, w *myv1.Widget) error {
	if w.Status.Message == text(never) || !strings.HasPrefix(w.Status.Message, "now") {
		w.Status.Phase = myv1.PhaseReady
	}
	w.Status.Message = time.Now().String() // want statusunstable:"Message is set to the time"
	return r.Status().Update(ctx, w)
}

func text(t time.Time) string { return t.String() }

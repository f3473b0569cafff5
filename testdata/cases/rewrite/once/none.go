package once

import (
	"context"
	"strings"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Marks progress around something that takes time.
func (r *Reconciler) Marks(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	if err := r.Work.Do(ctx, widget.Name); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Update(ctx, widget) // no fix: Phase of widget is Running from line 19 on, while Do (line 23) runs, and Ready only after it: a mark of progress; if somebody has to see it, suppress this report with that reason
}

// Normalised needs the answer to the first write: it has the owner as it is stored.
func (r *Reconciler) Normalised(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Spec.Owner = strings.ToLower(widget.Spec.Owner)
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	widget.Status.Message = widget.Spec.Owner
	return r.Status().Update(ctx, widget) // no fix: the answer to the write in line 38 takes back what line 36 changes of widget besides its status
}

// normalisedBefore is called with one that was changed.
func (r *Reconciler) normalisedBefore(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Attempts++
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	widget.Status.Message = widget.Spec.Owner
	return r.Status().Update(ctx, widget) // no fix: the answer to the write in line 48 takes back what line 61 changes of widget besides its status
}

// Normalises calls it.
func (r *Reconciler) Normalises(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Spec.Owner = strings.ToLower(widget.Spec.Owner)
	return r.normalisedBefore(ctx, widget)
}

// ReadsAgain looks for its own write.
func (r *Reconciler) ReadsAgain(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	if r.attempts(ctx, req) > 3 {
		widget.Status.Phase = myv1.PhaseFailed
	}
	return r.Status().Update(ctx, widget) // no fix: Get in line 83 reads it from the API server, and would miss what is not stored yet
}

func (r *Reconciler) attempts(ctx context.Context, req ctrl.Request) int {
	stored := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, stored); err != nil {
		return 0
	}
	return stored.Status.Attempts
}

// Version remembers which version it has written.
func (r *Reconciler) Version(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	widget.Status.Message = widget.ResourceVersion
	return r.Status().Update(ctx, widget) // no fix: line 99 looks at the resourceVersion that the answer to the write in line 96 has brought
}

// Drops what it has changed where it leaves.
func (r *Reconciler) Drops(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	widget.Status.Message = "never stored"
	if widget.Spec.Paused {
		return nil
	}
	return r.Status().Update(ctx, widget) // no fix: what line 113 changes is not stored where line 115 returns
}

// Reasoned says why it writes.
func (r *Reconciler) Reasoned(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts++
	// Whoever watches counts on it that each attempt is to be seen, and that it is
	// seen before anything else, however short the time between the two may be, and
	// whatever comes of it.
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	widget.Status.Message = "tried"
	return r.Status().Update(ctx, widget) // no fix: the comment in line 127 says why the status is written there
}

// Skips leaves a change in memory where it goes on.
func (r *Reconciler) Skips(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	for _, step := range widget.Spec.Steps {
		widget.Status.Message = step
		if step == "" {
			continue
		}
		if err := r.Status().Update(ctx, widget); err != nil { // no fix: what line 144 changes is not always stored
			return err
		}
	}
	return nil
}

// Branched returns with the first write and without it.
func (r *Reconciler) Branched(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	if widget.Spec.Paused {
		widget.Status.Message = "paused"
		if err := r.Status().Update(ctx, widget); err != nil {
			return err
		}
	}
	if widget.Spec.Owner == "" {
		return nil
	}
	widget.Status.Attempts++
	return r.Status().Update(ctx, widget) // no fix: line 168 returns with and without the write in line 163
}

// Late copies what has been changed, which the answer to the patch takes back.
func (r *Reconciler) Late(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Attempts = 0
	before := widget.DeepCopy()
	widget.Status.Message = "late"
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(before)); err != nil {
		return err
	}
	widget.Status.Message = "later"
	return r.Status().Update(ctx, widget) // no fix: the patch in line 183 leaves out what line 180 changes, and its answer takes that back
}

// Elsewhere writes first by a helper that does more.
func (r *Reconciler) Elsewhere(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	if err := r.begin(ctx, widget); err != nil {
		return err
	}
	widget.Status.Message = "done"
	return r.Status().Update(ctx, widget) // no fix: the write in line 196 is made by begin, which does more or is called otherwise too
}

func (r *Reconciler) begin(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Message = "begun"
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	return r.Work.Do(ctx, "begin")
}

// Defaulted is Normalised by a method of another package.
func (r *Reconciler) Defaulted(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Default()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	widget.Status.Message = widget.Spec.Owner
	return r.Status().Update(ctx, widget) // no fix: the answer to the write in line 219 takes back what line 217 changes of widget besides its status
}

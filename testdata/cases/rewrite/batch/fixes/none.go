package fixes

import (
	"context"

	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/rewrite/batch/status"
	"example.com/cases/writes/batch/plain"
)

// Detached writes with another context.
type Detached struct{ client.Client }

func (r *Detached) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	base := status.Base(ctx, widget)
	widget.Spec.Owner = "us" // not in the answer to the first write
	widget.Status.Attempts++
	if err := status.Update(ctx, r.Client, widget, base); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Attempts++
	return ctrl.Result{}, status.Update(context.TODO(), r.Client, widget, base) // no fix: has another context
}

// Marks tells others what it is doing.
type Marks struct {
	client.Client
	Cloud Cloud
}

func (r *Marks) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	base := status.Base(ctx, widget)
	widget.Status.Phase = myv1.PhaseRunning
	if err := status.Update(ctx, r.Client, widget, base); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.Cloud.Ensure(ctx, widget.Name); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base) // no fix: a mark of progress
}

// Steps must not be made twice.
type Steps struct {
	client.Client
	Cloud Cloud
}

func (r *Steps) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	base := status.Base(ctx, widget)
	for i, step := range widget.Spec.Steps {
		if i < widget.Status.Attempts {
			continue
		}
		if err := r.Cloud.Ensure(ctx, step); err != nil {
			return ctrl.Result{}, err
		}
		widget.Status.Attempts++
		if _, err := r.store(ctx, widget, base); err != nil { // no fix: each turn has to be stored
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

func (r *Steps) store(ctx context.Context, widget, base *myv1.Widget) (bool, error) {
	return true, status.Update(ctx, r.Client, widget, base)
}

// Retries writes again what it reads again.
type Retries struct{ client.Client }

func (r *Retries) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := save(ctx, r.Client, widget); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, retry.RetryOnConflict(retry.DefaultRetry, func() error { // no fix: is part of a conflict retry
		if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
			return err
		}
		widget.Status.Attempts++
		return r.Status().Update(ctx, widget)
	})
}

// Kept has another write by a client of its own.
type Kept struct {
	client.Client
	Keeper *plain.Keeper
}

func (r *Kept) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.Keeper.Set(ctx, widget, myv1.PhaseRunning); err != nil {
		return ctrl.Result{}, err
	}
	base := status.Base(ctx, widget)
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base) // no fix: is in another package, and takes no note
}

// Pair has another write two kinds by the client that it gets, and one of them by a
// client of its own: held back, that would end in a conflict.
type Pair struct {
	client.Client
	Keeper *plain.Keeper
}

func (r *Pair) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget, gadget := &myv1.Widget{}, &myv1.Gadget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.Get(ctx, client.ObjectKey{Namespace: req.Namespace, Name: widget.Spec.Owner}, gadget); err != nil {
		return ctrl.Result{}, err
	}
	if err := plain.Both(ctx, r.Client, widget, gadget, myv1.PhaseRunning); err != nil {
		return ctrl.Result{}, err
	}
	if widget.Spec.Replicas > 1 {
		return ctrl.Result{}, r.Keeper.Tell(ctx, gadget, "many") // no fix: is in another package, and takes no note
	}
	base := status.Base(ctx, widget)
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base) // no fix: is in another package, and takes no note
}

// Boxed keeps the context of its batch where it is lost from sight. All takes note.
type Boxed struct {
	client.Client
	jobs []*job
}

type job struct {
	ctx    context.Context
	widget *myv1.Widget
}

func (r *Boxed) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx)
	defer flush(&err)
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	r.jobs = append(r.jobs, &job{ctx, widget})
	for _, j := range r.jobs {
		if err := r.count(j); err != nil {
			return ctrl.Result{}, err
		}
		if err := r.count(j); err != nil { // no fix: which does more or is called otherwise too
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

func (r *Boxed) count(j *job) error {
	base := status.Base(j.ctx, j.widget)
	j.widget.Status.Attempts++
	return status.Update(j.ctx, r.Client, j.widget, base)
}

// Dirty sends the object with a status that is changed and not written. What the answer
// leaves of the change depends on what the API server has by then.
type Dirty struct {
	client.Client
}

func (r *Dirty) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := plain.Set(ctx, r.Client, widget, myv1.PhaseRunning); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Message = "labelled"
	if widget.Labels == nil {
		widget.Labels = map[string]string{"tidy": "yes"}
		if err := r.Update(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
	}
	base := status.Base(ctx, widget)
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base) // no fix: overwrites a status that is not written yet
}

// Managed writes by a status manager that cannot be seen as well. That reads the object
// again, and writes at once.
type Managed struct {
	client.Client
	Statuses statuses
}

type statuses interface {
	AtomicStatusUpdate(ctx context.Context, widget *myv1.Widget, change func() error) error
}

func (r *Managed) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := plain.Set(ctx, r.Client, widget, myv1.PhaseRunning); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.Statuses.AtomicStatusUpdate(ctx, widget, func() error { // no fix: reads and writes on its own
		widget.Status.Attempts++
		return nil
	})
}

// LeavesOut patches from a copy that has a change already.
type LeavesOut struct{ client.Client }

func (r *LeavesOut) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := status.Base(ctx, widget)
	widget.Status.Attempts++
	before := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(before)); err != nil {
		return ctrl.Result{}, err
	}
	if widget.Spec.Paused {
		if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
			return ctrl.Result{}, err
		}
		base = status.Base(ctx, widget)
	}
	widget.Status.Message = "all is well"
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base) // no fix: leaves out what was changed before its base was copied
}

// Leaving reads an object that is being deleted over a change that it has not written.
type Leaving struct{ client.Client }

func (r *Leaving) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if widget.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	base := status.Base(ctx, widget)
	widget.Status.Phase = myv1.PhasePending
	if err := status.Update(ctx, r.Client, widget, base); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Attempts++
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base = status.Base(ctx, widget)
	widget.Status.Message = "on its way out"
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base) // no fix: overwrites a status that is not written yet
}

// Redone changes what it has not written, and again after the answer.
type Redone struct{ client.Client }

func (r *Redone) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := save(ctx, r.Client, widget); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Attempts++
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Attempts++
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, widget.DeepCopy()) // no fix: overwrites a status that is not written yet
}

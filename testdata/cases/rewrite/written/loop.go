package written

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Steps only computes between its writes.
func (r *Reconciler) Steps(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	changed := false
	for _, step := range widget.Spec.Steps {
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: step})
		changed = true
	}
	if changed {
		if err := r.Status().Update(ctx, widget); err != nil { // fix: safe
			return err
		}
	}
	return nil
}

// Does does something each time, and may fail: what was done before is stored.
func (r *Reconciler) Does(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	changed := false
	for _, step := range widget.Spec.Steps {
		if err := r.Work.Do(ctx, step); err != nil {
			if changed {
				if err := r.Status().Update(ctx, widget); err != nil { // fix: review visibility gate progress
					return ctrl.Result{}, err
				}
			}
			return ctrl.Result{}, err
		}
		widget.Status.Attempts++
		changed = true
	}
	if changed {
		if err := r.Status().Update(ctx, widget); err != nil { // fix: review visibility gate progress
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, nil
}

// Carried writes after the loop as well.
func (r *Reconciler) Carried(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	for i := range widget.Status.Steps {
		widget.Status.Steps[i].Message = "seen"
	}
	widget.Status.Message = "all seen"
	return r.Status().Update(ctx, widget) // fix: safe
}

// Waits has changed something before, which is stored by the first turn, if there is one.
func (r *Reconciler) Waits(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	widget.Status.Message = "begun"
	changed := false
	for range widget.Spec.Steps {
		widget.Status.Attempts++
		changed = true
	}
	if changed {
		if err := r.Status().Update(ctx, widget); err != nil { // fix: safe
			return err
		}
	}
	return nil
}

// Twice passes turns by: where it does so by all of them, nothing is written. Each of
// its loops has an object.
func (r *Reconciler) Twice(ctx context.Context, req ctrl.Request) error {
	widget, gadget := &myv1.Widget{}, &myv1.Gadget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	if err := r.Get(ctx, req.NamespacedName, gadget); err != nil {
		return client.IgnoreNotFound(err)
	}
	changed := false
	for _, step := range widget.Spec.Steps {
		if widget.Annotations[step] == "" {
			continue
		}
		widget.Status.Message = step
		changed = true
	}
	if changed {
		if err := r.Status().Update(ctx, widget); err != nil { // fix: safe
			return err
		}
	}
	changed2 := false
	for _, step := range widget.Spec.Steps {
		gadget.Status.Message += step
		changed2 = true
	}
	if changed2 {
		if err := r.Status().Update(ctx, gadget); err != nil { // fix: safe
			return err
		}
	}
	return nil
}

// Patches sends the difference to a copy that is made for the write alone.
func (r *Reconciler) Patches(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	before := widget.DeepCopy()
	changed := false
	for _, step := range widget.Spec.Steps {
		widget.Status.Message += step
		changed = true
	}
	if changed {
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(before)); err != nil { // fix: safe
			return err
		}
	}
	return nil
}

// Stops does something each time, may fail, and writes after the loop as well: where it
// fails in the first turn, nothing is written.
func (r *Reconciler) Stops(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	changed := false
	for _, step := range widget.Spec.Steps {
		if err := r.Work.Do(ctx, step); err != nil {
			if changed {
				if err := r.Status().Update(ctx, widget); err != nil { // fix: review visibility gate progress
					return err
				}
			}
			return err
		}
		widget.Status.Attempts++
		changed = true
	}
	widget.Status.Message = "done"
	return r.Status().Update(ctx, widget) // no fix: line 131 returns with and without the write in line 134
}

// Swallows goes on where a write has failed, and tells nobody: a later turn may still
// store what that turn did.
func (r *Reconciler) Swallows(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return client.IgnoreNotFound(err)
	}
	changed := false
	for _, step := range widget.Spec.Steps {
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: step})
		changed = true // fix: review error
	}
	if changed {
		_ = r.Status().Update(ctx, widget)
	}
	return nil
}

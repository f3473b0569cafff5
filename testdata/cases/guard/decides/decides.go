// Package decides: comparisons that are always the same, and what becomes of
// the answer.
package decides

import (
	"context"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/client-go/util/retry"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

// Reconciler decides in many ways.
type Reconciler struct {
	client.Client
	Force bool
}

// Logged only tells about it.
func (r *Reconciler) Logged(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if !reflect.DeepEqual(widget.Status, status) {
		logf.FromContext(ctx).Info("status changed")
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// NoWrite writes nothing.
func (r *Reconciler) NoWrite(widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if !reflect.DeepEqual(widget.Status, status) {
		return fmt.Errorf("status of %s changed", widget.Name)
	}
	return nil
}

// After compares what was written before.
func (r *Reconciler) After(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	base := widget.DeepCopy()
	widget.Status = *status
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	if !reflect.DeepEqual(widget.Status, status) {
		return fmt.Errorf("status of %s changed", widget.Name)
	}
	return nil
}

// Inside writes inside the branch, and goes on.
func (r *Reconciler) Inside(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if !reflect.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
		base := widget.DeepCopy()
		widget.Status = *status
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return r.clean(ctx)
}

func (r *Reconciler) clean(ctx context.Context) error { return ctx.Err() }

// Forced writes also for another reason.
func (r *Reconciler) Forced(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if r.Force || !reflect.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
		base := widget.DeepCopy()
		widget.Status = *status
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

// ThenForced asks for the other reason last.
func (r *Reconciler) ThenForced(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if !reflect.DeepEqual(widget.Status, status) || r.Force { // want statusguard:"never equal"
		base := widget.DeepCopy()
		widget.Status = *status
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

// Both asks for two things.
func (r *Reconciler) Both(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if widget.Status.Phase == status.Phase && reflect.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Stored keeps the answer in a variable.
func (r *Reconciler) Stored(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	changed := !equality.Semantic.DeepEqual(widget.Status, status) // want statusguard:"never equal"
	logf.FromContext(ctx).Info("compared", "changed", changed)
	base := widget.DeepCopy()
	widget.Status = *status
	if changed {
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

// Joined keeps the answer to two questions in a variable.
func (r *Reconciler) Joined(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	changed := !equality.Semantic.DeepEqual(widget.Status, status) || r.Force // want statusguard:"never equal"
	base := widget.DeepCopy()
	widget.Status = *status
	if changed {
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

// Flagged sets a flag in the branch.
func (r *Reconciler) Flagged(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	base, changed := widget.DeepCopy(), false
	if !equality.Semantic.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
		widget.Status = *status
		changed = true
	}
	if changed {
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

// FlaggedInside sets a flag of the function in a literal.
func (r *Reconciler) FlaggedInside(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	base, changed := widget.DeepCopy(), false
	each(func() {
		if !equality.Semantic.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
			changed = true
		}
	})
	if changed {
		widget.Status = *status
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

// KeptInside keeps the answer in a variable of the function.
func (r *Reconciler) KeptInside(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	base, changed := widget.DeepCopy(), false
	each(func() {
		changed = !equality.Semantic.DeepEqual(widget.Status, status) // want statusguard:"never equal"
	})
	if changed {
		widget.Status = *status
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

func each(fn func()) { fn() }

// Asks asks a function of its own.
func (r *Reconciler) Asks(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if !changed(widget, status) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func changed(widget *myv1.Widget, status *myv1.WidgetStatus) bool {
	return !equality.Semantic.DeepEqual(widget.Status, status) // want statusguard:"never equal"
}

// AsksInSteps asks a function that answers by constants.
func (r *Reconciler) AsksInSteps(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if !needsWrite(widget, status) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func needsWrite(widget *myv1.Widget, status *myv1.WidgetStatus) bool {
	if status.Phase == "" {
		return false
	}
	if equality.Semantic.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
		return false
	}
	return true
}

// AsksTwo asks a function with two answers.
func (r *Reconciler) AsksTwo(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	equal, err := r.compare(widget, status)
	if err != nil || equal {
		return err
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func (r *Reconciler) compare(widget *myv1.Widget, status *myv1.WidgetStatus) (bool, error) {
	if status == nil {
		return false, fmt.Errorf("no status for %s", widget.Name)
	}
	return equality.Semantic.DeepEqual(widget.Status, status), nil // want statusguard:"never equal"
}

// AskedElsewhere answers callers that write nothing.
func AskedElsewhere(widget *myv1.Widget, status *myv1.WidgetStatus) bool {
	return reflect.DeepEqual(widget.Status, status)
}

// Describe asks, and writes nothing.
func Describe(widget *myv1.Widget, status *myv1.WidgetStatus) string {
	if AskedElsewhere(widget, status) {
		return "same"
	}
	return "changed"
}

// Passes passes the answer on to what writes.
func (r *Reconciler) Passes(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	return r.writeIf(ctx, widget, status, !reflect.DeepEqual(widget.Status, status)) // want statusguard:"never equal"
}

func (r *Reconciler) writeIf(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus, changed bool) error {
	if !changed {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// ByHelper writes in a function that it calls.
func (r *Reconciler) ByHelper(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if reflect.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
		return nil
	}
	return r.write(ctx, widget, status)
}

func (r *Reconciler) write(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// BeforeRetry compares outside of the retry.
func (r *Reconciler) BeforeRetry(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if reflect.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
		return nil
	}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		latest := &myv1.Widget{}
		if err := r.Get(ctx, client.ObjectKey{Namespace: widget.Namespace, Name: widget.Name}, latest); err != nil {
			return err
		}
		latest.Status = *status
		return r.Status().Update(ctx, latest)
	})
}

// InRetry compares inside of the retry.
func (r *Reconciler) InRetry(ctx context.Context, key client.ObjectKey, status *myv1.WidgetStatus) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		latest := &myv1.Widget{}
		if err := r.Get(ctx, key, latest); err != nil {
			return err
		}
		if reflect.DeepEqual(latest.Status, status) { // want statusguard:"never equal"
			return nil
		}
		latest.Status = *status
		return r.Status().Update(ctx, latest)
	})
}

// Managed answers the manager that writes.
func (r *Reconciler) Managed(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	return helpers.UpdateWidgetIfChanged(ctx, r.Client, widget, func(latest *myv1.Widget) (bool, error) {
		old := latest.Status.DeepCopy()
		latest.Status.Phase = status.Phase
		return !equality.Semantic.DeepEqual(old, latest.Status), nil // want statusguard:"never equal"
	})
}

// Loop leaves out those that did not change.
func (r *Reconciler) Loop(ctx context.Context, widgets []*myv1.Widget, status *myv1.WidgetStatus) error {
	for _, widget := range widgets {
		if reflect.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
			continue
		}
		base := widget.DeepCopy()
		widget.Status = *status
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return nil
}

// LoopAnyway writes each.
func (r *Reconciler) LoopAnyway(ctx context.Context, widgets []*myv1.Widget, status *myv1.WidgetStatus) error {
	changed := 0
	for _, widget := range widgets {
		if !reflect.DeepEqual(widget.Status, status) {
			changed++
		}
		base := widget.DeepCopy()
		widget.Status = *status
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	logf.FromContext(ctx).Info("written", "changed", changed)
	return nil
}

// SpecWrite guards a write of the whole object by a comparison of its status.
func (r *Reconciler) SpecWrite(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if reflect.DeepEqual(widget.Status, status) {
		return nil
	}
	widget.Labels = map[string]string{"stale": "true"}
	return r.Update(ctx, widget)
}

// EqualsFalse compares the answer.
func (r *Reconciler) EqualsFalse(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if reflect.DeepEqual(widget.Status, status) == r.Force { // want statusguard:"never equal"
		return nil
	}
	return r.write(ctx, widget, status)
}

// JoinedLast asks the other question first.
func (r *Reconciler) JoinedLast(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	changed := r.Force || !equality.Semantic.DeepEqual(widget.Status, status) // want statusguard:"never equal"
	logf.FromContext(ctx).Info("compared", "changed", changed)
	if changed {
		return r.write(ctx, widget, status)
	}
	return nil
}

// LoggedThenOther logs the one answer, and decides by another.
func (r *Reconciler) LoggedThenOther(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if !equality.Semantic.DeepEqual(widget.Status, status) {
		logf.FromContext(ctx).Info("changed")
	}
	write := r.Force || status.Phase != widget.Status.Phase
	logf.FromContext(ctx).Info("decided", "write", write)
	if write {
		return r.write(ctx, widget, status)
	}
	return nil
}

// TwoAnswers logs the one answer, and decides by the other.
func (r *Reconciler) TwoAnswers(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	equal, final := twoAnswers(widget, status)
	logf.FromContext(ctx).Info("compared", "equal", equal)
	if final {
		return nil
	}
	return r.write(ctx, widget, status)
}

func twoAnswers(widget *myv1.Widget, status *myv1.WidgetStatus) (equal, final bool) {
	return equality.Semantic.DeepEqual(widget.Status, status), status.Phase == myv1.PhaseFailed
}

// ManagedByName passes a method to the manager.
func (r *Reconciler) ManagedByName(ctx context.Context, widget *myv1.Widget) error {
	return helpers.UpdateWidgetIfChanged(ctx, r.Client, widget, r.finish)
}

func (r *Reconciler) finish(latest *myv1.Widget) (bool, error) {
	old := latest.Status.DeepCopy()
	latest.Status.Phase = myv1.PhaseReady
	return !equality.Semantic.DeepEqual(old, latest.Status), nil // want statusguard:"never equal"
}

// statusManager is a manager that cannot be seen into.
type statusManager interface {
	AtomicStatusUpdate(ctx context.Context, obj client.Object, fn func() error) error
}

// Unseen compares before it asks the manager.
func Unseen(ctx context.Context, m statusManager, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if reflect.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
		return nil
	}
	return m.AtomicStatusUpdate(ctx, widget, func() error {
		widget.Status = *status
		return nil
	})
}

// Counted hands the answer to what only counts.
func (r *Reconciler) Counted(ctx context.Context, widgets []*myv1.Widget, status *myv1.WidgetStatus) error {
	n := count(widgets, func(widget *myv1.Widget) bool { return reflect.DeepEqual(widget.Status, status) })
	logf.FromContext(ctx).Info("compared", "equal", n)
	return r.write(ctx, widgets[0], status)
}

func count(widgets []*myv1.Widget, is func(*myv1.Widget) bool) int {
	n := 0
	for _, widget := range widgets {
		if is(widget) {
			n++
		}
	}
	return n
}

// source finds widgets.
type source interface {
	Newest(ctx context.Context) (*myv1.Widget, error)
}

// Nameless writes inside of the retry what has no name outside of it.
func (r *Reconciler) Nameless(ctx context.Context, s source, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if reflect.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
		return nil
	}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		newest, err := s.Newest(ctx)
		if err != nil {
			return err
		}
		newest.Status = *status
		return r.Status().Update(ctx, newest)
	})
}

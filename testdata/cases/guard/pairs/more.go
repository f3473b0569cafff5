package pairs

import (
	"context"
	"reflect"
	"slices"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/equality"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/guard/api"
)

// GoCmp would panic where the types agree, had they unexported fields.
func (r *Reconciler) GoCmp(ctx context.Context, widget *myv1.Widget) error {
	base, old := widget.DeepCopy(), widget.Status.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if cmp.Equal(widget.Status, old) { // want statusguard:"never equal"
		return nil
	}
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// NoAddress compares the result of a call with a pointer that may be nil.
func (r *Reconciler) NoAddress(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if reflect.DeepEqual(statusOf(widget), status) { // want statusguard:"never equal"
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func statusOf(widget *myv1.Widget) myv1.WidgetStatus { return widget.Status }

// Boxed compares interface variables.
func (r *Reconciler) Boxed(ctx context.Context, widget *myv1.Widget) error {
	var have, want any = widget.Status, widget.Status.DeepCopy()
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if reflect.DeepEqual(have, want) { // want statusguard:"never equal"
		return nil
	}
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// OwnAddress would compare the status with itself.
func (r *Reconciler) OwnAddress(ctx context.Context, widget *myv1.Widget) error {
	base, old := widget.DeepCopy(), &widget.Status
	widget.Status.Phase = myv1.PhaseReady
	if reflect.DeepEqual(widget.Status, old) { // want statusguard:"never equal"
		return nil
	}
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// UsedElsewhere changes the object by the other name too.
func (r *Reconciler) UsedElsewhere(ctx context.Context, plan *api.Plan) error {
	base, old := plan.DeepCopy(), plan
	old.Status.Phase = myv1.PhaseReady
	if reflect.DeepEqual(old.Status, plan.Status) { // want statusguard:"alias"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Operator compares the pointers, of which no two are the same.
func (r *Reconciler) Operator(ctx context.Context, plan *api.Plan) error {
	base, old := plan.DeepCopy(), plan
	plan.Status.Phase = myv1.PhaseReady
	if old == plan { // want statusguard:"alias"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Unchanged compares with a copy before anything is changed.
func (r *Reconciler) Unchanged(ctx context.Context, plan *api.Plan) error {
	base, old := plan.DeepCopy(), plan.Status
	if reflect.DeepEqual(old, plan.Status) { // want statusguard:"alias"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// NoMethod copies a list, which has no DeepCopy.
func (r *Reconciler) NoMethod(ctx context.Context, plan *api.Plan) error {
	base, old := plan.DeepCopy(), plan.Status.Steps
	plan.Status.Steps[0].Phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plan.Status.Steps) { // want statusguard:"shallow"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// BothSides compares one variable with itself.
func (r *Reconciler) BothSides(ctx context.Context, plans []*api.Plan, next *api.Plan) error {
	first := plans[slices.Index(plans, next)]
	if reflect.DeepEqual(first.Status, first.Status) { // want statusguard:"itself"
		return nil
	}
	base := next.DeepCopy()
	next.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, next, client.MergeFrom(base))
}

// Elements compares elements of a list with their copies.
func (r *Reconciler) Elements(ctx context.Context, widgets []myv1.Widget) error {
	for i := range widgets {
		stored := widgets[i].DeepCopy()
		widgets[i].Status.Phase = myv1.PhaseReady
		if !equality.Semantic.DeepEqual(stored, widgets[i]) { // want statusguard:"never equal"
			if err := r.Status().Patch(ctx, &widgets[i], client.MergeFrom(stored)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Late is what was changed before the copy was made: it is written today, and
// would not be.
func (r *Reconciler) Late(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	old := widget.Status.DeepCopy()
	widget.Status.Message = ""
	if equality.Semantic.DeepEqual(old, widget.Status) { // want statusguard:"never equal"
		return nil
	}
	return r.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
}

// Unseen hands the object to code that is not in view, which may have left the
// change as it was.
func (r *Reconciler) Unseen(ctx context.Context, widget *myv1.Widget, look func(*myv1.Widget)) error {
	widget.Status.Phase = myv1.PhaseReady
	look(widget)
	old := widget.Status.DeepCopy()
	widget.Status.Message = ""
	if equality.Semantic.DeepEqual(old, widget.Status) { // want statusguard:"never equal"
		return nil
	}
	return r.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
}

// Decides more than whether to send what is there: today it is always done.
func (r *Reconciler) Decides(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	old := widget.Status.DeepCopy()
	widget.Status.Message = ""
	if !equality.Semantic.DeepEqual(old, widget.Status) { // want statusguard:"never equal"
		widget.Status.Phase = myv1.PhaseReady
		return r.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
	}
	return nil
}

// ByMethod changes the status by a method of it before the copy is made.
func (r *Reconciler) ByMethod(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	widget.Status.SetPhase(myv1.PhaseReady, "")
	old := widget.Status.DeepCopy()
	if !equality.Semantic.DeepEqual(widget.Status, old) { // want statusguard:"never equal"
		return r.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
	}
	return nil
}

// Sent sends all of the object in between: the response has the old status.
func (r *Reconciler) Sent(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	old := widget.Status.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	_ = r.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
	widget.Labels = map[string]string{"app": widget.Name}
	if err := r.Update(ctx, widget); err != nil {
		return err
	}
	if !equality.Semantic.DeepEqual(widget.Status, old) { // want statusguard:"never equal"
		return r.Status().Update(ctx, widget) // want statusmulti:"may have been written before" statusretry:"outside a conflict retry"
	}
	return nil
}

// SentElsewhere does so in a function of its own.
func (r *Reconciler) SentElsewhere(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	old := widget.Status.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if err := r.label(ctx, widget); err != nil { // want statuslost:"overwrites changes"
		return err
	}
	if !equality.Semantic.DeepEqual(widget.Status, old) { // want statusguard:"never equal"
		return r.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
	}
	return nil
}

func (r *Reconciler) label(ctx context.Context, widget *myv1.Widget) error {
	widget.Labels = map[string]string{"app": widget.Name}
	return r.Update(ctx, widget)
}

// Undone takes back in memory what it has written in between.
func (r *Reconciler) Undone(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	old := widget.Status.DeepCopy()
	widget.Status.Message = "working"
	if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"outside a conflict retry"
		return err
	}
	widget.Status.Message = old.Message
	if !equality.Semantic.DeepEqual(widget.Status, old) { // want statusguard:"never equal"
		return r.Status().Update(ctx, widget) // want statusmulti:"always been written before" statusretry:"outside a conflict retry"
	}
	return nil
}

// FromItself would send a patch that is always empty, as its base is no copy either.
func (r *Reconciler) FromItself(ctx context.Context, plan *api.Plan) error {
	base, old := plan, plan
	plan.Status.Phase = myv1.PhaseReady
	if equality.Semantic.DeepEqual(old.Status, plan.Status) { // want statusguard:"alias"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Twice would write twice on one path.
func (r *Reconciler) Twice(ctx context.Context, plan *api.Plan) error {
	base, old := plan.DeepCopy(), plan
	plan.Status.Phase = myv1.PhaseReady
	if equality.Semantic.DeepEqual(old.Status, plan.Status) { // want statusguard:"alias"
		return nil
	}
	if err := r.Status().Patch(ctx, plan, client.MergeFrom(base)); err != nil {
		return err
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

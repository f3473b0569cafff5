// Package aliases: a value compared with what only looks like a copy of it.
package aliases

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/guard/api"
)

// PlanReconciler means to write only what has changed.
type PlanReconciler struct {
	client.Client
	plan *api.Plan
}

func (r *PlanReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	plan := &api.Plan{}
	if err := r.Get(ctx, req.NamespacedName, plan); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := plan.DeepCopy()
	old := plan.Status
	for i, step := range plan.Status.Steps {
		logf.FromContext(ctx).Info("step", "plan", plan.Name, "step", step.Name)
		plan.Status.Steps[i].Phase = myv1.PhaseReady
	}
	if equality.Semantic.DeepEqual(old, plan.Status) { // want statusguard:"^old is compared with an alias of itself, plan.Status, as a shallow copy shares what was changed in place: the change is never written$"
		return ctrl.Result{}, nil
	}
	return ctrl.Result{}, r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Pointer copies the pointer.
func (r *PlanReconciler) Pointer(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan
	plan.Status.Phase = myv1.PhaseReady
	if equality.Semantic.DeepEqual(old.Status, plan.Status) { // want statusguard:"^old.Status is compared with an alias of itself, plan.Status: the change is never written$"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// WholePointer copies the pointer, and compares all of it.
func (r *PlanReconciler) WholePointer(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan
	r.advance(plan)
	if reflect.DeepEqual(old, plan) { // want statusguard:"old is compared with an alias of itself, plan"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

func (r *PlanReconciler) advance(plan *api.Plan) { plan.Status.Phase = myv1.PhaseRunning }

// SamePointer compares the pointers.
func (r *PlanReconciler) SamePointer(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan
	r.advance(plan)
	if old != plan { // want statusguard:"old is compared with an alias of itself, plan: the change is never written$"
		return r.Status().Patch(ctx, plan, client.MergeFrom(base))
	}
	return nil
}

// Address keeps the address of the status.
func (r *PlanReconciler) Address(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := &plan.Status
	r.advance(plan)
	if reflect.DeepEqual(old, &plan.Status) { // want statusguard:"old is compared with an alias of itself, &plan.Status"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Twice is a slip of the pen.
func (r *PlanReconciler) Twice(ctx context.Context, plan, latest *api.Plan) error {
	if equality.Semantic.DeepEqual(plan.Status, plan.Status) { // want statusguard:"^plan.Status is compared with itself: the change is never written$"
		return nil
	}
	base := latest.DeepCopy()
	latest.Status = plan.Status
	return r.Status().Patch(ctx, latest, client.MergeFrom(base))
}

// Two compares two plans.
func (r *PlanReconciler) Two(ctx context.Context, plan, latest *api.Plan) error {
	if equality.Semantic.DeepEqual(plan.Status, latest.Status) {
		return nil
	}
	base := latest.DeepCopy()
	latest.Status = plan.Status
	return r.Status().Patch(ctx, latest, client.MergeFrom(base))
}

// Phases compares one field with itself.
func (r *PlanReconciler) Phases(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan
	plan.Status.Phase = myv1.PhaseReady
	if old.Status.Phase == plan.Status.Phase { // want statusguard:"old.Status.Phase is compared with an alias of itself, plan.Status.Phase"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// PhaseBefore remembers the field.
func (r *PlanReconciler) PhaseBefore(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status.Phase
	plan.Status.Phase = myv1.PhaseReady
	if old == plan.Status.Phase {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Specs compares what is wanted with itself, which guards no change of the status.
func (r *PlanReconciler) Specs(ctx context.Context, plan *api.Plan) error {
	if reflect.DeepEqual(plan.Spec, plan.Spec) {
		return nil
	}
	base := plan.DeepCopy()
	plan.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Map changes an entry of a map.
func (r *PlanReconciler) Map(ctx context.Context, plan *api.Plan, host string) error {
	base := plan.DeepCopy()
	old := plan.Status
	plan.Status.Tries[host]++
	if reflect.DeepEqual(old, plan.Status) { // want statusguard:"old is compared with an alias of itself, plan.Status, as a shallow copy"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Forget removes an entry of a map.
func (r *PlanReconciler) Forget(ctx context.Context, plan *api.Plan, host string) error {
	base := plan.DeepCopy()
	tries := plan.Status.Tries
	delete(plan.Status.Tries, host)
	if reflect.DeepEqual(tries, plan.Status.Tries) { // want statusguard:"tries is compared with an alias of itself, plan.Status.Tries, as a shallow copy"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Nested changes what a pointer in the status points at.
func (r *PlanReconciler) Nested(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	plan.Status.Last.Result = fmt.Sprintf("done on %s", plan.Status.Last.Host)
	if reflect.DeepEqual(old, plan.Status) { // want statusguard:"old is compared with an alias of itself, plan.Status, as a shallow copy"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Dereferenced copies the whole struct.
func (r *PlanReconciler) Dereferenced(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := *plan
	step := &plan.Status.Steps[0]
	step.Phase = myv1.PhaseReady
	if equality.Semantic.DeepEqual(&old.Status, &plan.Status) { // want statusguard:"&old.Status is compared with an alias of itself, &plan.Status, as a shallow copy"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// List remembers the list, and changes its elements by another name.
func (r *PlanReconciler) List(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status.Steps
	steps := plan.Status.Steps
	for i := range steps {
		steps[i].Phase = myv1.PhaseReady
	}
	plan.Status.Phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plan.Status.Steps) { // want statusguard:"old is compared with an alias of itself, plan.Status.Steps, as a shallow copy"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Copied is a real snapshot.
func (r *PlanReconciler) Copied(ctx context.Context, plan *api.Plan) error {
	old := plan.DeepCopy()
	for i := range plan.Status.Steps {
		plan.Status.Steps[i].Phase = myv1.PhaseReady
	}
	if equality.Semantic.DeepEqual(old.Status, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(old))
}

// Cloned is a snapshot of the list.
func (r *PlanReconciler) Cloned(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := slices.Clone(plan.Status.Steps)
	for i := range plan.Status.Steps {
		plan.Status.Steps[i].Phase = myv1.PhaseReady
	}
	if reflect.DeepEqual(old, plan.Status.Steps) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Field assigns a field too, of which the shallow copy has a copy.
func (r *PlanReconciler) Field(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	plan.Status.Steps[0].Phase = myv1.PhaseReady
	plan.Status.Phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Sometimes assigns the field on some paths.
func (r *PlanReconciler) Sometimes(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	for i := range plan.Status.Steps {
		plan.Status.Steps[i].Phase = myv1.PhaseReady
		if plan.Status.Steps[i].Name == "last" {
			plan.Status.Phase = myv1.PhaseReady
		}
	}
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Array assigns an element of an array, which is a part of the struct.
func (r *PlanReconciler) Array(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	plan.Status.First[0] = "done"
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Appended replaces the list.
func (r *PlanReconciler) Appended(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	plan.Status.Steps = append(plan.Status.Steps, api.StepStatus{Name: "next"})
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Replaced replaces the status.
func (r *PlanReconciler) Replaced(ctx context.Context, plan *api.Plan, status api.PlanStatus) error {
	base := plan.DeepCopy()
	old := plan.Status
	plan.Status = status
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Whole replaces the object.
func (r *PlanReconciler) Whole(ctx context.Context, plan *api.Plan, next api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	*plan = next
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Passed passes the object to what may change it.
func (r *PlanReconciler) Passed(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	r.advance(plan)
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Read reads the object again.
func (r *PlanReconciler) Read(ctx context.Context, plan *api.Plan) error {
	old := plan.Status
	if err := r.Get(ctx, client.ObjectKeyFromObject(plan), plan); err != nil {
		return err
	}
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	base := plan.DeepCopy()
	plan.Status.Phase = myv1.PhaseFailed
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Other reads another object.
func (r *PlanReconciler) Other(ctx context.Context, req ctrl.Request) error {
	plan, other := &api.Plan{}, &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, plan); err != nil {
		return err
	}
	base := plan.DeepCopy()
	old := plan.Status
	if err := r.Get(ctx, req.NamespacedName, other); err != nil {
		return err
	}
	plan.Status.Tries["widget"] = int(other.Generation)
	if reflect.DeepEqual(old, plan.Status) { // want statusguard:"old is compared with an alias"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Conditions sets a condition, which may append it.
func (r *PlanReconciler) Conditions(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	old := widget.Status.Conditions
	meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{Type: "Ready", Status: metav1.ConditionTrue, Reason: "Done"})
	if reflect.DeepEqual(old, widget.Status.Conditions) {
		return nil
	}
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Condition changes one where it is.
func (r *PlanReconciler) Condition(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	old := widget.Status.Conditions
	for i := range widget.Status.Conditions {
		widget.Status.Conditions[i].Status = metav1.ConditionTrue
		widget.Status.Conditions[i].LastTransitionTime = metav1.Now()
	}
	if !equality.Semantic.DeepEqual(old, widget.Status.Conditions) { // want statusguard:"old is compared with an alias"
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

// Literal changes the object in a literal.
func (r *PlanReconciler) Literal(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	func() { plan.Status.Phase = myv1.PhaseReady }()
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// LiteralLater calls the literal by its name.
func (r *PlanReconciler) LiteralLater(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	finish := func() { plan.Status.Phase = myv1.PhaseReady }
	old := plan.Status
	if ctx.Err() == nil {
		finish()
	}
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// scope holds on to the object.
type scope struct{ plan *api.Plan }

func newScope(plan *api.Plan) *scope { return &scope{plan} }

func (s *scope) finish() { s.plan.Status.Phase = myv1.PhaseReady }

// Scoped changes the object by what holds on to it.
func (r *PlanReconciler) Scoped(ctx context.Context, req ctrl.Request) error {
	plan := &api.Plan{}
	if err := r.Get(ctx, req.NamespacedName, plan); err != nil {
		return err
	}
	s := newScope(plan)
	base := plan.DeepCopy()
	old := plan.Status
	s.finish()
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Held changes the object by the receiver, which may know it.
func (r *PlanReconciler) Held(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	r.finish()
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

func (r *PlanReconciler) finish() { r.plan.Status.Phase = myv1.PhaseReady }

// HeldField compares what the receiver holds.
func (r *PlanReconciler) HeldField(ctx context.Context, next *api.Plan) error {
	old := r.plan
	r.plan = next
	if reflect.DeepEqual(old.Status, r.plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, next, client.MergeFrom(old))
}

// OtherName assigns the field by another pointer, which may be the same.
func (r *PlanReconciler) OtherName(ctx context.Context, plan, same *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	same.Status.Phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// OtherType assigns a field of an object of another type.
func (r *PlanReconciler) OtherType(ctx context.Context, plan *api.Plan, widget *myv1.Widget) error {
	base := plan.DeepCopy()
	old := plan.Status
	widget.Status.Phase = myv1.PhaseReady
	plan.Status.Steps[0].Phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plan.Status) { // want statusguard:"old is compared with an alias"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// ByString assigns the field by its address.
func (r *PlanReconciler) ByString(ctx context.Context, plan *api.Plan, phase *string) error {
	base := plan.DeepCopy()
	old := plan.Status
	*phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Waits waits for others, who may change what they share.
func (r *PlanReconciler) Waits(ctx context.Context, plan *api.Plan, done <-chan struct{}) error {
	base := plan.DeepCopy()
	old := plan.Status
	<-done
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Reassigned lets the variable stand for another object.
func (r *PlanReconciler) Reassigned(ctx context.Context, plan, next *api.Plan) error {
	old := plan
	if next != nil {
		plan = next
	}
	if reflect.DeepEqual(old.Status, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(old))
}

// Previous compares each with the one before.
func (r *PlanReconciler) Previous(ctx context.Context, plans []*api.Plan) error {
	var previous api.PlanStatus
	for _, plan := range plans {
		if !reflect.DeepEqual(previous, plan.Status) {
			base := plan.DeepCopy()
			plan.Status.Steps = nil
			if err := r.Status().Patch(ctx, plan, client.MergeFrom(base)); err != nil {
				return err
			}
		}
		previous = plan.Status
	}
	return nil
}

// PreviousElement compares each element with the one before.
func (r *PlanReconciler) PreviousElement(ctx context.Context, plans []api.Plan) error {
	old := plans[0].Status
	for i := range plans {
		if !reflect.DeepEqual(old, plans[i].Status) {
			base := plans[i].DeepCopy()
			plans[i].Status.Steps = nil
			if err := r.Status().Patch(ctx, &plans[i], client.MergeFrom(base)); err != nil {
				return err
			}
		}
		old = plans[i].Status
	}
	return nil
}

// Elements compares an element with its shallow copy.
func (r *PlanReconciler) Elements(ctx context.Context, plans *api.PlanList) error {
	for i := range plans.Items {
		old := plans.Items[i].Status
		base := plans.Items[i].DeepCopy()
		for k := range plans.Items[i].Status.Steps {
			plans.Items[i].Status.Steps[k].Phase = myv1.PhaseReady
		}
		if !reflect.DeepEqual(old, plans.Items[i].Status) { // want statusguard:"old is compared with an alias of itself, plans.Items\\[i\\].Status"
			if err := r.Status().Patch(ctx, &plans.Items[i], client.MergeFrom(base)); err != nil {
				return err
			}
		}
	}
	return nil
}

// OtherElement replaces an element, which may be this one.
func (r *PlanReconciler) OtherElement(ctx context.Context, plans *api.PlanList, i, k int, next api.Plan) error {
	old := plans.Items[i].Status
	plans.Items[k] = next
	base := plans.Items[i].DeepCopy()
	if reflect.DeepEqual(old, plans.Items[i].Status) {
		return nil
	}
	return r.Status().Patch(ctx, &plans.Items[i], client.MergeFrom(base))
}

// Again compares on each turn what was changed on the last.
func (r *PlanReconciler) Again(ctx context.Context, plan *api.Plan) error {
	old := plan.Status
	for range 3 {
		base := plan.DeepCopy()
		if !reflect.DeepEqual(old, plan.Status) {
			return r.Status().Patch(ctx, plan, client.MergeFrom(base)) // want statuslost:"base of this patch was copied when the status of plan had changed"
		}
		plan.Status.Phase = myv1.PhaseReady
	}
	return nil
}

// Deferred compares when the function returns.
func (r *PlanReconciler) Deferred(ctx context.Context, plan *api.Plan) (err error) {
	base := plan.DeepCopy()
	old := plan.Status
	defer func() {
		if !reflect.DeepEqual(old, plan.Status) {
			err = r.Status().Patch(ctx, plan, client.MergeFrom(base))
		}
	}()
	r.advance(plan)
	return nil
}

// DeferredPointer compares when the function returns what is the same by then too.
func (r *PlanReconciler) DeferredPointer(ctx context.Context, plan *api.Plan) (err error) {
	base := plan.DeepCopy()
	old := plan
	defer func() {
		if !reflect.DeepEqual(old, plan) { // want statusguard:"old is compared with an alias of itself, plan"
			err = r.Status().Patch(ctx, plan, client.MergeFrom(base))
		}
	}()
	r.advance(plan)
	return nil
}

// LateOld is given its value after the literal that compares was made.
func (r *PlanReconciler) LateOld(ctx context.Context, plan, next *api.Plan) error {
	var old *api.Plan
	unchanged := func() bool { return reflect.DeepEqual(old, plan) }
	if unchanged() {
		return nil
	}
	old = plan
	base := next.DeepCopy()
	next.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, next, client.MergeFrom(base))
}

// Local holds the object in a variable of its own.
func (r *PlanReconciler) Local(ctx context.Context, req ctrl.Request) error {
	var plan api.Plan
	if err := r.Get(ctx, req.NamespacedName, &plan); err != nil {
		return err
	}
	base := plan.DeepCopy()
	old := plan.Status
	plan.Status.Last.Result = "done"
	if reflect.DeepEqual(old, plan.Status) { // want statusguard:"old is compared with an alias of itself, plan.Status, as a shallow copy"
		return nil
	}
	return r.Status().Patch(ctx, &plan, client.MergeFrom(base))
}

// OldChanged changes the copy.
func (r *PlanReconciler) OldChanged(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	old.Phase = ""
	plan.Status.Steps[0].Phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Part compares a part of the list.
func (r *PlanReconciler) Part(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status.Steps[1:]
	plan.Status.Steps[0].Phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plan.Status.Steps[:1]) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Inverted writes if the two are the same, as they are.
func (r *PlanReconciler) Inverted(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan
	plan.Status.Phase = myv1.PhaseReady
	if reflect.DeepEqual(old.Status, plan.Status) { // want statusguard:"alias of itself, plan.Status: every reconcile writes$"
		return r.Status().Patch(ctx, plan, client.MergeFrom(base))
	}
	return nil
}

// Logged compares for a line of the log.
func (r *PlanReconciler) Logged(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan
	plan.Status.Phase = myv1.PhaseReady
	if reflect.DeepEqual(old.Status, plan.Status) {
		logf.FromContext(ctx).Info("nothing changed")
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Getters reads the object by its getters.
func (r *PlanReconciler) Getters(ctx context.Context, plan *api.Plan, widget *myv1.Widget) error {
	base := plan.DeepCopy()
	old := plan.Status
	if plan.GetName() != "" && meta.IsStatusConditionTrue(widget.Status.Conditions, "Ready") {
		plan.Status.Steps[0].Phase = myv1.PhaseReady
	}
	if reflect.DeepEqual(old, plan.Status) { // want statusguard:"old is compared with an alias of itself"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Paused calls what is given nothing that leads to the object.
func (r *PlanReconciler) Paused(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	plan.Status.Steps[0].Phase = myv1.PhaseReady
	pause(ctx, plan.Name)
	if reflect.DeepEqual(old, plan.Status) { // want statusguard:"old is compared with an alias of itself"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

func pause(ctx context.Context, name string) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(len(name)) * time.Second):
	}
}

// Selects waits for others, who may change what they share.
func (r *PlanReconciler) Selects(ctx context.Context, plan *api.Plan, done, failed <-chan struct{}) error {
	base := plan.DeepCopy()
	old := plan.Status
	select {
	case <-done:
	case <-failed:
	}
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Sends hands over to others, who may change what they share.
func (r *PlanReconciler) Sends(ctx context.Context, plan *api.Plan, next chan<- struct{}) error {
	base := plan.DeepCopy()
	old := plan.Status
	next <- struct{}{}
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// LocalOther assigns a field of another object than its own.
func (r *PlanReconciler) LocalOther(ctx context.Context, req ctrl.Request, other *api.Plan) error {
	var plan api.Plan
	if err := r.Get(ctx, req.NamespacedName, &plan); err != nil {
		return err
	}
	base := plan.DeepCopy()
	old := plan.Status
	other.Status.Phase = myv1.PhaseReady
	plan.Status.Steps[0].Phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plan.Status) { // want statusguard:"old is compared with an alias of itself"
		return nil
	}
	return r.Status().Patch(ctx, &plan, client.MergeFrom(base))
}

// LocalScoped assigns a field of its object by what holds on to it.
func (r *PlanReconciler) LocalScoped(ctx context.Context, req ctrl.Request) error {
	var plan api.Plan
	if err := r.Get(ctx, req.NamespacedName, &plan); err != nil {
		return err
	}
	s := newScope(&plan)
	base := plan.DeepCopy()
	old := plan.Status
	s.plan.Status.Phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, &plan, client.MergeFrom(base))
}

// LocalUnrelated calls what does not know its object.
func (r *PlanReconciler) LocalUnrelated(ctx context.Context, req ctrl.Request) error {
	var plan api.Plan
	if err := r.Get(ctx, req.NamespacedName, &plan); err != nil {
		return err
	}
	base := plan.DeepCopy()
	old := plan.Status
	r.finish()
	plan.Status.Steps[0].Phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plan.Status) { // want statusguard:"old is compared with an alias of itself"
		return nil
	}
	return r.Status().Patch(ctx, &plan, client.MergeFrom(base))
}

// OtherConstant changes another element than it compares.
func (r *PlanReconciler) OtherConstant(ctx context.Context, plans *api.PlanList) error {
	base := plans.Items[0].DeepCopy()
	old := plans.Items[0].Status
	plans.Items[1].Status.Phase = myv1.PhaseReady
	if reflect.DeepEqual(old, plans.Items[0].Status) { // want statusguard:"old is compared with an alias of itself"
		return nil
	}
	return r.Status().Patch(ctx, &plans.Items[0], client.MergeFrom(base))
}

// TwoElements compares two elements.
func (r *PlanReconciler) TwoElements(ctx context.Context, plans *api.PlanList) error {
	base := plans.Items[0].DeepCopy()
	if reflect.DeepEqual(plans.Items[1].Status, plans.Items[0].Status) {
		return nil
	}
	return r.Status().Patch(ctx, &plans.Items[0], client.MergeFrom(base))
}

// Parts compares two parts of one list.
func (r *PlanReconciler) Parts(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	if reflect.DeepEqual(plan.Status.Steps[1:], plan.Status.Steps[:1]) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Mutated calls a function that it is given.
func (r *PlanReconciler) Mutated(ctx context.Context, plan *api.Plan, mutate func()) error {
	base := plan.DeepCopy()
	old := plan.Status
	mutate()
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// LocalScope compares by way of what holds the object, which others know too.
func (r *PlanReconciler) LocalScope(ctx context.Context, plan *api.Plan) error {
	s := &scope{plan: plan}
	base := plan.DeepCopy()
	old := s.plan.Status
	r.finish()
	if reflect.DeepEqual(old, s.plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// ByReference lets others set the variable.
func (r *PlanReconciler) ByReference(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan
	if err := r.remembered(ctx, &old); err != nil {
		return err
	}
	if reflect.DeepEqual(old, plan) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

func (r *PlanReconciler) remembered(ctx context.Context, plan **api.Plan) error {
	*plan = r.plan
	return ctx.Err()
}

// Polls changes the object in a literal that others call.
func (r *PlanReconciler) Polls(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	old := plan.Status
	err := wait.PollUntilContextCancel(ctx, time.Second, true, func(context.Context) (bool, error) {
		plan.Status.Phase = myv1.PhaseReady
		return true, nil
	})
	if err != nil {
		return err
	}
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// Decodes fills in the status.
func (r *PlanReconciler) Decodes(ctx context.Context, plan *api.Plan, data []byte) error {
	base := plan.DeepCopy()
	old := plan.Status
	if err := json.Unmarshal(data, &plan.Status); err != nil {
		return err
	}
	if reflect.DeepEqual(old, plan.Status) {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// TwoNames sets one of two names on some paths, and another reads it in a literal.
func (r *PlanReconciler) TwoNames(ctx context.Context, plan, next *api.Plan) error {
	base := plan.DeepCopy()
	old := plan
	if next != nil {
		old = next
	}
	unchanged := func() bool { return reflect.DeepEqual(old, plan) }
	if unchanged() {
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// ByMethod writes in a method that it calls.
func (r *PlanReconciler) ByMethod(ctx context.Context, plan *api.Plan) error {
	old := plan
	if old != plan { // want statusguard:"old is compared with an alias of itself, plan"
		return r.write(ctx, plan)
	}
	return nil
}

func (r *PlanReconciler) write(ctx context.Context, plan *api.Plan) error {
	base := plan.DeepCopy()
	plan.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

// OtherRead reads another object, and nothing of its own.
func (r *PlanReconciler) OtherRead(ctx context.Context, plan *api.Plan, widget *myv1.Widget) error {
	base := plan.DeepCopy()
	old := plan.Status
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
		return err
	}
	plan.Status.Tries[widget.Name]++
	if reflect.DeepEqual(old, plan.Status) { // want statusguard:"old is compared with an alias of itself"
		return nil
	}
	return r.Status().Patch(ctx, plan, client.MergeFrom(base))
}

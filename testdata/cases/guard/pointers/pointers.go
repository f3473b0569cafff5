// Package pointers: a value compared with a pointer to one.
package pointers

import (
	"context"
	"reflect"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/conversion"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// WidgetReconciler means to write only what has changed.
type WidgetReconciler struct {
	client.Client
}

func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := widget.DeepCopy()
	old := widget.Status.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	widget.Status.ObservedGeneration = widget.Generation
	if equality.Semantic.DeepEqual(widget.Status, old) { // want statusguard:"^widget.Status and old are never equal, as old is a pointer: every reconcile writes$"
		return ctrl.Result{}, nil
	}
	return ctrl.Result{}, r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// ByAddress compares two pointers.
func (r *WidgetReconciler) ByAddress(ctx context.Context, widget *myv1.Widget) error {
	base, old := widget.DeepCopy(), widget.Status.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if equality.Semantic.DeepEqual(&widget.Status, old) {
		return nil
	}
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// ByValue compares two values.
func (r *WidgetReconciler) ByValue(ctx context.Context, widget *myv1.Widget) error {
	base, old := widget.DeepCopy(), widget.Status.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if equality.Semantic.DeepEqual(widget.Status, *old) {
		return nil
	}
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Reflect is handed the new status by its caller.
func (r *WidgetReconciler) Reflect(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if reflect.DeepEqual(status, widget.Status) { // want statusguard:"status and widget.Status are never equal, as status is a pointer"
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// GoCmp compares with go-cmp.
func (r *WidgetReconciler) GoCmp(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if cmp.Equal(widget.Status, status) { // want statusguard:"widget.Status and status are never equal"
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// GoCmpOptions leaves out what it does not care for.
func (r *WidgetReconciler) GoCmpOptions(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if cmp.Equal(widget.Status, status, cmpopts.EquateEmpty()) { // want statusguard:"widget.Status and status are never equal"
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// GoCmpComparer has a comparison of its own for any two values.
func (r *WidgetReconciler) GoCmpComparer(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	phases := cmp.Comparer(func(x, y any) bool { return phaseOf(x) == phaseOf(y) })
	if cmp.Equal(widget.Status, status, phases) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func phaseOf(x any) string {
	switch x := x.(type) {
	case myv1.WidgetStatus:
		return x.Phase
	case *myv1.WidgetStatus:
		return x.Phase
	}
	return ""
}

// times compares as Semantic does, but for times.
var times = conversion.EqualitiesOrDie(func(a, b metav1.Time) bool { return true })

// OwnEqualities compares with equalities of its own.
func (r *WidgetReconciler) OwnEqualities(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if times.DeepEqual(widget.Status, status) { // want statusguard:"widget.Status and status are never equal"
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// statuses has a method of that name that takes both.
type statuses struct{}

func (statuses) DeepEqual(a, b any) bool { return phaseOf(a) == phaseOf(b) }

// OwnMethod compares with a method that only has the name.
func (r *WidgetReconciler) OwnMethod(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if (statuses{}).DeepEqual(widget.Status, status) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Derivative takes an unset field for one that may be anything.
func (r *WidgetReconciler) Derivative(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if equality.Semantic.DeepDerivative(widget.Status, status) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Elements compares whole objects, one of which is an element of a list.
func (r *WidgetReconciler) Elements(ctx context.Context, widgets []myv1.Widget, failed map[string]error) error {
	for i := range widgets {
		stored := widgets[i].DeepCopy()
		widgets[i].Status.Message = ""
		if err, ok := failed[widgets[i].Name]; ok {
			widgets[i].Status.Message = err.Error()
		}
		if !equality.Semantic.DeepEqual(stored, widgets[i]) { // want statusguard:"stored and widgets\\[i\\] are never equal, as stored is a pointer"
			if err := r.Status().Patch(ctx, &widgets[i], client.MergeFrom(stored)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Whole guards a write of the whole object, in which the status may be too.
func (r *WidgetReconciler) Whole(ctx context.Context, widgets *myv1.WidgetList) error {
	for i := range widgets.Items {
		before := widgets.Items[i]
		after := upgraded(before)
		if !reflect.DeepEqual(after, before) { // want statusguard:"after and before are never equal, as after is a pointer"
			if err := r.Update(ctx, after); err != nil {
				continue
			}
		}
	}
	return nil
}

func upgraded(widget myv1.Widget) *myv1.Widget {
	after := widget.DeepCopy()
	if after.Spec.Replicas == 0 {
		after.Spec.Replicas = 1
	}
	return after
}

// Spec compares what is wanted, which is no status.
func (r *WidgetReconciler) Spec(ctx context.Context, widget *myv1.Widget, spec *myv1.WidgetSpec) error {
	if reflect.DeepEqual(widget.Spec, spec) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhasePending
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Partial compares a part of a status, of a type that others use too.
func (r *WidgetReconciler) Partial(ctx context.Context, widget *myv1.Widget, conditions *[]metav1.Condition) error {
	if reflect.DeepEqual(widget.Status.Conditions, conditions) { // want statusguard:"widget.Status.Conditions and conditions are never equal"
		return nil
	}
	base := widget.DeepCopy()
	widget.Status.Conditions = *conditions
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Ports compares a slice of the spec with a pointer to one.
func (r *WidgetReconciler) Ports(ctx context.Context, widget *myv1.Widget, steps *[]string) error {
	if reflect.DeepEqual(widget.Spec.Steps, steps) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhasePending
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// BuiltIn compares the status of a type of the API server's own.
func (r *WidgetReconciler) BuiltIn(ctx context.Context, pod *corev1.Pod, status *corev1.PodStatus) error {
	if equality.Semantic.DeepEqual(pod.Status, status) { // want statusguard:"pod.Status and status are never equal"
		return nil
	}
	base := pod.DeepCopy()
	pod.Status = *status
	return r.Status().Patch(ctx, pod, client.MergeFrom(base))
}

// Template compares a struct of the built-in types that is in no status.
func (r *WidgetReconciler) Template(ctx context.Context, widget *myv1.Widget, have corev1.PodTemplateSpec, want *corev1.PodTemplateSpec) error {
	if equality.Semantic.DeepEqual(have, want) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhasePending
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Boxed keeps both in interface variables, of one type each.
func (r *WidgetReconciler) Boxed(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	var have any = widget.Status
	var want any = status
	if status.Phase == "" {
		want = widget.Status.DeepCopy()
	}
	if reflect.DeepEqual(have, want) { // want statusguard:"have and want are never equal, as want is a pointer"
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Either keeps a value or a pointer in the variable.
func (r *WidgetReconciler) Either(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	var want any = status
	if status.Phase == "" {
		want = widget.Status
	}
	if reflect.DeepEqual(widget.Status, want) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// EitherWay begins with the value.
func (r *WidgetReconciler) EitherWay(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	var want any = widget.Status
	if status != nil {
		want = status
	}
	if reflect.DeepEqual(widget.Status, want) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Condition compares a copy of one condition, which is of a type that others
// use too.
func (r *WidgetReconciler) Condition(ctx context.Context, widget *myv1.Widget, ready metav1.Condition) error {
	base, old := widget.DeepCopy(), widget.Status.Conditions[0].DeepCopy()
	if reflect.DeepEqual(old, ready) { // want statusguard:"old and ready are never equal"
		return nil
	}
	widget.Status.Conditions[0] = ready
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Captured compares in a literal what is kept in a variable outside.
func (r *WidgetReconciler) Captured(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	var want any = status
	return retryOnce(func() error {
		if reflect.DeepEqual(widget.Status, want) { // want statusguard:"widget.Status and want are never equal"
			return nil
		}
		base := widget.DeepCopy()
		widget.Status = *status
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	})
}

func retryOnce(fn func() error) error {
	if err := fn(); err != nil {
		return fn()
	}
	return nil
}

// Generic compares two of one type, whatever it is.
func Generic[T client.Object](ctx context.Context, c client.Client, have, want T) error {
	if equality.Semantic.DeepEqual(have, want) {
		return nil
	}
	return c.Status().Patch(ctx, want, client.MergeFrom(have))
}

// GenericPointer compares a value with a pointer to one, whatever it is.
func GenericPointer[T any, P interface {
	*T
	client.Object
}](ctx context.Context, c client.Client, have, want P) error {
	if equality.Semantic.DeepEqual(*have, *want) {
		return nil
	}
	return c.Status().Patch(ctx, want, client.MergeFrom(have))
}

// AnyTwo is given anything.
func (r *WidgetReconciler) AnyTwo(ctx context.Context, widget *myv1.Widget, have, want any) error {
	if equality.Semantic.DeepEqual(have, want) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhasePending
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// ByOwnName compares by a function that compares anything.
func (r *WidgetReconciler) ByOwnName(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if equal(widget.Status, status) { // want statusguard:"widget.Status and status are never equal"
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// ByOwnNameRight gives it two of one type.
func (r *WidgetReconciler) ByOwnNameRight(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if equal(&widget.Status, status) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func equal(a, b any) bool { return equality.Semantic.DeepEqual(a, b) }

// ByContents compares what two pointers lead to.
func (r *WidgetReconciler) ByContents(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if equalContents(&widget.Status, status) {
		return nil
	}
	base := widget.DeepCopy()
	widget.Status = *status
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func equalContents(a, b any) bool {
	return reflect.DeepEqual(reflect.Indirect(reflect.ValueOf(a)).Interface(), reflect.Indirect(reflect.ValueOf(b)).Interface())
}

// Inverted writes only what did not change.
func (r *WidgetReconciler) Inverted(ctx context.Context, widget *myv1.Widget, status *myv1.WidgetStatus) error {
	if reflect.DeepEqual(widget.Status, status) { // want statusguard:"never equal, as status is a pointer: nothing is ever written$"
		base := widget.DeepCopy()
		widget.Status.Message = "unchanged"
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return nil
}

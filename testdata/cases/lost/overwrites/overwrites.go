// Package overwrites: changes of a status that something overwrites in memory
// before they are written.
package overwrites

import (
	"bytes"
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/util/retry"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/clientset"
	"example.com/cases/helpers"
)

const finalizer = "my.example.com/cleanup"

type WidgetReconciler struct {
	client.Client
	widgets clientset.WidgetInterface
	notify  func(*myv1.Widget)
	audit   Auditor
	events  events.EventRecorder
}

// Auditor may do anything with what it gets.
type Auditor interface {
	Record(ctx context.Context, widget *myv1.Widget)
}

func ready(widget *myv1.Widget) metav1.Condition {
	return metav1.Condition{Type: "Ready", Status: metav1.ConditionTrue, Reason: "Done", ObservedGeneration: widget.Generation}
}

// ReadAgain sets a condition, and reads over it.
func (r *WidgetReconciler) ReadAgain(ctx context.Context, req ctrl.Request, widget *myv1.Widget) error {
	meta.SetStatusCondition(&widget.Status.Conditions, ready(widget))
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil { // want statuslost:`overwrites changes to the status of widget that were not written \(Status.Conditions\[…\]\)`
		return err
	}
	return nil
}

// UpdateFirst adds a finalizer after the condition.
func (r *WidgetReconciler) UpdateFirst(ctx context.Context, widget *myv1.Widget) error {
	meta.SetStatusCondition(&widget.Status.Conditions, ready(widget))
	if controllerutil.AddFinalizer(widget, finalizer) {
		if err := r.Update(ctx, widget); err != nil { // want statuslost:"overwrites changes to the status of widget"
			return err
		}
	}
	return r.Status().Patch(ctx, widget, client.Merge)
}

// PatchFirst patches an annotation after the phase.
func (r *WidgetReconciler) PatchFirst(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	widget.Annotations = map[string]string{"checked": "true"}
	return r.Patch(ctx, widget, client.MergeFrom(base)) // want statuslost:"overwrites changes to the status of widget that were not written .Status.Phase."
}

// CreateWithStatus loses what the API server does not take.
func (r *WidgetReconciler) CreateWithStatus(ctx context.Context, name string) error {
	widget := &myv1.Widget{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"}}
	widget.Status.Phase = myv1.PhasePending
	return r.Create(ctx, widget) // want statuslost:"overwrites changes to the status of widget"
}

// Manager changes before a manager reads again.
func (r *WidgetReconciler) Manager(ctx context.Context, m *helpers.Manager, widget *myv1.Widget) error {
	widget.Status.Attempts++
	return m.AtomicStatusUpdate(ctx, widget, func() error { // want statuslost:"overwrites changes to the status of widget that were not written .Status.Attempts."
		widget.Status.Phase = myv1.PhaseReady
		return nil
	})
}

// FixedManager passes one of two changes on.
func (r *WidgetReconciler) FixedManager(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Attempts++
	return helpers.SetWidgetPhase(ctx, r.Client, widget, myv1.PhaseReady, "done") // want statuslost:"Status.Attempts"
}

// InHelper changes in a helper what the next one overwrites.
func (r *WidgetReconciler) InHelper(ctx context.Context, widget *myv1.Widget) error {
	helpers.SetPhase(widget, myv1.PhaseReady)
	return r.label(ctx, widget) // want statuslost:"overwrites changes to the status of widget that were not written .Status.Attempts, Status.Phase."
}

func (r *WidgetReconciler) label(ctx context.Context, widget *myv1.Widget) error {
	widget.Labels = map[string]string{"phase": "ready"}
	return r.Update(ctx, widget)
}

// ConditionThroughHelper tells conditions apart by what the helper is given.
func (r *WidgetReconciler) ConditionThroughHelper(ctx context.Context, m *helpers.Manager, widget *myv1.Widget) error {
	setCondition(widget, "Checked")
	return m.AtomicStatusUpdate(ctx, widget, func() error { // want statuslost:`Status.Conditions\["Checked"\]`
		setCondition(widget, "Ready")
		return nil
	})
}

// SameConditionAgain sets the same one in the callback.
func (r *WidgetReconciler) SameConditionAgain(ctx context.Context, m *helpers.Manager, widget *myv1.Widget) error {
	setCondition(widget, "Ready")
	return m.AtomicStatusUpdate(ctx, widget, func() error {
		setCondition(widget, "Ready")
		return nil
	})
}

func setCondition(widget *myv1.Widget, name string) {
	meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{Type: name, Status: metav1.ConditionTrue, Reason: name})
}

// NotPutBack keeps a copy that nobody writes.
func (r *WidgetReconciler) NotPutBack(ctx context.Context, widget *myv1.Widget) (*myv1.WidgetStatus, error) {
	widget.Status.Phase = myv1.PhaseReady
	before := widget.Status.DeepCopy()
	if err := r.Update(ctx, widget); err != nil { // want statuslost:"Status.Phase"
		return nil, err
	}
	return before, nil
}

// PutBack writes the copy back.
func (r *WidgetReconciler) PutBack(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	status := widget.Status
	if err := r.Update(ctx, widget); err != nil {
		return err
	}
	widget.Status = status
	return helpers.UpdateStatus(ctx, r.Client, widget) // want statusretry:"widget"
}

// CopyWritten writes a copy of the object.
func (r *WidgetReconciler) CopyWritten(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	changed := widget.DeepCopy()
	if err := r.Update(ctx, widget); err != nil {
		return err
	}
	return r.Status().Patch(ctx, changed, client.MergeFrom(base))
}

// Fresh puts the status into an object that was just read.
func (r *WidgetReconciler) Fresh(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	fresh := &myv1.Widget{}
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), fresh); err != nil {
		return err
	}
	base := fresh.DeepCopy()
	fresh.Status = widget.Status
	if err := r.Status().Patch(ctx, fresh, client.MergeFrom(base)); err != nil {
		return err
	}
	return r.Update(ctx, widget)
}

// Anew makes the change again after the read.
func (r *WidgetReconciler) Anew(ctx context.Context, req ctrl.Request, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.Merge)
}

// Written writes first.
func (r *WidgetReconciler) Written(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Patch(ctx, widget, client.Merge); err != nil {
		return err
	}
	return r.Update(ctx, widget)
}

// Attempted goes on after a write that failed.
func (r *WidgetReconciler) Attempted(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	_ = r.Status().Patch(ctx, widget, client.Merge)
	return r.Update(ctx, widget)
}

// Failed says so in the callback, in place of what was to be.
func (r *WidgetReconciler) Failed(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	widget.Status.Attempts++
	return helpers.SetWidgetPhase(ctx, r.Client, widget, myv1.PhaseFailed, "failed")
}

// OnlyErrors are left by the path that loses the change.
func (r *WidgetReconciler) OnlyErrors(ctx context.Context, req ctrl.Request, widget *myv1.Widget, check func() error) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	if err := check(); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.Merge)
}

// Unseen hands the object to code that cannot be seen.
func (r *WidgetReconciler) Unseen(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	r.audit.Record(ctx, widget)
	return r.Update(ctx, widget)
}

// FuncField calls a function that is not known.
func (r *WidgetReconciler) FuncField(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	r.notify(widget)
	return r.Update(ctx, widget)
}

// Typed clients return the object.
func (r *WidgetReconciler) Typed(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	updated, err := r.widgets.Update(ctx, widget, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	updated.Status = widget.Status
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		latest, err := r.widgets.Get(ctx, updated.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		latest.Status.Message = updated.Status.Message
		_, err = r.widgets.UpdateStatus(ctx, latest, metav1.UpdateOptions{})
		return err
	})
}

// Deleted has no use for its status.
func (r *WidgetReconciler) Deleted(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if !widget.DeletionTimestamp.IsZero() {
		controllerutil.RemoveFinalizer(widget, finalizer)
		return r.Update(ctx, widget)
	}
	return r.Status().Patch(ctx, widget, client.Merge)
}

// ReleasedAndWritten removes the finalizer, and goes on to what is done for all,
// where there are more paths than the analysis keeps apart.
func (r *WidgetReconciler) ReleasedAndWritten(ctx context.Context, req ctrl.Request) error {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	if len(widget.Spec.Steps) > 0 {
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: widget.Spec.Steps[0]})
	}
	if len(widget.Spec.Steps) > 1 {
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: widget.Spec.Steps[1]})
	}
	if len(widget.Spec.Steps) > 2 {
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: widget.Spec.Steps[2]})
	}
	if len(widget.Spec.Steps) > 3 {
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: widget.Spec.Steps[3]})
	}
	if len(widget.Spec.Steps) > 4 {
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: widget.Spec.Steps[4]})
	}
	if len(widget.Spec.Steps) > 5 {
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: widget.Spec.Steps[5]})
	}
	if len(widget.Spec.Steps) > 6 {
		widget.Status.Steps = append(widget.Status.Steps, myv1.StepStatus{Name: widget.Spec.Steps[6]})
	}
	widget.Status.Message = ""
	if !widget.DeletionTimestamp.IsZero() {
		if controllerutil.RemoveFinalizer(widget, "example.com/widget") {
			if err := r.Update(ctx, widget); err != nil {
				return err
			}
		}
	}
	for _, step := range widget.Spec.Steps {
		if step == "" {
			return nil
		}
	}
	return r.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
}

// Allocates makes room, which is no change.
func (r *WidgetReconciler) Allocates(ctx context.Context, widget *myv1.Widget) error {
	if widget.Status.Steps == nil {
		widget.Status.Steps = []myv1.StepStatus{}
	}
	if widget.Status.Conditions == nil {
		widget.Status.Conditions = make([]metav1.Condition, 0)
	}
	return r.Update(ctx, widget)
}

// SameValue stores what is there.
func (r *WidgetReconciler) SameValue(ctx context.Context, widget *myv1.Widget) error {
	if widget.Status.Phase == myv1.PhaseReady {
		widget.Status.Phase = myv1.PhaseReady
	}
	return r.Update(ctx, widget)
}

// Restored takes the change back.
func (r *WidgetReconciler) Restored(ctx context.Context, widget *myv1.Widget) error {
	phase := widget.Status.Phase
	widget.Status.Phase = myv1.PhasePending
	if phase == myv1.PhaseReady {
		widget.Status.Phase = phase
		return r.Update(ctx, widget)
	}
	return r.Status().Patch(ctx, widget, client.Merge)
}

// Unchanged is told that the condition was there.
func (r *WidgetReconciler) Unchanged(ctx context.Context, widget *myv1.Widget) error {
	if meta.SetStatusCondition(&widget.Status.Conditions, ready(widget)) {
		return r.Status().Patch(ctx, widget, client.Merge)
	}
	return r.Update(ctx, widget)
}

// update is a manager that leaves out the write where nothing has changed.
func (r *WidgetReconciler) update(ctx context.Context, widget *myv1.Widget, change func() error) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
			return err
		}
		before := widget.DeepCopy()
		if err := change(); err != nil {
			return err
		}
		if equality.Semantic.DeepEqual(before, widget) {
			return nil
		}
		return r.Status().Update(ctx, widget)
	})
}

// Skipped has nothing to lose after it.
func (r *WidgetReconciler) Skipped(ctx context.Context, widget *myv1.Widget) error {
	if err := r.update(ctx, widget, func() error {
		widget.Status.Phase = myv1.PhaseReady
		return nil
	}); err != nil {
		return err
	}
	return r.Update(ctx, widget)
}

// visit calls itself by way of its variable.
func (r *WidgetReconciler) visit(ctx context.Context, widgets []*myv1.Widget) error {
	var next func(i int) error
	next = func(i int) error {
		if i == len(widgets) {
			return nil
		}
		if err := r.Status().Patch(ctx, widgets[i], client.Merge); err != nil {
			return err
		}
		return next(i + 1)
	}
	return next(0)
}

// markReady reads the widget again, and sets the condition.
func (r *WidgetReconciler) markReady(ctx context.Context, widget *myv1.Widget) error {
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
		return err
	}
	setCondition(widget, "Ready")
	return r.Status().Patch(ctx, widget, client.Merge)
}

// SameInHelper sets what the helper sets.
func (r *WidgetReconciler) SameInHelper(ctx context.Context, widget *myv1.Widget) error {
	setCondition(widget, "Ready")
	return r.markReady(ctx, widget)
}

// AnewAfterUpdate sets the same value again.
func (r *WidgetReconciler) AnewAfterUpdate(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Update(ctx, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.Merge)
}

// OwnMethod calls a method of metadata, whatever the object is.
func (r *WidgetReconciler) OwnMethod(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	var object client.Object = widget
	object.SetGeneration(2)
	return r.Update(ctx, widget) // want statuslost:"overwrites changes to the status of widget"
}

// with reads the widget, has it changed, and writes it, without a retry.
func (r *WidgetReconciler) with(ctx context.Context, widget *myv1.Widget, change func()) error {
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), widget); err != nil {
		return err
	}
	change()
	return r.Status().Patch(ctx, widget, client.Merge)
}

// ByHelper has the helper write what its callback changed.
func (r *WidgetReconciler) ByHelper(ctx context.Context, widget *myv1.Widget) error {
	if err := r.with(ctx, widget, func() { widget.Status.Phase = myv1.PhaseReady }); err != nil {
		return err
	}
	return r.Update(ctx, widget)
}

// persist writes the status by way of a fresh object.
func (r *WidgetReconciler) persist(ctx context.Context, widget *myv1.Widget) error {
	fresh := &myv1.Widget{}
	if err := r.Get(ctx, client.ObjectKeyFromObject(widget), fresh); err != nil {
		return err
	}
	fresh.Status = widget.Status
	return r.Status().Patch(ctx, fresh, client.Merge)
}

// Persisted has it written there.
func (r *WidgetReconciler) Persisted(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if err := r.persist(ctx, widget); err != nil {
		return err
	}
	return r.Update(ctx, widget)
}

// Released lets an object go that is being deleted, as its callers have found.
func (r *WidgetReconciler) Released(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	controllerutil.RemoveFinalizer(widget, finalizer)
	return r.Update(ctx, widget)
}

// ReleasedIfHeld does so if nobody has before.
func (r *WidgetReconciler) ReleasedIfHeld(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	if controllerutil.RemoveFinalizer(widget, finalizer) {
		return r.Update(ctx, widget)
	}
	return r.Status().Patch(ctx, widget, client.Merge)
}

// ReleasesAnother lets another object go.
func (r *WidgetReconciler) ReleasesAnother(ctx context.Context, widget, other *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	controllerutil.RemoveFinalizer(other, finalizer)
	if err := r.Update(ctx, other); err != nil {
		return err
	}
	return r.Update(ctx, widget) // want statuslost:"Status.Phase"
}

// AnyCondition may be the one that is set again.
func (r *WidgetReconciler) AnyCondition(ctx context.Context, req ctrl.Request, widget *myv1.Widget) error {
	meta.SetStatusCondition(&widget.Status.Conditions, ready(widget))
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return err
	}
	setCondition(widget, "Ready")
	return r.Status().Patch(ctx, widget, client.Merge)
}

// Recorded only shows the object to an event recorder, and looks at it.
func (r *WidgetReconciler) Recorded(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	r.events.Eventf(widget, nil, corev1.EventTypeNormal, "Ready", "Write", "is ready")
	if owned(widget) {
		return r.Update(ctx, widget) // want statuslost:"Status.Phase"
	}
	return r.Status().Patch(ctx, widget, client.Merge)
}

func owned(widget *myv1.Widget) bool { return bytes.Equal([]byte(widget.Spec.Owner), []byte("me")) }

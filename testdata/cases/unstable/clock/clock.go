// Package clock puts the time in a status.
package clock

import (
	"context"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/unstable/collect"
)

// Reconciler checks something now and then.
type Reconciler struct{ client.Client }

// Overwritten puts a condition in the place of the old one.
func (r *Reconciler) Overwritten(ctx context.Context, w *myv1.Widget, status metav1.ConditionStatus) error {
	ready := metav1.Condition{
		Type:               "Ready",
		Status:             status,
		LastTransitionTime: metav1.Now(), // want statusunstable:"LastTransitionTime is set to the time of each reconcile"
	}
	for i := range w.Status.Conditions {
		if w.Status.Conditions[i].Type == ready.Type {
			w.Status.Conditions[i] = ready
			return r.Status().Update(ctx, w)
		}
	}
	w.Status.Conditions = append(w.Status.Conditions, ready)
	return r.Status().Update(ctx, w)
}

// All makes the list anew.
func (r *Reconciler) All(ctx context.Context, w *myv1.Widget) error {
	w.Status.Conditions = []metav1.Condition{{
		Type:               "Ready",
		LastTransitionTime: metav1.NewTime(time.Now()), // want statusunstable:"LastTransitionTime is set to the time"
	}}
	return r.Status().Update(ctx, w)
}

// Appended is put at the end of the others.
func (r *Reconciler) Appended(ctx context.Context, w *myv1.Widget, ready metav1.Condition) error {
	ready.LastTransitionTime = metav1.Now() // want statusunstable:"LastTransitionTime is set to the time"
	w.Status.Conditions = append(without(w.Status.Conditions, ready.Type), ready)
	return r.Status().Update(ctx, w)
}

func without(conditions []metav1.Condition, kind string) []metav1.Condition {
	var others []metav1.Condition
	for _, c := range conditions {
		if c.Type != kind {
			others = append(others, c)
		}
	}
	return others
}

// Collected is put at the end of a list that begins empty.
func (r *Reconciler) Collected(ctx context.Context, w *myv1.Widget, ready metav1.Condition) error {
	var others []metav1.Condition
	for _, c := range w.Status.Conditions {
		if c.Type != ready.Type {
			others = append(others, c)
		}
	}
	ready.LastTransitionTime = metav1.Now() // want statusunstable:"LastTransitionTime is set to the time"
	w.Status.Conditions = append(others, ready)
	return r.Status().Update(ctx, w)
}

// History is a new entry behind those that are not too old.
func (r *Reconciler) History(ctx context.Context, w *myv1.Widget) error {
	var entries []myv1.StepStatus
	for _, old := range w.Status.Steps {
		if old.Phase != "" {
			entries = append(entries, old)
		}
	}
	w.Status.Steps = append(entries, myv1.StepStatus{Message: time.Now().String()})
	return r.Status().Update(ctx, w)
}

// AppendedOnce is added where there is none.
func (r *Reconciler) AppendedOnce(ctx context.Context, w *myv1.Widget, ready metav1.Condition) error {
	for _, old := range w.Status.Conditions {
		if old.Type == ready.Type {
			return nil
		}
	}
	ready.LastTransitionTime = metav1.Now()
	w.Status.Conditions = append(w.Status.Conditions, ready)
	return r.Status().Update(ctx, w)
}

// AppendedAfter keeps the time while the status is the same.
func (r *Reconciler) AppendedAfter(ctx context.Context, w *myv1.Widget, ready metav1.Condition) error {
	ready.LastTransitionTime = metav1.Now()
	if old := meta.FindStatusCondition(w.Status.Conditions, ready.Type); old != nil && old.Status == ready.Status {
		ready.LastTransitionTime = old.LastTransitionTime
	}
	w.Status.Conditions = append(without(w.Status.Conditions, ready.Type), ready)
	return r.Status().Update(ctx, w)
}

// Stamped says when it was.
func (r *Reconciler) Stamped(ctx context.Context, w *myv1.Widget) error {
	if w.Status.Phase == "" { // a new one
		w.Status.Phase = myv1.PhasePending
		return r.Status().Update(ctx, w)
	}
	r.stamp(w)
	return r.Status().Update(ctx, w)
}

func (r *Reconciler) stamp(w *myv1.Widget) {
	w.Status.Message = "checked " + time.Now().Format(time.RFC3339) // want statusunstable:"Message is set to the time"
}

// Clock has a field that tells the time, which a test can set.
type Clock struct {
	client.Client
	now func() time.Time
}

// Stamped by that clock, and by one of another package.
func (c *Clock) Stamped(ctx context.Context, w *myv1.Widget) error {
	w.Status.Message = c.now().String()         // want statusunstable:"Message is set to the time"
	w.Status.Phase = collect.MetaNow().String() // want statusunstable:"Phase is set to the time"
	return c.Status().Update(ctx, w)
}

// CopiedBack keeps the old time while the status is the same.
func (r *Reconciler) CopiedBack(ctx context.Context, w *myv1.Widget, status metav1.ConditionStatus) error {
	ready := metav1.Condition{Type: "Ready", Status: status, LastTransitionTime: metav1.Now()}
	for i, old := range w.Status.Conditions {
		if old.Type == ready.Type {
			if old.Status == ready.Status {
				ready.LastTransitionTime = old.LastTransitionTime
			}
			w.Status.Conditions[i] = ready
		}
	}
	return r.Status().Update(ctx, w)
}

// Changed writes a condition only when its status is another one.
func (r *Reconciler) Changed(ctx context.Context, w *myv1.Widget, status metav1.ConditionStatus) error {
	for i, old := range w.Status.Conditions {
		if old.Type == "Ready" && old.Status != status {
			w.Status.Conditions[i] = metav1.Condition{Type: "Ready", Status: status, LastTransitionTime: metav1.Now()}
		}
	}
	return r.Status().Update(ctx, w)
}

// Set is what keeps the old time by itself.
func (r *Reconciler) Set(ctx context.Context, w *myv1.Widget) error {
	meta.SetStatusCondition(&w.Status.Conditions, metav1.Condition{Type: "Ready", LastTransitionTime: metav1.Now()})
	return r.Status().Update(ctx, w)
}

// Flagged stamps a change.
func (r *Reconciler) Flagged(ctx context.Context, w *myv1.Widget, phase string) error {
	changed := false
	if w.Status.Phase != phase {
		w.Status.Phase = phase
		changed = true
	}
	if changed {
		w.Status.Message = time.Now().String()
	}
	return r.Status().Update(ctx, w)
}

// Compared stamps what is written anyway.
func (r *Reconciler) Compared(ctx context.Context, w *myv1.Widget, want myv1.WidgetStatus) error {
	if equality.Semantic.DeepEqual(w.Status, want) {
		return nil
	}
	w.Status = want
	w.Status.Message = time.Now().String()
	return r.Status().Update(ctx, w)
}

// Final comes once: the caller knows the phase.
func (r *Reconciler) Final(ctx context.Context, w *myv1.Widget) error {
	if w.Status.Phase == myv1.PhaseReady {
		return nil
	}
	return r.finish(ctx, w)
}

func (r *Reconciler) finish(ctx context.Context, w *myv1.Widget) error {
	w.Status.Phase = myv1.PhaseReady
	w.Status.Message = time.Now().String()
	return r.Status().Update(ctx, w)
}

// Aborts leaves out what has a final phase already.
func (r *Reconciler) Aborts(ctx context.Context, names []string) error {
	for _, name := range names {
		w := &myv1.Widget{}
		if err := r.Get(ctx, client.ObjectKey{Name: name}, w); err != nil {
			return err
		}
		if slices.Contains([]string{myv1.PhaseReady, "Aborted"}, w.Status.Phase) {
			continue
		}
		w.Status.Phase = "Aborted"
		w.Status.Message = time.Now().String()
		if err := r.Status().Update(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// First makes the list anew if its only condition is another one.
func (r *Reconciler) First(ctx context.Context, w *myv1.Widget, status metav1.ConditionStatus) error {
	if len(w.Status.Conditions) > 0 {
		old := w.Status.Conditions[0]
		if old.Status == status {
			return nil
		}
	}
	w.Status.Conditions = []metav1.Condition{{Type: "Ready", Status: status, LastTransitionTime: metav1.Now()}}
	return r.Status().Update(ctx, w)
}

// Sometimes is not on all paths to the write.
func (r *Reconciler) Sometimes(ctx context.Context, w *myv1.Widget) error {
	if w.Spec.Paused {
		w.Status.Message = time.Now().String()
	}
	return r.Status().Update(ctx, w)
}

// Histories closes the last entry when the state changes, in a helper.
func (r *Reconciler) Histories(ctx context.Context, w *myv1.Widget, state string) error {
	w.Status.Message = since(w.Status.Message, w.Status.Phase == state)
	return r.Status().Update(ctx, w)
}

func since(old string, same bool) string {
	at := old
	if !same {
		at = time.Now().String()
	}
	return at
}

// Watch checks in a loop that waits for a timer: no reconcile, and meant to tell when
// it was.
func (r *Reconciler) Watch(ctx context.Context, w *myv1.Widget) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Minute):
			_ = r.checked(ctx, w)
		}
	}
}

func (r *Reconciler) checked(ctx context.Context, w *myv1.Widget) error {
	w.Status.Message = time.Now().String()
	return r.Status().Update(ctx, w)
}

// Until has a timer call a method, and a literal.
func (r *Reconciler) Until(ctx context.Context, w *myv1.Widget) {
	go wait.UntilWithContext(ctx, r.beat, time.Minute)
	wait.Until(func() { _ = r.seen(ctx, w) }, time.Minute, ctx.Done())
}

func (r *Reconciler) beat(ctx context.Context) {
	w := &myv1.Widget{}
	w.Status.Message = time.Now().String()
	_ = r.Status().Update(ctx, w)
}

func (r *Reconciler) seen(ctx context.Context, w *myv1.Widget) error {
	w.Status.Message = time.Now().String()
	return r.Status().Update(ctx, w)
}

// Monitor checks before the first tick, too.
func (r *Reconciler) Monitor(ctx context.Context, w *myv1.Widget) {
	_ = r.first(ctx, w)
	for range time.Tick(time.Minute) {
		_ = r.first(ctx, w)
	}
}

func (r *Reconciler) first(ctx context.Context, w *myv1.Widget) error {
	w.Status.Message = time.Now().String()
	return r.Status().Update(ctx, w)
}

// Desired is what conditions should be, for whoever compares them.
type Desired struct {
	parts  map[string]*myv1.PartStatus
	list   []*myv1.PartStatus
	widget *myv1.Widget
}

// Add puts a condition in the place of the old one.
func (d *Desired) Add(name string, i int, ready metav1.Condition) {
	ready.LastTransitionTime = metav1.Now()
	if part := d.parts[name]; i < len(part.Conditions) {
		part.Conditions[i] = ready
	}
}

// Find looks for the part in a list, or makes one.
func (d *Desired) Find(phase string, ready metav1.Condition) {
	var part *myv1.PartStatus
	for _, p := range d.list {
		if p.Phase == phase {
			part = p
			break
		}
	}
	if part == nil {
		part = &myv1.PartStatus{Phase: phase}
		d.list = append(d.list, part)
	}
	ready.LastTransitionTime = metav1.Now()
	if len(part.Conditions) > 0 {
		part.Conditions[0] = ready
	}
}

// Put does so in the object itself.
func (d *Desired) Put(i int, ready metav1.Condition) {
	ready.LastTransitionTime = metav1.Now() // want statusunstable:"LastTransitionTime is set to the time"
	if i < len(d.widget.Status.Conditions) {
		d.widget.Status.Conditions[i] = ready
	}
}

// Queue has a loop that waits for work, not for a timer.
func (r *Reconciler) Queue(ctx context.Context, work chan *myv1.Widget) {
	for w := range work {
		_ = r.taken(ctx, w)
	}
}

func (r *Reconciler) taken(ctx context.Context, w *myv1.Widget) error {
	w.Status.Message = time.Now().String() // want statusunstable:"Message is set to the time"
	return r.Status().Update(ctx, w)
}

// Rotate finishes what has begun: a literal sets the time, in a branch that asks for
// the phase.
func (r *Reconciler) Rotate(ctx context.Context, w *myv1.Widget) error {
	rotated(w)
	return r.Status().Update(ctx, w)
}

func rotated(w *myv1.Widget) {
	now := time.Now()
	switch w.Status.Phase {
	case myv1.PhaseRunning:
		change(w, func(s *myv1.WidgetStatus) {
			s.Phase = myv1.PhaseReady
			s.Message = now.String()
		})
	}
}

// Touch does so each time.
func (r *Reconciler) Touch(ctx context.Context, w *myv1.Widget) error {
	touched(w)
	return r.Status().Update(ctx, w)
}

func touched(w *myv1.Widget) {
	now := time.Now()
	change(w, func(s *myv1.WidgetStatus) {
		s.Message = now.String() // want statusunstable:"Message is set to the time"
	})
}

func change(w *myv1.Widget, how func(*myv1.WidgetStatus)) { how(&w.Status) }

// Compare sets the time before it compares, and leaves it out.
func (r *Reconciler) Compare(ctx context.Context, w *myv1.Widget) error {
	next := r.computed(w)
	return r.store(ctx, w, next)
}

func (r *Reconciler) computed(w *myv1.Widget) *myv1.Widget {
	next := w.DeepCopy()
	next.Status.Phase = myv1.PhaseReady
	next.Status.Message = time.Now().String()
	return next
}

func (r *Reconciler) store(ctx context.Context, w, next *myv1.Widget) error {
	if !differs(w.Status, next.Status) {
		return nil
	}
	return r.Status().Update(ctx, next)
}

func differs(a, b myv1.WidgetStatus) bool {
	return a.Phase != b.Phase || !equality.Semantic.DeepEqual(a.Conditions, b.Conditions)
}

// CompareAll compares the time, too.
func (r *Reconciler) CompareAll(ctx context.Context, w *myv1.Widget) error {
	next := w.DeepCopy()
	next.Status.Message = time.Now().String() // want statusunstable:"Message is set to the time"
	return r.storeAll(ctx, w, next)
}

func (r *Reconciler) storeAll(ctx context.Context, w, next *myv1.Widget) error {
	if same(w.Status, next.Status) {
		return nil
	}
	return r.Status().Update(ctx, next)
}

func same(a, b myv1.WidgetStatus) bool { return equality.Semantic.DeepEqual(a, b) }

// CompareHere compares some fields.
func (r *Reconciler) CompareHere(ctx context.Context, w *myv1.Widget) error {
	next := w.DeepCopy()
	next.Status.Message = time.Now().String()
	if w.Status.Phase == next.Status.Phase && w.Status.Attempts == next.Status.Attempts {
		return nil
	}
	return r.Status().Update(ctx, next)
}

// CompareOthers compares conditions with no time in them.
func (r *Reconciler) CompareOthers(ctx context.Context, w *myv1.Widget) error {
	next := w.DeepCopy()
	next.Status.Message = time.Now().String()
	if equality.Semantic.DeepEqual(w.Status.Conditions, next.Status.Conditions) {
		return nil
	}
	return r.Status().Update(ctx, next)
}

// Renew has a reason to renew, or it is time.
func (r *Reconciler) Renew(ctx context.Context, w *myv1.Widget, forced func(string) bool) error {
	var reason string
	switch {
	case w.Status.Phase == "":
		reason = "Initial"
	case forced(w.Name):
		reason = "Forced"
	}
	if reason == "" {
		if !expired(w) {
			return nil
		}
		reason = "Expired"
	}
	w.Status.Message = reason + " " + time.Now().String()
	return r.Status().Update(ctx, w)
}

func expired(w *myv1.Widget) bool { return w.Spec.Paused }

// Kind names what it does in any case.
func (r *Reconciler) Kind(ctx context.Context, w *myv1.Widget, forced func(string) bool) error {
	kind := "usual"
	if forced(w.Name) {
		kind = "forced"
	}
	if kind == "" {
		return nil
	}
	w.Status.Message = kind + " " + time.Now().String() // want statusunstable:"Message is set to the time"
	return r.Status().Update(ctx, w)
}

// Planned does what a plan says that is made of the object.
func (r *Reconciler) Planned(ctx context.Context, w *myv1.Widget) error {
	plan := planOf(w)
	if !plan.now.due {
		return nil
	}
	w.Status.Message = plan.now.why + " " + time.Now().String()
	return r.Status().Update(ctx, w)
}

type plan struct{ now, later step }

type step struct {
	due bool
	why string
}

func planOf(w *myv1.Widget) plan { return plan{now: step{due: w.Spec.Paused}} }

// Asked does what an annotation asks for.
func (r *Reconciler) Asked(ctx context.Context, w *myv1.Widget) error {
	r.do(w)
	return r.Status().Update(ctx, w)
}

func (r *Reconciler) do(w *myv1.Widget) {
	operations := strings.Split(w.Annotations["operation"], ",")
	if w.Spec.Paused {
		operations = slices.DeleteFunc(operations, func(o string) bool { return o == "renew" })
	}
	for _, operation := range operations {
		switch operation {
		case "renew":
			w.Status.Message = time.Now().String()
		}
	}
}

// Staged goes on with a stage if one has begun, and sets the time if that is over.
func (r *Reconciler) Staged(ctx context.Context, w *myv1.Widget) (ctrl.Result, error) {
	if w.Status.Message != "" {
		result, err := r.stage(ctx, w)
		if err != nil {
			return ctrl.Result{}, err
		}
		if result.Requeue {
			return result, nil
		}
	}
	w.Status.Message = time.Now().String() // want statusunstable:"Message is set to the time"
	return ctrl.Result{}, r.Status().Update(ctx, w)
}

func (r *Reconciler) stage(ctx context.Context, w *myv1.Widget) (ctrl.Result, error) {
	if w.Spec.Paused {
		return ctrl.Result{RequeueAfter: time.Minute}, nil
	}
	return ctrl.Result{}, r.Get(ctx, client.ObjectKeyFromObject(w), w)
}

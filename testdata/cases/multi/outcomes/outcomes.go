// Package outcomes: what a callee returns tells whether it wrote.
package outcomes

import (
	"context"
	"errors"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

// WidgetReconciler is a chain of steps: each that wrote says done.
type WidgetReconciler struct {
	client.Client
}

func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if res, err, done := r.handlePause(ctx, widget); done {
		return res, err
	}
	if res, err, done := r.handleOwner(ctx, widget); done {
		return res, err
	}
	return ctrl.Result{}, r.write(ctx, widget, myv1.PhaseReady)
}

func (r *WidgetReconciler) write(ctx context.Context, widget *myv1.Widget, phase string) error {
	base := widget.DeepCopy()
	widget.Status.Phase = phase
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

func (r *WidgetReconciler) handlePause(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error, bool) {
	if !widget.Spec.Paused {
		return ctrl.Result{}, nil, false
	}
	if err := r.write(ctx, widget, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err, true
	}
	return ctrl.Result{RequeueAfter: time.Minute}, nil, true
}

func (r *WidgetReconciler) handleOwner(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error, bool) {
	if widget.Spec.Owner != "" {
		return ctrl.Result{}, nil, false
	}
	return ctrl.Result{}, r.write(ctx, widget, myv1.PhaseFailed), true
}

// GadgetReconciler is a chain of steps, one of which writes and goes on.
type GadgetReconciler struct {
	client.Client
}

func (r *GadgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	gadget := &myv1.Gadget{}
	if err := r.Get(ctx, req.NamespacedName, gadget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if res, err, done := r.handleStart(ctx, gadget); done {
		return res, err
	}
	return ctrl.Result{}, r.write(ctx, gadget, myv1.PhaseReady) // want statusmulti:"gadget.*may|may.*gadget"
}

func (r *GadgetReconciler) write(ctx context.Context, gadget *myv1.Gadget, phase string) error {
	base := gadget.DeepCopy()
	gadget.Status.Phase = phase
	return r.Status().Patch(ctx, gadget, client.MergeFrom(base))
}

func (r *GadgetReconciler) handleStart(ctx context.Context, gadget *myv1.Gadget) (ctrl.Result, error, bool) {
	if gadget.Spec.Paused {
		return ctrl.Result{}, nil, true
	}
	if gadget.Spec.Replicas > 0 {
		if err := r.write(ctx, gadget, myv1.PhaseRunning); err != nil {
			return ctrl.Result{}, err, true
		}
	}
	return ctrl.Result{}, nil, false
}

// PartReconciler has sub-reconcilers, and goes on after an empty result.
type PartReconciler struct {
	client.Client
}

func (r *PartReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	part := &myv1.Part{}
	if err := r.Get(ctx, req.NamespacedName, part); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if res, err := r.reconcileOwner(ctx, part); err != nil || !res.IsZero() {
		return res, err
	}
	return ctrl.Result{}, r.write(ctx, part, myv1.PhaseReady)
}

// ReconcileEmpty goes on after the result of a step that writes and returns an empty one.
func (r *PartReconciler) ReconcileEmpty(ctx context.Context, part *myv1.Part) (ctrl.Result, error) {
	if res, err := r.reconcileSteps(ctx, part); err != nil || !res.IsZero() {
		return res, err
	}
	return ctrl.Result{}, r.write(ctx, part, myv1.PhaseReady) // want statusmulti:"part.*may|may.*part"
}

// ReconcileRequeue tests the field of the result.
//
// contract: "a zero or non-zero result struct"; the one field that makes it non-zero is a constant here,
// and "a path that cannot happen is no path".
func (r *PartReconciler) ReconcileRequeue(ctx context.Context, part *myv1.Part) (ctrl.Result, error) {
	res, err := r.reconcileOwner(ctx, part)
	if err != nil || res.RequeueAfter > 0 {
		return res, err
	}
	return ctrl.Result{}, r.write(ctx, part, myv1.PhaseReady)
}

// ReconcileCompared compares the result with an empty one.
func (r *PartReconciler) ReconcileCompared(ctx context.Context, part *myv1.Part) (ctrl.Result, error) {
	res, err := r.reconcileOwner(ctx, part)
	if err != nil || res != (ctrl.Result{}) {
		return res, err
	}
	return ctrl.Result{}, r.write(ctx, part, myv1.PhaseReady)
}

func (r *PartReconciler) write(ctx context.Context, part *myv1.Part, phase string) error {
	base := part.DeepCopy()
	part.Status.Phase = phase
	return r.Status().Patch(ctx, part, client.MergeFrom(base))
}

func (r *PartReconciler) reconcileOwner(ctx context.Context, part *myv1.Part) (ctrl.Result, error) {
	if part.Spec.Owner != "" {
		return ctrl.Result{}, nil
	}
	if err := r.write(ctx, part, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{RequeueAfter: time.Minute}, nil
}

func (r *PartReconciler) reconcileSteps(ctx context.Context, part *myv1.Part) (ctrl.Result, error) {
	if len(part.Spec.Steps) == 0 {
		return ctrl.Result{RequeueAfter: time.Minute}, nil
	}
	if part.Spec.Replicas == 0 {
		return ctrl.Result{}, nil
	}
	return ctrl.Result{}, r.write(ctx, part, myv1.PhaseRunning)
}

// Handled returns where the helper handled it.
func (r *WidgetReconciler) Handled(ctx context.Context, widget *myv1.Widget) error {
	handled, err := helpers.HandlePause(ctx, r.Client, widget)
	if err != nil || handled {
		return err
	}
	return r.write(ctx, widget, myv1.PhaseReady)
}

// HandledNegated has it the other way round.
func (r *WidgetReconciler) HandledNegated(ctx context.Context, widget *myv1.Widget) error {
	handled, err := helpers.HandlePause(ctx, r.Client, widget)
	if err != nil {
		return err
	}
	if !handled {
		return r.write(ctx, widget, myv1.PhaseReady)
	}
	return nil
}

// HandledIgnored does not look at it.
func (r *WidgetReconciler) HandledIgnored(ctx context.Context, widget *myv1.Widget) error {
	if _, err := helpers.HandlePause(ctx, r.Client, widget); err != nil {
		return err
	}
	return r.write(ctx, widget, myv1.PhaseReady) // want statusmulti:"widget.*may|may.*widget"
}

// Recorded goes on after a write that the flag does not tell of.
func (r *WidgetReconciler) Recorded(ctx context.Context, widget *myv1.Widget) error {
	limit, err := helpers.RecordAttempt(ctx, r.Client, widget)
	if err != nil || limit {
		return err
	}
	return r.write(ctx, widget, myv1.PhaseReady) // want statusmulti:"widget.*always|always.*widget"
}

// Limit goes on where nothing was written.
func (r *WidgetReconciler) Limit(ctx context.Context, widget *myv1.Widget) error {
	limit, err := helpers.RecordAttempt(ctx, r.Client, widget)
	if err != nil {
		return err
	}
	if limit {
		return r.write(ctx, widget, myv1.PhaseFailed)
	}
	return nil
}

var errSkip = errors.New("skip")

// admit returns errSkip before any write.
func (r *WidgetReconciler) admit(ctx context.Context, widget *myv1.Widget) error {
	if widget.Spec.Owner == "" {
		return errSkip
	}
	return r.write(ctx, widget, myv1.PhaseRunning)
}

// note returns errSkip after a write.
func (r *WidgetReconciler) note(ctx context.Context, widget *myv1.Widget) error {
	if err := r.write(ctx, widget, myv1.PhaseRunning); err != nil {
		return err
	}
	return errSkip
}

// SentinelBefore writes where the sentinel says that nothing was written.
func (r *WidgetReconciler) SentinelBefore(ctx context.Context, widget *myv1.Widget) error {
	err := r.admit(ctx, widget)
	if errors.Is(err, errSkip) {
		return r.write(ctx, widget, myv1.PhaseFailed)
	}
	return err
}

// SentinelCompared compares it.
func (r *WidgetReconciler) SentinelCompared(ctx context.Context, widget *myv1.Widget) error {
	err := r.admit(ctx, widget)
	if err == errSkip {
		return r.write(ctx, widget, myv1.PhaseFailed)
	}
	return err
}

// SentinelAfter writes where the sentinel says that something was written.
func (r *WidgetReconciler) SentinelAfter(ctx context.Context, widget *myv1.Widget) error {
	err := r.note(ctx, widget)
	if errors.Is(err, errSkip) {
		return r.write(ctx, widget, myv1.PhaseFailed) // want statusmulti:"widget"
	}
	return err
}

// SentinelAbroad is one of another package.
func (r *WidgetReconciler) SentinelAbroad(ctx context.Context, widget *myv1.Widget) error {
	err := helpers.Admit(ctx, r.Client, widget)
	if errors.Is(err, helpers.ErrNotReady) {
		return r.write(ctx, widget, myv1.PhasePending)
	}
	return err
}

// SentinelAbroadAfter is one that comes after a write.
func (r *WidgetReconciler) SentinelAbroadAfter(ctx context.Context, widget *myv1.Widget) error {
	err := helpers.Reject(ctx, r.Client, widget)
	if errors.Is(err, helpers.ErrRecorded) {
		return r.write(ctx, widget, myv1.PhasePending) // want statusmulti:"widget"
	}
	return err
}

// SentinelAbroadElse writes where there was no error, and so no write.
func (r *WidgetReconciler) SentinelAbroadElse(ctx context.Context, widget *myv1.Widget) error {
	if err := helpers.Reject(ctx, r.Client, widget); err != nil {
		return err
	}
	return r.write(ctx, widget, myv1.PhaseReady)
}

// advance returns the phase that it wrote, or nothing.
func (r *WidgetReconciler) advance(ctx context.Context, widget *myv1.Widget) (string, error) {
	if widget.Spec.Paused {
		return "", nil
	}
	if err := r.write(ctx, widget, myv1.PhaseRunning); err != nil {
		return "", err
	}
	return myv1.PhaseRunning, nil
}

// ConstString returns where a phase was written.
func (r *WidgetReconciler) ConstString(ctx context.Context, widget *myv1.Widget) error {
	phase, err := r.advance(ctx, widget)
	if err != nil || phase != "" {
		return err
	}
	return r.write(ctx, widget, myv1.PhasePending)
}

// ConstStringWritten goes on where a phase was written.
func (r *WidgetReconciler) ConstStringWritten(ctx context.Context, widget *myv1.Widget) error {
	phase, err := r.advance(ctx, widget)
	if err != nil || phase == "" {
		return err
	}
	return r.write(ctx, widget, myv1.PhaseReady) // want statusmulti:"widget.*always|always.*widget"
}

// precheck returns a result where it wrote.
func (r *WidgetReconciler) precheck(ctx context.Context, widget *myv1.Widget) (*ctrl.Result, error) {
	if widget.Spec.Owner != "" {
		return nil, nil
	}
	if err := r.write(ctx, widget, myv1.PhasePending); err != nil {
		return nil, err
	}
	return &ctrl.Result{RequeueAfter: time.Minute}, nil
}

// NilPointer returns where there is a result.
func (r *WidgetReconciler) NilPointer(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	result, err := r.precheck(ctx, widget)
	if err != nil {
		return ctrl.Result{}, err
	}
	if result != nil {
		return *result, nil
	}
	return ctrl.Result{}, r.write(ctx, widget, myv1.PhaseReady)
}

// NilPointerIgnored goes on either way.
func (r *WidgetReconciler) NilPointerIgnored(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	if _, err := r.precheck(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.write(ctx, widget, myv1.PhaseReady) // want statusmulti:"widget.*may|may.*widget"
}

// AdmissionReconciler fills in what a widget leaves open, and comes back later for one
// that it does not admit.
type AdmissionReconciler struct {
	WidgetReconciler
	limit int
}

func (r *AdmissionReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if res, err := r.admit(ctx, widget); err != nil || !res.IsZero() {
		return res, err
	}
	return ctrl.Result{}, r.write(ctx, widget, myv1.PhaseReady)
}

func (r *AdmissionReconciler) admit(ctx context.Context, widget *myv1.Widget) (ctrl.Result, error) {
	if widget.Spec.Owner == "" {
		widget.Spec.Owner = "nobody"
	}
	if widget.Spec.Replicas == 0 {
		widget.Spec.Replicas = 1
	}
	if len(widget.Spec.Steps) == 0 {
		widget.Spec.Steps = []string{"build"}
	}
	if widget.Spec.Paused {
		if err := r.write(ctx, widget, myv1.PhasePending); err != nil {
			return ctrl.Result{}, err
		}
		return ctrl.Result{RequeueAfter: time.Minute}, nil
	}
	if len(widget.Spec.Parts) > r.limit {
		if err := r.write(ctx, widget, myv1.PhaseFailed); err != nil {
			return ctrl.Result{}, err
		}
		return ctrl.Result{RequeueAfter: time.Hour}, nil
	}
	return ctrl.Result{}, nil
}

// Poller reconciles parts again after a while.
type Poller struct {
	PartReconciler
	every time.Duration
	given *metav1.Duration
}

func (p *Poller) poll(ctx context.Context, part *myv1.Part) (ctrl.Result, error) {
	if part.Spec.Owner != "" {
		return ctrl.Result{}, nil
	}
	if err := p.write(ctx, part, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err
	}
	if p.given != nil {
		return ctrl.Result{RequeueAfter: p.given.Duration}, nil
	}
	return ctrl.Result{RequeueAfter: p.every}, nil
}

// Polled waits for some time where it has written.
func (p *Poller) Polled(ctx context.Context, part *myv1.Part) (ctrl.Result, error) {
	if res, err := p.poll(ctx, part); err != nil || !res.IsZero() {
		return res, err
	}
	return ctrl.Result{}, p.write(ctx, part, myv1.PhaseReady)
}

// PolledField tests the time itself.
func (p *Poller) PolledField(ctx context.Context, part *myv1.Part) (ctrl.Result, error) {
	res, err := p.poll(ctx, part)
	if err != nil || res.RequeueAfter > 0 {
		return res, err
	}
	return ctrl.Result{}, p.write(ctx, part, myv1.PhaseReady)
}

func (p *Poller) later() (ctrl.Result, error) {
	if p.given != nil {
		return ctrl.Result{RequeueAfter: p.given.Duration}, nil
	}
	return ctrl.Result{Requeue: true}, nil
}

func (p *Poller) maybeLater() (ctrl.Result, error) {
	if p.given != nil {
		return ctrl.Result{RequeueAfter: 0}, nil
	}
	return ctrl.Result{Requeue: false}, nil
}

// Later returns what a function that writes nothing makes.
func (p *Poller) Later(ctx context.Context, part *myv1.Part) (ctrl.Result, error) {
	if res, err := p.started(ctx, part); err != nil || !res.IsZero() {
		return res, err
	}
	return ctrl.Result{}, p.write(ctx, part, myv1.PhaseReady)
}

func (p *Poller) started(ctx context.Context, part *myv1.Part) (ctrl.Result, error) {
	if part.Status.Phase != "" {
		return ctrl.Result{}, nil
	}
	if err := p.write(ctx, part, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err
	}
	return p.later()
}

// MaybeLater goes on, as that makes nothing of it.
func (p *Poller) MaybeLater(ctx context.Context, part *myv1.Part) (ctrl.Result, error) {
	if err := p.write(ctx, part, myv1.PhasePending); err != nil {
		return ctrl.Result{}, err
	}
	if res, err := p.maybeLater(); err != nil || !res.IsZero() {
		return res, err
	}
	return ctrl.Result{}, p.write(ctx, part, myv1.PhaseReady) // want statusmulti:"part has always been written before"
}

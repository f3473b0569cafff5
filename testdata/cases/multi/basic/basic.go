// Package basic: two writes on one path, and two that are on different ones.
package basic

import (
	"context"
	"fmt"
	"log"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// WidgetReconciler writes when it begins and when it ends.
type WidgetReconciler struct {
	client.Client
}

func (r *WidgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := widget.DeepCopy()
	meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{Type: "Progressing", Status: metav1.ConditionTrue, Reason: "Started"})
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return ctrl.Result{}, fmt.Errorf("mark progressing: %w", err)
	}
	if err := r.deploy(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	base = widget.DeepCopy()
	meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{Type: "Ready", Status: metav1.ConditionTrue, Reason: "Done"})
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusmulti:"widget.*always|always.*widget"
		return ctrl.Result{}, fmt.Errorf("mark ready: %w", err)
	}
	return ctrl.Result{}, nil
}

func (r *WidgetReconciler) deploy(ctx context.Context, widget *myv1.Widget) error { return ctx.Err() }

// GadgetReconciler writes once, whatever comes of the work.
type GadgetReconciler struct {
	client.Client
}

func (r *GadgetReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	gadget := &myv1.Gadget{}
	if err := r.Get(ctx, req.NamespacedName, gadget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := gadget.DeepCopy()
	if err := ctx.Err(); err != nil {
		gadget.Status.Phase = myv1.PhaseFailed
		gadget.Status.Message = err.Error()
	} else {
		gadget.Status.Phase = myv1.PhaseReady
	}
	gadget.Status.ObservedGeneration = gadget.Generation
	return ctrl.Result{}, r.Status().Patch(ctx, gadget, client.MergeFrom(base))
}

// Maybe writes first on some paths only.
func (r *WidgetReconciler) Maybe(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Spec.Replicas == 0 {
		widget.Status.Message = "scaled to zero"
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*may|may.*widget"
}

// MaybeThenReturn returns after the first.
func (r *WidgetReconciler) MaybeThenReturn(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Spec.Replicas == 0 {
		widget.Status.Message = "scaled to zero"
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Branches writes on different branches.
func (r *WidgetReconciler) Branches(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	var err error
	if widget.Spec.Paused {
		widget.Status.Phase = myv1.PhasePending
		err = r.Status().Patch(ctx, widget, client.MergeFrom(base))
	} else {
		widget.Status.Phase = myv1.PhaseRunning
		err = r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return err
}

// BranchesThenBoth writes on different branches, and again after them.
func (r *WidgetReconciler) BranchesThenBoth(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Spec.Paused {
		widget.Status.Phase = myv1.PhasePending
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return err
		}
	} else {
		widget.Status.Phase = myv1.PhaseRunning
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	widget.Status.ObservedGeneration = widget.Generation
	return r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// Cases writes in the cases of a switch.
func (r *WidgetReconciler) Cases(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	switch widget.Spec.Owner {
	case "":
		widget.Status.Phase = myv1.PhasePending
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	case "system":
		widget.Status.Phase = myv1.PhaseReady
	default:
		widget.Status.Phase = myv1.PhaseRunning
	}
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Fallthrough goes from one case that writes to the next.
func (r *WidgetReconciler) Fallthrough(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	switch widget.Spec.Owner {
	case "":
		widget.Status.Phase = myv1.PhasePending
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			return err
		}
		fallthrough
	case "system":
		widget.Status.Message = "no owner"
		return r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*may|may.*widget"
	}
	return nil
}

// NoFallthrough leaves after each case.
func (r *WidgetReconciler) NoFallthrough(ctx context.Context, widget *myv1.Widget) (err error) {
	base := widget.DeepCopy()
	switch widget.Spec.Owner {
	case "":
		widget.Status.Phase = myv1.PhasePending
		err = r.Status().Patch(ctx, widget, client.MergeFrom(base))
	case "system":
		widget.Status.Message = "no owner"
		err = r.Status().Patch(ctx, widget, client.MergeFrom(base))
	}
	return err
}

// Three is one report: on the first call that makes the second write.
func (r *WidgetReconciler) Three(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhasePending
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusmulti:"widget.*always|always.*widget"
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// TwoResources is a report for each resource.
func (r *WidgetReconciler) TwoResources(ctx context.Context, widget *myv1.Widget, gadget *myv1.Gadget) error {
	base, gadgetBase := widget.DeepCopy(), gadget.DeepCopy()
	widget.Status.Phase = myv1.PhasePending
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	gadget.Status.Phase = myv1.PhasePending
	if err := r.Status().Patch(ctx, gadget, client.MergeFrom(gadgetBase)); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusmulti:"widget.*always|always.*widget"
		return err
	}
	gadget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, gadget, client.MergeFrom(gadgetBase)) // want statusmulti:"gadget.*always|always.*gadget"
}

// ParentAndChild writes two resources once each.
func (r *WidgetReconciler) ParentAndChild(ctx context.Context, widget *myv1.Widget) error {
	part := &myv1.Part{}
	if err := r.Get(ctx, client.ObjectKey{Namespace: widget.Namespace, Name: widget.Name + "-part"}, part); err != nil {
		return err
	}
	partBase := part.DeepCopy()
	part.Status.Phase = myv1.PhaseReady
	if err := r.Status().Patch(ctx, part, client.MergeFrom(partBase)); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// ParentAndChildOfOneKind are of the same type.
func (r *WidgetReconciler) ParentAndChildOfOneKind(ctx context.Context, widget *myv1.Widget) error {
	child := &myv1.Widget{}
	if err := r.Get(ctx, client.ObjectKey{Namespace: widget.Namespace, Name: widget.Name + "-child"}, child); err != nil {
		return err
	}
	childBase := child.DeepCopy()
	child.Status.Phase = myv1.PhaseReady
	if err := r.Status().Patch(ctx, child, client.MergeFrom(childBase)); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// LoggedThenAgain goes on whatever came of the first.
func (r *WidgetReconciler) LoggedThenAgain(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		log.Print(err)
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget"
}

// DeadBranch ends the program after the first.
func (r *WidgetReconciler) DeadBranch(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	if widget.Spec.Owner == "" {
		widget.Status.Phase = myv1.PhaseFailed
		_ = r.Status().Patch(ctx, widget, client.MergeFrom(base))
		log.Fatal("no owner")
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// SpecAndStatus writes the object and its status: one status write.
func (r *WidgetReconciler) SpecAndStatus(ctx context.Context, widget *myv1.Widget) error {
	widget.Labels = map[string]string{"seen": "true"}
	if err := r.Update(ctx, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	return r.Patch(ctx, widget, client.MergeFrom(base))
}

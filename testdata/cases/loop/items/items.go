// Package items: loops over other objects, each written once.
package items

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type PartsReconciler struct {
	client.Client
}

// Reconcile writes each part of the list, and the widget once.
func (r *PartsReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	parts := &myv1.PartList{}
	if err := r.List(ctx, parts, client.InNamespace(req.Namespace)); err != nil {
		return ctrl.Result{}, err
	}
	ready := 0
	for i := range parts.Items {
		part := &parts.Items[i]
		base := part.DeepCopy()
		part.Status.Phase = myv1.PhaseReady
		if err := r.Status().Patch(ctx, part, client.MergeFrom(base)); err != nil {
			return ctrl.Result{}, err
		}
		ready++
	}
	base := widget.DeepCopy()
	widget.Status.Attempts = ready
	return ctrl.Result{}, r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// ParentPerItem writes the parent once per item.
func (r *PartsReconciler) ParentPerItem(ctx context.Context, widget *myv1.Widget, parts *myv1.PartList) error {
	for i := range parts.Items {
		part := &parts.Items[i]
		partBase := part.DeepCopy()
		part.Status.Phase = myv1.PhaseReady
		if err := r.Status().Patch(ctx, part, client.MergeFrom(partBase)); err != nil {
			return err
		}
		base := widget.DeepCopy()
		widget.Status.Attempts = i
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

// RangeVariable takes the address of the variable of this turn.
func (r *PartsReconciler) RangeVariable(ctx context.Context, parts *myv1.PartList) error {
	for _, part := range parts.Items {
		base := part.DeepCopy()
		part.Status.Phase = myv1.PhaseReady
		if err := r.Status().Patch(ctx, &part, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return nil
}

// SliceOfPointers ranges over pointers.
func (r *PartsReconciler) SliceOfPointers(ctx context.Context, parts []*myv1.Part) error {
	for _, part := range parts {
		base := part.DeepCopy()
		part.Status.Phase = myv1.PhaseReady
		if err := r.Status().Patch(ctx, part, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return nil
}

// SliceOfInterfaces ranges over client.Object values.
func (r *PartsReconciler) SliceOfInterfaces(ctx context.Context, objects []client.Object) error {
	for _, obj := range objects {
		if err := r.Status().Patch(ctx, obj, client.RawPatch(types.MergePatchType, []byte(`{}`))); err != nil {
			return err
		}
	}
	return nil
}

// MapValues ranges over the values of a map.
func (r *PartsReconciler) MapValues(ctx context.Context, parts map[string]*myv1.Part) error {
	for name, part := range parts {
		base := part.DeepCopy()
		part.Status.Message = name
		if err := r.Status().Patch(ctx, part, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return nil
}

// ElementByIndex writes the element of this turn.
func (r *PartsReconciler) ElementByIndex(ctx context.Context, parts []myv1.Part) error {
	for i := 0; i < len(parts); i++ {
		base := parts[i].DeepCopy()
		parts[i].Status.Phase = myv1.PhaseReady
		if err := r.Status().Patch(ctx, &parts[i], client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return nil
}

// FirstElement writes the element that was chosen before the loop.
func (r *PartsReconciler) FirstElement(ctx context.Context, parts []myv1.Part) error {
	first := &parts[0]
	for i := range parts {
		base := first.DeepCopy()
		first.Status.Attempts = i
		if err := r.Status().Patch(ctx, first, client.MergeFrom(base)); err != nil { // want statusloop:"first|parts"
			return err
		}
	}
	return nil
}

// KeyOfThisTurn reads the object of this turn.
func (r *PartsReconciler) KeyOfThisTurn(ctx context.Context, widget *myv1.Widget) error {
	for _, name := range widget.Spec.Parts {
		part := &myv1.Part{}
		if err := r.Get(ctx, types.NamespacedName{Namespace: widget.Namespace, Name: name}, part); err != nil {
			return err
		}
		base := part.DeepCopy()
		part.Status.Phase = myv1.PhaseReady
		if err := r.Status().Patch(ctx, part, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return nil
}

// OneVariableManyKeys reads each turn's object into the same variable.
func (r *PartsReconciler) OneVariableManyKeys(ctx context.Context, keys []client.ObjectKey) error {
	var part myv1.Part
	for _, key := range keys {
		if err := r.Get(ctx, key, &part); err != nil {
			return err
		}
		base := part.DeepCopy()
		part.Status.Phase = myv1.PhaseReady
		if err := r.Status().Patch(ctx, &part, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return nil
}

// KeyBeforeTheLoop reads the same object in each turn.
func (r *PartsReconciler) KeyBeforeTheLoop(ctx context.Context, widget *myv1.Widget) error {
	key := types.NamespacedName{Namespace: widget.Namespace, Name: widget.Spec.Owner}
	for i := range widget.Spec.Parts {
		part := &myv1.Part{}
		if err := r.Get(ctx, key, part); err != nil {
			return err
		}
		base := part.DeepCopy()
		part.Status.Attempts = i
		if err := r.Status().Patch(ctx, part, client.MergeFrom(base)); err != nil { // want statusloop:"part"
			return err
		}
	}
	return nil
}

// OwnerOfThisItem reads the owner that this turn's item names.
func (r *PartsReconciler) OwnerOfThisItem(ctx context.Context, parts *myv1.PartList) error {
	for _, part := range parts.Items {
		owner := &myv1.Widget{}
		if err := r.Get(ctx, types.NamespacedName{Namespace: part.Namespace, Name: part.Spec.Owner}, owner); err != nil {
			return err
		}
		base := owner.DeepCopy()
		owner.Status.Message = part.Name
		if err := r.Status().Patch(ctx, owner, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return nil
}

// NewObjectEachTurn creates the object and writes its status.
func (r *PartsReconciler) NewObjectEachTurn(ctx context.Context, names []string) error {
	for _, name := range names {
		part := &myv1.Part{}
		part.Name = name
		if err := r.Create(ctx, part); err != nil {
			return err
		}
		base := part.DeepCopy()
		part.Status.Phase = myv1.PhasePending
		if err := r.Status().Patch(ctx, part, client.MergeFrom(base)); err != nil {
			return err
		}
	}
	return nil
}

// ItemTwice writes the item of this turn twice: not the loop's doing.
func (r *PartsReconciler) ItemTwice(ctx context.Context, parts []*myv1.Part) error {
	for _, part := range parts {
		base := part.DeepCopy()
		part.Status.Phase = myv1.PhaseRunning
		if err := r.Status().Patch(ctx, part, client.MergeFrom(base)); err != nil {
			return err
		}
		base = part.DeepCopy()
		part.Status.Phase = myv1.PhaseReady
		if err := r.Status().Patch(ctx, part, client.MergeFrom(base)); err != nil { // want statusmulti:"part.*always|always.*part"
			return err
		}
	}
	return nil
}

// StepsOfEachItem repeats the item's write in the inner loop.
func (r *PartsReconciler) StepsOfEachItem(ctx context.Context, parts []*myv1.Part) error {
	for _, part := range parts {
		for _, step := range part.Spec.Steps {
			base := part.DeepCopy()
			part.Status.Message = step
			if err := r.Status().Patch(ctx, part, client.MergeFrom(base)); err != nil { // want statusloop:"part"
				return err
			}
		}
	}
	return nil
}

// RoundsOverItems may reach an element again in the next round.
//
// contract: "Elements of a collection at unknown positions are different resources."
func (r *PartsReconciler) RoundsOverItems(ctx context.Context, parts []*myv1.Part) error {
	for range 3 {
		for _, part := range parts {
			base := part.DeepCopy()
			part.Status.Attempts++
			if err := r.Status().Patch(ctx, part, client.MergeFrom(base)); err != nil {
				return err
			}
		}
	}
	return nil
}

// ItemThroughAHelper hands this turn's item to a function that writes it.
func (r *PartsReconciler) ItemThroughAHelper(ctx context.Context, widget *myv1.Widget, parts *myv1.PartList) error {
	for i := range parts.Items {
		if err := r.syncPart(ctx, &parts.Items[i]); err != nil {
			return err
		}
	}
	return nil
}

// ParentThroughAHelper hands the parent, which the function writes too.
func (r *PartsReconciler) ParentThroughAHelper(ctx context.Context, widget *myv1.Widget, parts *myv1.PartList) error {
	for i := range parts.Items {
		if err := r.syncBoth(ctx, widget, &parts.Items[i]); err != nil { // want statusloop:"widget"
			return err
		}
	}
	return nil
}

func (r *PartsReconciler) syncPart(ctx context.Context, part *myv1.Part) error {
	base := part.DeepCopy()
	part.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, part, client.MergeFrom(base))
}

func (r *PartsReconciler) syncBoth(ctx context.Context, widget *myv1.Widget, part *myv1.Part) error {
	if err := r.syncPart(ctx, part); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Message = part.Name
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

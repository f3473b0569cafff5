// Package same: two variables that stand for one resource, and such that do not.
package same

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

type Reconciler struct {
	client.Client
	Remote client.Client
}

func (r *Reconciler) first(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// Pointer is a copy of the pointer.
func (r *Reconciler) Pointer(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	widget2 := widget
	base := widget2.DeepCopy()
	widget2.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget2, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// Struct is a copy of the struct.
func (r *Reconciler) Struct(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	widget2 := *widget
	widget2.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, &widget2, client.MergeFrom(widget)) // want statusmulti:"widget.*always|always.*widget"
}

// DeepCopy is a deep copy.
func (r *Reconciler) DeepCopy(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	widget2 := widget.DeepCopy()
	widget2.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget2, client.MergeFrom(widget)) // want statusmulti:"widget.*always|always.*widget"
}

// DeepCopyInto is a deep copy into a variable.
func (r *Reconciler) DeepCopyInto(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	var widget2 myv1.Widget
	widget.DeepCopyInto(&widget2)
	widget2.Status.Phase = myv1.PhaseReady
	// contract: "a copy of the pointer or of the struct … DeepCopy()": DeepCopyInto is the third form of it.
	return r.Status().Patch(ctx, &widget2, client.MergeFrom(widget)) // want statusmulti:"widget.*always|always.*widget"
}

// DeepCopyObject is a deep copy behind an interface.
func (r *Reconciler) DeepCopyObject(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	widget2 := widget.DeepCopyObject().(*myv1.Widget)
	widget2.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, widget2, client.MergeFrom(widget)) // want statusmulti:"widget.*always|always.*widget"
}

// Interface is the object as a client.Object.
func (r *Reconciler) Interface(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	var object client.Object = widget
	return r.Status().Patch(ctx, object, client.MergeFrom(base)) // want statusmulti:"(widget|object).*always|always.*(widget|object)"
}

// Converted is the object as an unstructured one.
func (r *Reconciler) Converted(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(widget)
	if err != nil {
		return err
	}
	object := &unstructured.Unstructured{Object: content}
	// contract: "a conversion (ToUnstructured)" stands for the same resource, whatever its Go type.
	return r.Status().Patch(ctx, object, client.Merge) // want statusmulti:"widget|object"
}

// OtherVariable is another object of the same type.
func (r *Reconciler) OtherVariable(ctx context.Context, widget, other *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	base := other.DeepCopy()
	other.Status.Phase = myv1.PhaseReady
	return r.Status().Patch(ctx, other, client.MergeFrom(base))
}

// OtherClient is the same object through another client.
func (r *Reconciler) OtherClient(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return r.Remote.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// OtherClientTwice is the same object twice through the other client.
func (r *Reconciler) OtherClientTwice(ctx context.Context, widget *myv1.Widget) error {
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Remote.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return r.Remote.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// SameClient names the client in the other way.
func (r *Reconciler) SameClient(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	c := r.Client
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return c.Status().Patch(ctx, widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// OtherPackage gives it to a function of another package.
func (r *Reconciler) OtherPackage(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	return helpers.WritePhase(ctx, r.Client, widget, myv1.PhaseReady) // want statusmulti:"widget.*always|always.*widget"
}

// OtherPackageOtherClient gives it the other client.
func (r *Reconciler) OtherPackageOtherClient(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	return helpers.WritePhase(ctx, r.Remote, widget, myv1.PhaseReady)
}

// OtherPackageInMemory gives it to one that writes nothing.
func (r *Reconciler) OtherPackageInMemory(ctx context.Context, widget *myv1.Widget) error {
	helpers.SetPhase(widget, myv1.PhaseReady)
	return r.first(ctx, widget) // want statuslost:`base of this patch was copied when the status of widget had changed .Status.Attempts.`
}

// OtherPackageTwice calls one that writes twice by itself: one write here.
func (r *Reconciler) OtherPackageTwice(ctx context.Context, widget *myv1.Widget) error {
	return helpers.WriteTwice(ctx, r.Client, widget)
}

// OtherPackageTwiceAgain calls it after a write.
func (r *Reconciler) OtherPackageTwiceAgain(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	return helpers.WriteTwice(ctx, r.Client, widget) // want statusmulti:"widget.*always|always.*widget"
}

type scope struct {
	client.Client
	widget *myv1.Widget
	other  *myv1.Widget
}

// Field is a field of a struct.
func (s *scope) Field(ctx context.Context) error {
	base := s.widget.DeepCopy()
	s.widget.Status.Phase = myv1.PhaseRunning
	if err := s.Status().Patch(ctx, s.widget, client.MergeFrom(base)); err != nil {
		return err
	}
	s.widget.Status.Phase = myv1.PhaseReady
	return s.Status().Patch(ctx, s.widget, client.MergeFrom(base)) // want statusmulti:"widget.*always|always.*widget"
}

// OtherField is another one.
func (s *scope) OtherField(ctx context.Context) error {
	base := s.widget.DeepCopy()
	s.widget.Status.Phase = myv1.PhaseRunning
	if err := s.Status().Patch(ctx, s.widget, client.MergeFrom(base)); err != nil {
		return err
	}
	base = s.other.DeepCopy()
	s.other.Status.Phase = myv1.PhaseReady
	return s.Status().Patch(ctx, s.other, client.MergeFrom(base))
}

// StoredBetween is the same field with another object in it.
func (s *scope) StoredBetween(ctx context.Context, next *myv1.Widget) error {
	base := s.widget.DeepCopy()
	s.widget.Status.Phase = myv1.PhaseRunning
	if err := s.Status().Patch(ctx, s.widget, client.MergeFrom(base)); err != nil {
		return err
	}
	s.widget = next
	base = s.widget.DeepCopy()
	s.widget.Status.Phase = myv1.PhaseReady
	return s.Status().Patch(ctx, s.widget, client.MergeFrom(base))
}

// FieldOfAScope puts the object in a struct, and calls its method.
func (r *Reconciler) FieldOfAScope(ctx context.Context, widget *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	s := &scope{Client: r.Client, widget: widget}
	return s.close(ctx) // want statusmulti:"widget.*always|always.*widget"
}

// FieldOfAScopeOther puts another object there.
func (r *Reconciler) FieldOfAScopeOther(ctx context.Context, widget, other *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	s := &scope{Client: r.Client, widget: other, other: widget}
	return s.close(ctx)
}

func (s *scope) close(ctx context.Context) error {
	base := s.widget.DeepCopy()
	s.widget.Status.Phase = myv1.PhaseReady
	return s.Status().Patch(ctx, s.widget, client.MergeFrom(base))
}

// Reassigned is the same variable with another object in it.
func (r *Reconciler) Reassigned(ctx context.Context, widget, next *myv1.Widget) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	widget = next
	return r.first(ctx, widget)
}

// Elements are two elements of a list, as far as one can see.
func (r *Reconciler) Elements(ctx context.Context, widgets []*myv1.Widget, i, j int) error {
	if err := r.first(ctx, widgets[i]); err != nil {
		return err
	}
	return r.first(ctx, widgets[j])
}

// Phi is the first object on one path, and another one on the other.
func (r *Reconciler) Phi(ctx context.Context, widget, other *myv1.Widget, swap bool) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	target := widget
	if swap {
		target = other
	}
	// contract: "on some possible path": where nothing was swapped, target is a copy of the pointer.
	return r.first(ctx, target) // want statusmulti:"target|widget"
}

// PhiOfOthers is never the first object.
func (r *Reconciler) PhiOfOthers(ctx context.Context, widget, other, another *myv1.Widget, swap bool) error {
	if err := r.first(ctx, widget); err != nil {
		return err
	}
	target := other
	if swap {
		target = another
	}
	return r.first(ctx, target)
}

// Package single writes in loops of which at most one turn reaches the write.
package single

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
	primary string
}

func (r *Reconciler) write(ctx context.Context, widget *myv1.Widget) error {
	return r.Status().Patch(ctx, widget, client.Merge)
}

// Element writes for the one that is chosen.
func (r *Reconciler) Element(ctx context.Context, widget *myv1.Widget, steps []string, chosen string) error {
	for _, step := range steps {
		if step == chosen {
			if err := r.write(ctx, widget); err != nil {
				return err
			}
		}
	}
	return nil
}

// Index writes in one place, behind a test that goes on otherwise.
func (r *Reconciler) Index(ctx context.Context, widget *myv1.Widget, n, chosen int) error {
	for i := 0; i < n; i++ {
		if i != chosen {
			continue
		}
		if err := r.write(ctx, widget); err != nil {
			return err
		}
	}
	return nil
}

// Field writes for the gadget of that name.
func (r *Reconciler) Field(ctx context.Context, widget *myv1.Widget, gadgets []myv1.Gadget) error {
	for _, gadget := range gadgets {
		if gadget.Name == r.primary && gadget.DeletionTimestamp == nil {
			if err := r.write(ctx, widget); err != nil {
				return err
			}
		}
	}
	return nil
}

// Getter does the same by a method, Key by the key of a map, Condition by a constant.
func (r *Reconciler) Getter(ctx context.Context, widget *myv1.Widget, gadgets map[string]*myv1.Gadget) error {
	for key, gadget := range gadgets {
		if gadget.GetName() == widget.Name {
			if err := r.write(ctx, widget); err != nil { // want statusmulti:"widget"
				return err
			}
		}
		if key == "first" {
			if err := r.write(ctx, widget); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Reconciler) Condition(ctx context.Context, widget *myv1.Widget) error {
	for _, cond := range widget.Status.Conditions {
		switch cond.Type {
		case "Ready":
			if err := r.write(ctx, widget); err != nil {
				return err
			}
		}
	}
	return nil
}

// Phase is a test that many gadgets can meet.
func (r *Reconciler) Phase(ctx context.Context, widget *myv1.Widget, gadgets []myv1.Gadget) error {
	for _, gadget := range gadgets {
		if gadget.Status.Phase == myv1.PhaseFailed {
			if err := r.write(ctx, widget); err != nil { // want statusloop:"widget"
				return err
			}
		}
	}
	return nil
}

// Last is a test of a value that the loop changes.
func (r *Reconciler) Last(ctx context.Context, widget *myv1.Widget, steps []string) error {
	last := ""
	for _, step := range steps {
		if step == last {
			if err := r.write(ctx, widget); err != nil { // want statusloop:"widget"
				return err
			}
		}
		last = step
	}
	return nil
}

// AtTheEnd does so where it asks for the length in each turn.
func (r *Reconciler) AtTheEnd(ctx context.Context, widget *myv1.Widget, steps []string) error {
	for i := range steps {
		widget.Status.Message = steps[i]
		if i == len(steps)-1 {
			if err := r.write(ctx, widget); err != nil {
				return err
			}
		}
	}
	return nil
}

// Other writes for all but one.
func (r *Reconciler) Other(ctx context.Context, widget *myv1.Widget, steps []string, chosen string) error {
	for _, step := range steps {
		if step != chosen {
			if err := r.write(ctx, widget); err != nil { // want statusloop:"widget"
				return err
			}
		}
	}
	return nil
}

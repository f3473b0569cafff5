package engine

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type options struct {
	write bool
	phase string
	names []string
}

// chosen writes where the struct that it is given says so.
func chosen(ctx context.Context, c client.Client, w *myv1.Widget, o options) error { //= [nil]; [nil] writes p2; [out0] fails
	if !o.write {
		return nil
	}
	w.Status.Phase = o.phase
	return c.Status().Update(ctx, w) //= w first
}

// optional writes once: the second struct says no.
func optional(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails
	if err := chosen(ctx, c, w, options{write: true, phase: myv1.PhaseReady}); err != nil { //= w first
		return err
	}
	return chosen(ctx, c, w, options{phase: myv1.PhaseReady})
}

// holder keeps a widget.
type holder struct {
	client.Client
	widget *myv1.Widget
	seen   map[string]bool
}

// save writes what the receiver holds.
func (h *holder) save(ctx context.Context) error { return h.Status().Update(ctx, h.widget) } //= [nil] writes p0.widget; [out0] fails | h.widget first

// held writes the same widget by two ways.
func held(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails; [out0] writes p2 fails
	h := &holder{Client: c, widget: w}
	if err := h.save(ctx); err != nil { //= w first
		return err
	}
	h.seen["a"] = true
	return c.Status().Update(ctx, w) //= w always after [48]
}

// swapped writes another widget then.
func (h *holder) swapped(ctx context.Context, other *myv1.Widget) error { //= [nil] writes p0.widget writes p2; [out0] fails; [out0] writes p0.widget fails
	if err := h.save(ctx); err != nil { //= h.widget first
		return err
	}
	h.widget = other
	return h.save(ctx) //= other first
}

// copied writes a copy, which is the same resource.
func copied(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails; [out0] writes p2 fails
	cp := w.DeepCopy()
	if err := c.Status().Update(ctx, cp); err != nil { //= cp first
		return err
	}
	return c.Status().Update(ctx, w) //= w always after [67]
}

// valued writes a copy by value.
func valued(ctx context.Context, c client.Client, w *myv1.Widget) error { //= [nil] writes p2; [out0] fails; [out0] writes p2 fails
	cp := *w
	if err := c.Status().Update(ctx, &cp); err != nil { //= cp first
		return err
	}
	return c.Status().Update(ctx, w) //= w always after [76]
}

// keyed reads the same widget twice.
func keyed(ctx context.Context, c client.Client, key types.NamespacedName) error { //= [nil] writes <example.com/cases/api/v1.Widget p1, p2>; [out0]; [out0] fails; [out0] writes <example.com/cases/api/v1.Widget p1, p2>; [out0] writes <example.com/cases/api/v1.Widget p1, p2> fails
	var a, b myv1.Widget
	if err := c.Get(ctx, key, &a); err != nil {
		return err
	}
	if err := c.Status().Update(ctx, &a); err != nil { //= a first
		return err
	}
	if err := c.Get(ctx, key, &b); err != nil {
		return err
	}
	return c.Status().Update(ctx, &b) //= b always after [88]
}

// other reads the widget of another name.
func other(ctx context.Context, c client.Client, key types.NamespacedName) error { //= [nil] writes <example.com/cases/api/v1.Widget p1, p2>; [out0]; [out0] fails; [out0] writes <example.com/cases/api/v1.Widget p1, p2>; [out0] writes <example.com/cases/api/v1.Widget p1, p2> fails
	var a, b myv1.Widget
	if err := c.Get(ctx, key, &a); err != nil {
		return err
	}
	if err := c.Status().Update(ctx, &a); err != nil { //= a first
		return err
	}
	key.Name = a.Spec.Owner
	if err := c.Get(ctx, key, &b); err != nil {
		return err
	}
	return c.Status().Update(ctx, &b) //= b first
}

// made is written by whoever made it.
func made(ctx context.Context, c client.Client, name string) (*myv1.Widget, error) { //= [nil out0]; [out0 nil] writes out0; [out0 out1] fails
	w := &myv1.Widget{}
	w.Name = name
	if err := c.Get(ctx, client.ObjectKeyFromObject(w), w); err != nil {
		return nil, err
	}
	return w, c.Status().Update(ctx, w) //= w first
}

// remade writes what the callee has made and written.
func remade(ctx context.Context, c client.Client, name string) error { //= [nil]; [out0]; [out0] fails
	w, err := made(ctx, c, name) //= w first
	if err != nil {
		return err
	}
	w.Status.Attempts++              //= old value Status.Attempts
	return c.Status().Update(ctx, w) //= w always after [125]
}

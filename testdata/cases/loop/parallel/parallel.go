// Package parallel: work that a loop or a helper hands to goroutines.
package parallel

import (
	"context"
	"log"
	"sync"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
}

func (r *Reconciler) sync(ctx context.Context, widget *myv1.Widget) {
	base := widget.DeepCopy()
	widget.Status.Attempts++
	if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
		log.Print(err)
	}
}

// GoInALoop starts a goroutine a turn, each of which writes the same object.
func (r *Reconciler) GoInALoop(ctx context.Context, widget *myv1.Widget) {
	for _, step := range widget.Spec.Steps {
		widgetCopy := widget.DeepCopy()
		widgetCopy.Status.Message = step
		// contract: the report stands on "the direct write, or the call that is the derived write": both are on this line, and so below.
		go func() { _ = r.Status().Patch(ctx, widgetCopy, client.MergeFrom(widget)) }() // want statusloop:"widget"
	}
}

// GoPerItem starts a goroutine for each item.
func (r *Reconciler) GoPerItem(ctx context.Context, widgets []*myv1.Widget) {
	for _, widget := range widgets {
		go func() {
			base := widget.DeepCopy()
			widget.Status.Attempts++
			if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
				log.Print(err)
			}
		}()
	}
}

// GoACall starts a method.
func (r *Reconciler) GoACall(ctx context.Context, widget *myv1.Widget) {
	for range widget.Spec.Steps {
		go r.sync(ctx, widget) // want statusloop:"widget"
	}
}

// GoACallPerItem starts a method on each item.
func (r *Reconciler) GoACallPerItem(ctx context.Context, widgets []myv1.Widget) {
	for i := range widgets {
		go r.sync(ctx, &widgets[i])
	}
}

// GoOnce starts one goroutine beside a write of its own: a path of its own.
func (r *Reconciler) GoOnce(ctx context.Context, widget *myv1.Widget) error {
	go r.sync(ctx, widget.DeepCopy())
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseRunning
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// ErrGroup hands one function a turn to a group.
func (r *Reconciler) ErrGroup(ctx context.Context, widget *myv1.Widget) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, step := range widget.Spec.Steps {
		widgetCopy := widget.DeepCopy()
		widgetCopy.Status.Message = step
		g.Go(func() error { return r.Status().Patch(ctx, widgetCopy, client.MergeFrom(widget)) }) // want statusloop:"widget"
	}
	return g.Wait()
}

// ErrGroupPerItem hands over a function for each item.
func (r *Reconciler) ErrGroupPerItem(ctx context.Context, widgets []myv1.Widget) error {
	g, ctx := errgroup.WithContext(ctx)
	for i := range widgets {
		g.Go(func() error {
			base := widgets[i].DeepCopy()
			widgets[i].Status.Attempts++
			return r.Status().Patch(ctx, &widgets[i], client.MergeFrom(base))
		})
	}
	return g.Wait()
}

// ErrGroupOnce has two functions and no loop: two paths of their own.
func (r *Reconciler) ErrGroupOnce(ctx context.Context, widget *myv1.Widget, gadget *myv1.Gadget) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		base := widget.DeepCopy()
		widget.Status.Attempts++
		return r.Status().Patch(ctx, widget, client.MergeFrom(base))
	})
	g.Go(func() error {
		base := gadget.DeepCopy()
		gadget.Status.Attempts++
		return r.Status().Patch(ctx, gadget, client.MergeFrom(base))
	})
	return g.Wait()
}

// WaitGroupGo uses the method of the group.
func (r *Reconciler) WaitGroupGo(ctx context.Context, widget *myv1.Widget) {
	var wg sync.WaitGroup
	for range widget.Spec.Steps {
		wg.Go(func() { r.sync(ctx, widget) }) // want statusloop:"widget"
	}
	wg.Wait()
}

// WaitGroupGoPerItem uses it with each item.
func (r *Reconciler) WaitGroupGoPerItem(ctx context.Context, widgets []*myv1.Widget) {
	var wg sync.WaitGroup
	for _, widget := range widgets {
		wg.Go(func() {
			r.sync(ctx, widget)
		})
	}
	wg.Wait()
}

// WaitGroupAdd is the older form.
func (r *Reconciler) WaitGroupAdd(ctx context.Context, widget *myv1.Widget) {
	var wg sync.WaitGroup
	for range widget.Spec.Steps {
		wg.Add(1)
		go func() { defer wg.Done(); r.sync(ctx, widget) }() // want statusloop:"widget"
	}
	wg.Wait()
}

// Parallelize runs the callback for each piece.
func (r *Reconciler) Parallelize(ctx context.Context, widget *myv1.Widget) {
	workqueue.ParallelizeUntil(ctx, 4, len(widget.Spec.Steps), func(i int) {
		widgetCopy := widget.DeepCopy()
		widgetCopy.Status.Attempts = i
		if err := r.Status().Patch(ctx, widgetCopy, client.MergeFrom(widget)); err != nil { // want statusloop:"widget"
			log.Print(err)
		}
	})
}

// ParallelizePerItem writes the element of each piece.
func (r *Reconciler) ParallelizePerItem(ctx context.Context, widgets []myv1.Widget) {
	workqueue.ParallelizeUntil(ctx, 4, len(widgets), func(i int) {
		widget := &widgets[i]
		base := widget.DeepCopy()
		widget.Status.Attempts = i
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			log.Print(err)
		}
	})
}

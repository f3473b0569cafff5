// Package events: loops each turn of which waits for something.
package events

import (
	"context"
	"log"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Worker struct {
	client.Client
	queue workqueue.TypedRateLimitingInterface[types.NamespacedName]
}

func (r *Worker) write(ctx context.Context, widget *myv1.Widget, message string) error {
	base := widget.DeepCopy()
	widget.Status.Message = message
	return r.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// RangeOverAChannel waits for the next message.
func (r *Worker) RangeOverAChannel(ctx context.Context, widget *myv1.Widget, messages <-chan string) {
	for message := range messages {
		base := widget.DeepCopy()
		widget.Status.Message = message
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			log.Print(err)
		}
	}
}

// RangeOverASlice has the same messages at once.
func (r *Worker) RangeOverASlice(ctx context.Context, widget *myv1.Widget, messages []string) {
	for _, message := range messages {
		base := widget.DeepCopy()
		widget.Status.Message = message
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil { // want statusloop:"widget"
			log.Print(err)
		}
	}
}

// Receive waits with a plain receive.
func (r *Worker) Receive(ctx context.Context, widget *myv1.Widget, messages <-chan string) {
	for {
		message, ok := <-messages
		if !ok {
			return
		}
		if err := r.write(ctx, widget, message); err != nil {
			log.Print(err)
		}
	}
}

// Select waits for a message or the end.
func (r *Worker) Select(ctx context.Context, widget *myv1.Widget, messages <-chan string) {
	for {
		select {
		case <-ctx.Done():
			return
		case message := <-messages:
			if err := r.write(ctx, widget, message); err != nil {
				log.Print(err)
			}
		}
	}
}

// SelectDefault does not wait.
func (r *Worker) SelectDefault(ctx context.Context, widget *myv1.Widget) {
	for {
		// contract: "each turn waits for a channel": a select with a default does not wait.
		select {
		case <-ctx.Done():
			return
		default:
		}
		if err := r.write(ctx, widget, "alive"); err != nil { // want statusloop:"widget"
			log.Print(err)
		}
	}
}

// Ticker waits for a ticker.
func (r *Worker) Ticker(ctx context.Context, widget *myv1.Widget) {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		base := widget.DeepCopy()
		widget.Status.Attempts++
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			log.Print(err)
		}
	}
}

// After waits for a timer.
func (r *Worker) After(ctx context.Context, widget *myv1.Widget) error {
	for {
		if err := r.write(ctx, widget, "alive"); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Minute):
		}
	}
}

// WaitsSometimes has turns that do not wait.
func (r *Worker) WaitsSometimes(ctx context.Context, widget *myv1.Widget, messages <-chan string) {
	for i := 0; i < 10; i++ {
		message := ""
		if i > 5 {
			message = <-messages
		}
		// contract: "each turn waits": the first turns do not.
		if err := r.write(ctx, widget, message); err != nil { // want statusloop:"widget"
			log.Print(err)
		}
	}
}

// Sleep pauses between its turns.
func (r *Worker) Sleep(ctx context.Context, widget *myv1.Widget) {
	for range 3 {
		// contract: "each turn waits for a channel, ticker, timer, work queue or watch": a pause is none of these.
		if err := r.write(ctx, widget, "alive"); err != nil { // want statusloop:"widget"
			log.Print(err)
		}
		time.Sleep(time.Second)
	}
}

// WorkQueue waits for the next key.
func (r *Worker) WorkQueue(ctx context.Context) {
	for {
		key, shutdown := r.queue.Get()
		if shutdown {
			return
		}
		widget := &myv1.Widget{}
		if err := r.Get(ctx, key, widget); err == nil {
			if err := r.write(ctx, widget, "seen"); err != nil {
				log.Print(err)
			}
		}
		r.queue.Done(key)
	}
}

// WorkQueueOneObject waits for the next key, and writes the same object each time.
func (r *Worker) WorkQueueOneObject(ctx context.Context, widget *myv1.Widget) {
	for {
		key, shutdown := r.queue.Get()
		if shutdown {
			return
		}
		if err := r.write(ctx, widget, key.Name); err != nil {
			log.Print(err)
		}
		r.queue.Done(key)
	}
}

// Run is the worker loop of a hand-written controller.
func (r *Worker) Run(ctx context.Context, widget *myv1.Widget) {
	for r.processNextItem(ctx, widget) {
	}
}

func (r *Worker) processNextItem(ctx context.Context, widget *myv1.Widget) bool {
	key, shutdown := r.queue.Get()
	if shutdown {
		return false
	}
	defer r.queue.Done(key)
	if err := r.write(ctx, widget, key.Name); err != nil {
		r.queue.AddRateLimited(key)
	}
	return true
}

// RunWithoutAQueue calls a function that does not wait.
func (r *Worker) RunWithoutAQueue(ctx context.Context, widget *myv1.Widget) {
	for r.processNow(ctx, widget) { // want statusloop:"widget"
	}
}

func (r *Worker) processNow(ctx context.Context, widget *myv1.Widget) bool {
	return r.write(ctx, widget, "now") == nil
}

// Watch waits for the events of a watch.
func (r *Worker) Watch(ctx context.Context, widget *myv1.Widget, w watch.Interface) {
	for event := range w.ResultChan() {
		if err := r.write(ctx, widget, string(event.Type)); err != nil {
			log.Print(err)
		}
	}
}

// Until is called once a period.
func (r *Worker) Until(ctx context.Context, widget *myv1.Widget) {
	wait.UntilWithContext(ctx, func(ctx context.Context) {
		if err := r.write(ctx, widget, "alive"); err != nil {
			log.Print(err)
		}
	}, time.Minute)
}

// UntilWithStop is called once a period, too.
func (r *Worker) UntilWithStop(ctx context.Context, widget *myv1.Widget, stop <-chan struct{}) {
	wait.Until(func() {
		base := widget.DeepCopy()
		widget.Status.Attempts++
		if err := r.Status().Patch(ctx, widget, client.MergeFrom(base)); err != nil {
			log.Print(err)
		}
	}, time.Minute, stop)
}

// StepsOfEachMessage is an event loop with another loop inside.
func (r *Worker) StepsOfEachMessage(ctx context.Context, widget *myv1.Widget, messages <-chan string) {
	for message := range messages {
		for range widget.Spec.Steps {
			if err := r.write(ctx, widget, message); err != nil { // want statusloop:"widget"
				return
			}
		}
	}
}

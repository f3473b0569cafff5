//go:build proof

package proof

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/watch"
)

// watcher counts what anybody who watches the objects in a namespace is sent.
type watcher struct {
	watches []watch.Interface

	mu       sync.Mutex
	events   int
	last     map[string]int64 // the resource version of the last event, by resource
	finished map[string]bool  // the objects that are in a phase, by name
	err      error
}

// watch begins with an empty namespace. The watcher must be stopped.
func (c *cluster) watch(ctx context.Context, namespace string) (*watcher, error) {
	w := &watcher{last: map[string]int64{}, finished: map[string]bool{}}
	for _, resource := range resources {
		in := c.resource(resource, namespace)
		list, err := in.List(ctx, metav1.ListOptions{})
		if err != nil {
			w.Stop()
			return nil, err
		}
		events, err := in.Watch(ctx, metav1.ListOptions{ResourceVersion: list.GetResourceVersion()})
		if err != nil {
			w.Stop()
			return nil, err
		}
		w.watches = append(w.watches, events)
		go w.count(resource, events.ResultChan())
	}
	return w, nil
}

// Stop ends the watches.
func (w *watcher) Stop() {
	for _, events := range w.watches {
		events.Stop()
	}
}

func (w *watcher) count(resource string, events <-chan watch.Event) {
	for event := range events {
		obj, ok := event.Object.(*unstructured.Unstructured)
		var version int64
		err := fmt.Errorf("watch of %s: %s of %v", resource, event.Type, event.Object)
		if ok && (event.Type == watch.Added || event.Type == watch.Modified) {
			version, err = strconv.ParseInt(obj.GetResourceVersion(), 10, 64)
		}
		w.mu.Lock()
		if ok && phase(obj) != "" {
			w.finished[obj.GetName()] = true
		}
		w.events++
		w.last[resource] = version
		w.err = errors.Join(w.err, err)
		w.mu.Unlock()
	}
}

// seen returns how many events there were so far, and how many objects are in a
// phase by now.
func (w *watcher) seen() (events, finished int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.events, len(w.finished)
}

// upTo waits for the event of the last write of each resource and returns how
// many events there were.
func (w *watcher) upTo(ctx context.Context, last map[string]int64) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		w.mu.Lock()
		events, err, behind := w.events, w.err, false
		for resource, version := range last {
			behind = behind || w.last[resource] < version
		}
		w.mu.Unlock()
		if err != nil || !behind {
			return events, err
		}
		select {
		case <-ctx.Done():
			return 0, fmt.Errorf("watch: the last of %d events is not that of the last write: %w", events, ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

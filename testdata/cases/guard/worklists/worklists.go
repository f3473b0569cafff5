// Package worklists puts what has changed on a list, and writes the list later.
package worklists

import (
	"context"
	"reflect"

	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Syncer struct {
	client.Client
	pending []*myv1.Widget
	queue   chan *myv1.Widget
}

func next(widget *myv1.Widget) *myv1.WidgetStatus {
	status := widget.Status.DeepCopy()
	status.Phase = myv1.PhaseReady
	return status
}

// Parallel writes what is on the list side by side.
func (s *Syncer) Parallel(ctx context.Context, widgets []*myv1.Widget) error {
	var changed []*myv1.Widget
	for _, widget := range widgets {
		status := next(widget)
		if reflect.DeepEqual(widget.Status, status) { // want statusguard:"widget.Status and status are never equal, as status is a pointer: every reconcile writes"
			continue
		}
		widget.Status = *status
		changed = append(changed, widget)
	}
	if len(changed) == 0 {
		return nil
	}
	var g errgroup.Group
	for _, widget := range changed {
		g.Go(func() error { return s.Status().Update(ctx, widget) }) // want statusretry:""
	}
	return g.Wait()
}

// Keyed puts it into a map, which another function writes.
func (s *Syncer) Keyed(ctx context.Context, widgets []*myv1.Widget) error {
	changed := map[string]*myv1.Widget{}
	for _, widget := range widgets {
		if status := next(widget); !reflect.DeepEqual(status, widget.Status) { // want statusguard:"never equal, as status is a pointer: every reconcile writes"
			widget.Status = *status
			changed[widget.Name] = widget
		}
	}
	return s.writeAll(ctx, changed)
}

func (s *Syncer) writeAll(ctx context.Context, widgets map[string]*myv1.Widget) error {
	for _, widget := range widgets {
		if err := s.Status().Update(ctx, widget); err != nil { // want statusretry:""
			return err
		}
	}
	return nil
}

// Collect keeps it in a field.
func (s *Syncer) Collect(widgets []*myv1.Widget) {
	for _, widget := range widgets {
		status := next(widget)
		if reflect.DeepEqual(widget.Status, status) { // want statusguard:"never equal"
			continue
		}
		s.pending = append(s.pending, widget)
	}
}

func (s *Syncer) Flush(ctx context.Context) error {
	for _, widget := range s.pending {
		if err := s.Status().Update(ctx, widget); err != nil { // want statusretry:""
			return err
		}
	}
	return nil
}

// Changed returns a list to its caller.
func changed(widgets []*myv1.Widget) (out []*myv1.Widget, err error) {
	for _, widget := range widgets {
		if !reflect.DeepEqual(widget.Status, next(widget)) { // want statusguard:"never equal"
			out = append(out, widget)
		}
	}
	return out, nil
}

func (s *Syncer) All(ctx context.Context, widgets []*myv1.Widget) error {
	list, err := changed(widgets)
	if err != nil {
		return err
	}
	for i := range list {
		if err := s.Status().Update(ctx, list[i]); err != nil { // want statusretry:""
			return err
		}
	}
	return nil
}

// Send hands it to a goroutine.
func (s *Syncer) Send(widgets []*myv1.Widget) {
	for _, widget := range widgets {
		if reflect.DeepEqual(widget.Status, next(widget)) { // want statusguard:"never equal"
			continue
		}
		s.queue <- widget
	}
}

func (s *Syncer) Work(ctx context.Context) {
	for widget := range s.queue {
		_ = s.Status().Update(ctx, widget) // want statusretry:""
	}
}

// Names are for people, and each status is written whatever they are.
func (s *Syncer) Names(ctx context.Context, widgets []*myv1.Widget) (names []string, n int, err error) {
	for _, widget := range widgets {
		if !reflect.DeepEqual(widget.Status, next(widget)) {
			names = append(names, widget.Name)
			n++
		}
		if err := s.Status().Update(ctx, widget); err != nil { // want statusretry:""
			return nil, 0, err
		}
	}
	for _, name := range names {
		println(name)
	}
	return names, n, nil
}

// Alike compares two of a kind.
func (s *Syncer) Alike(ctx context.Context, widgets []*myv1.Widget) error {
	var changed []*myv1.Widget
	for _, widget := range widgets {
		if status := next(widget); !reflect.DeepEqual(*status, widget.Status) {
			widget.Status = *status
			changed = append(changed, widget)
		}
	}
	for _, widget := range changed {
		if err := s.Status().Update(ctx, widget); err != nil { // want statusretry:""
			return err
		}
	}
	return nil
}

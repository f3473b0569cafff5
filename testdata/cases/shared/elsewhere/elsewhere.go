// Package elsewhere holds what the controllers of other packages call.
package elsewhere

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/listers"
)

// Store reads from a cache.
type Store struct{ Lister listers.WidgetLister }

// Get hands out what the cache holds, to be read only.
func (s *Store) Get(ns, name string) (*myv1.Widget, error) {
	return s.Lister.Widgets(ns).Get(name)
}

// Copy hands out a copy.
func (s *Store) Copy(ns, name string) (*myv1.Widget, error) {
	widget, err := s.Lister.Widgets(ns).Get(name)
	if err != nil {
		return nil, err
	}
	return widget.DeepCopy(), nil
}

// ByName are the widgets of the cache by their names.
func (s *Store) ByName() (map[string]*myv1.Widget, error) {
	widgets, err := s.Lister.List(labels.Everything())
	if err != nil {
		return nil, err
	}
	found := make(map[string]*myv1.Widget, len(widgets))
	for _, widget := range widgets {
		found[widget.Name] = widget
	}
	return found, nil
}

// Paused are those of some widgets that are paused.
func Paused(widgets []*myv1.Widget) []*myv1.Widget {
	var found []*myv1.Widget
	for _, widget := range widgets {
		if widget.Spec.Paused {
			found = append(found, widget)
		}
	}
	return found
}

// Finish changes its parameter.
func Finish(widget *myv1.Widget) { widget.Status.Phase = myv1.PhaseReady }

// Finished changes a copy.
func Finished(widget *myv1.Widget) *myv1.Widget {
	widget = widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return widget
}

// Trim changes what the labels of its parameter refer to.
func Trim(meta *metav1.ObjectMeta) { delete(meta.Labels, "old") }

// TrimAll changes the labels of an object by way of others.
func TrimAll(widgets []*myv1.Widget) {
	for _, widget := range widgets {
		delete(widget.Labels, "old")
	}
}

// Marks counts the marks of a widget, and takes them off if asked to.
func Marks(widget *myv1.Widget, take bool) int {
	n := 0
	for name := range widget.Annotations {
		n++
		if take {
			delete(widget.Annotations, name)
		}
	}
	return n
}

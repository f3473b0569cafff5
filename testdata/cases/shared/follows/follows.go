// Package follows changes objects of a cache far from where they were read.
package follows

import (
	"k8s.io/apimachinery/pkg/labels"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/listers"
	"example.com/cases/shared/elsewhere"
)

type Controller struct {
	lister listers.WidgetLister
	store  *elsewhere.Store
	source Source
}

// Source has one implementation here.
type Source interface {
	One(name string) *myv1.Widget
}

type cached struct{ lister listers.WidgetLister }

func (s *cached) One(name string) *myv1.Widget {
	widget, err := s.lister.Widgets("here").Get(name)
	if err != nil {
		return nil
	}
	return widget
}

func (c *Controller) Interface() {
	widget := c.source.One("one")
	widget.Status.Phase = "" // want statusshared:"widget"
}

func reset(widget *myv1.Widget) { clear(widget) }

func clear(widget *myv1.Widget) { widget.Status = myv1.WidgetStatus{} }

func trim(names map[string]string) { delete(names, "old") }

func (c *Controller) Callee() {
	widget, _ := c.lister.Widgets("here").Get("one")
	reset(widget) // want statusshared:"^widget" statuslost:""
}

func (c *Controller) Part() {
	widget, _ := c.lister.Widgets("here").Get("one")
	trim(widget.Labels) // want statusshared:"widget"
}

func (c *Controller) Elsewhere() {
	widget, _ := c.store.Get("here", "one")
	elsewhere.Finish(widget) // want statusshared:"widget"
}

func (c *Controller) ElsewherePart() {
	widget, _ := c.store.Get("here", "one")
	elsewhere.Trim(&widget.ObjectMeta) // want statusshared:"widget"
}

func (c *Controller) ElsewhereShallow() {
	widget, _ := c.store.Get("here", "one")
	copied := *widget
	elsewhere.Trim(&copied.ObjectMeta) // want statusshared:"copied"
	elsewhere.Finish(&copied)
}

func (c *Controller) ElsewhereCopy() {
	widget, _ := c.store.Copy("here", "one")
	elsewhere.Finish(widget)
	seen, _ := c.store.Get("here", "two")
	elsewhere.Finished(seen).Status.Message = ""
}

func (c *Controller) ByName() {
	widgets, _ := c.store.ByName()
	delete(widgets, "two")
	if widget, ok := widgets["one"]; ok {
		widget.Status.Phase = "" // want statusshared:"widget"
	}
}

func (c *Controller) Elements() {
	widgets, _ := c.lister.List(labels.Everything())
	elsewhere.TrimAll(elsewhere.Paused(widgets)) // want statusshared:""
}

// sync holds what one sync works on.
type sync struct {
	widget *myv1.Widget
	next   *myv1.Widget
	parts  map[string]*myv1.Widget
	mixed  map[string]*myv1.Widget
}

func newSync(widget *myv1.Widget) *sync {
	return &sync{widget: widget, next: widget.DeepCopy(), parts: map[string]*myv1.Widget{}, mixed: map[string]*myv1.Widget{}}
}

func (c *Controller) Sync() error {
	widget, err := c.lister.Widgets("here").Get("one")
	if err != nil {
		return err
	}
	s := newSync(widget)
	parts, err := c.lister.List(labels.Everything())
	if err != nil {
		return err
	}
	for _, part := range parts {
		s.parts[part.Name] = part
		s.mixed[part.Name] = part
	}
	s.mixed["new"] = &myv1.Widget{}
	s.finish()
	return nil
}

func (s *sync) finish() {
	s.widget.Status.Phase = "" // want statusshared:"^s.widget is"
	s.next.Status.Phase = ""
	for _, part := range s.parts {
		part.Status.Phase = "" // want statusshared:"part"
	}
	for _, part := range s.mixed {
		part.Status.Phase = ""
	}
}

// Collected in a list.
func (c *Controller) Collected() {
	widgets, _ := c.lister.List(labels.Everything())
	var picked []*myv1.Widget
	copies := make([]*myv1.Widget, len(widgets))
	for i, widget := range widgets {
		picked = append(picked, widget)
		copies[i] = widget.DeepCopy()
	}
	for i := range picked {
		picked[i].Status.Phase = "" // want statusshared:"picked"
		copies[i].Status.Phase = ""
	}
	picked = append(picked, &myv1.Widget{})
	for _, widget := range picked {
		widget.Status.Message = ""
	}
}

// Captured by a literal.
func (c *Controller) Captured(run func(func())) {
	widget, _ := c.lister.Widgets("here").Get("one")
	run(func() {
		widget.Status.Phase = "" // want statusshared:"widget"
	})
	widget.Status.Message = "" // want statuslost:""
}

// Replaced by a copy, which a literal captures.
func (c *Controller) Replaced(run func(func())) {
	widget, _ := c.lister.Widgets("here").Get("one")
	widget = widget.DeepCopy()
	run(func() { widget.Status.Phase = "" })
}

// Recursive is a function that calls itself.
func (c *Controller) Recursive(widget *myv1.Widget, depth int) *myv1.Widget {
	if depth == 0 {
		return widget
	}
	widget.Status.Attempts++
	return c.Recursive(widget, depth-1)
}

func (c *Controller) Recursion() {
	widget, _ := c.lister.Widgets("here").Get("one")
	widget = c.Recursive(widget, 3) // want statusshared:"widget" statuslost:""
}

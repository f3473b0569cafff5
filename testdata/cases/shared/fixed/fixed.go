// Package fixed is what the fixes make of the package fixes.
package fixed

import (
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/labels"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/listers"
)

type Controller struct{ lister listers.WidgetLister }

func (c *Controller) Checked(name string) error {
	widget, err := c.lister.Widgets("here").Get(name)
	if err != nil {
		return err // there is none
	} // keep this
	widget = widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return nil
}

func (c *Controller) Deeper(names []string) (err error) {
	var widget *myv1.Widget
	for _, name := range names {
		widget, err = c.lister.Widgets("here").Get(name)
		if err != nil {
			if apierrors.IsNotFound(err) {
				continue
			}
			return err
		}
		widget = widget.DeepCopy()
		if widget.Spec.Paused {
			widget.Status.Phase = myv1.PhaseReady
		}
	}
	return nil
}

func (c *Controller) ByCallee(name string) error {
	widget, err := c.read(name)
	if err != nil {
		return err
	}
	widget = widget.DeepCopy()
	finish(widget)
	return nil
}

func (c *Controller) read(name string) (*myv1.Widget, error) {
	return c.lister.Widgets("here").Get(name)
}

func finish(widget *myv1.Widget) { widget.Status.Phase = myv1.PhaseReady }

// None has no fix: the error is not looked at, or asked for more.
func (c *Controller) None(name string) error {
	widget, _ := c.lister.Widgets("here").Get(name)
	widget.Status.Phase = myv1.PhaseReady // want statusshared:"widget" statuslost:""
	other, err := c.lister.Widgets("here").Get(name)
	if apierrors.IsNotFound(err) {
		return nil
	}
	other.Status.Phase = myv1.PhaseReady // want statusshared:"other" statuslost:""
	widgets, err := c.lister.List(labels.Everything())
	if err != nil {
		return err
	}
	for _, each := range widgets {
		each.Status.Phase = myv1.PhaseReady // want statusshared:"each"
	}
	return nil
}

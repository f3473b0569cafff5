// Package paths has variables that hold an object of a cache on some paths only.
package paths

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/clientset"
	"example.com/cases/listers"
)

type Controller struct {
	lister listers.WidgetLister
	client clientset.Interface
}

func (c *Controller) check(ctx context.Context) error { return ctx.Err() }

// Created where there is none. The one of the cache is changed as well.
func (c *Controller) Created(ctx context.Context, made *myv1.Widget) error {
	widget, err := c.lister.Widgets("here").Get("one")
	if apierrors.IsNotFound(err) {
		widget, err = c.client.MyV1().Widgets("here").Create(ctx, made, metav1.CreateOptions{})
	}
	if err != nil {
		return err
	}
	if err := c.check(ctx); err != nil {
		return err
	}
	widget.Status.Phase = "" // want statusshared:"widget"
	return nil
}

// Found among many, or made.
func (c *Controller) Found(ctx context.Context, made *myv1.Widget) error {
	widgets, err := c.lister.List(labels.Everything())
	if err != nil {
		return err
	}
	var widget *myv1.Widget
	for _, w := range widgets {
		if w.Spec.Owner == "me" {
			widget = w
		}
	}
	if widget == nil {
		widget = made.DeepCopy()
	}
	widget.Status.Phase = "" // want statusshared:"widget"
	return nil
}

// Asked tells one from the other by the object.
func (c *Controller) Asked(ctx context.Context, made *myv1.Widget) error {
	widget, err := c.lister.Widgets("here").Get("one")
	if apierrors.IsNotFound(err) {
		widget, err = made.DeepCopy(), nil
	}
	if err != nil {
		return err
	}
	if widget.UID == "" {
		widget.Status.Phase = ""
	}
	return nil
}

// Flagged tells one from the other by a flag.
func (c *Controller) Flagged(ctx context.Context, made *myv1.Widget) error {
	create := false
	widget, err := c.lister.Widgets("here").Get("one")
	if apierrors.IsNotFound(err) {
		widget, err, create = made.DeepCopy(), nil, true
	}
	if err != nil {
		return err
	}
	if !create {
		return nil
	}
	widget.Status.Phase = ""
	return nil
}

// Failed tells one from the other by the error of the read.
func (c *Controller) Failed(made *myv1.Widget) {
	widget, err := c.lister.Widgets("here").Get("one")
	if err != nil {
		widget = made.DeepCopy()
	}
	if err != nil {
		widget.Status.Phase = ""
	}
}

// Copied on each path.
func (c *Controller) Copied(made *myv1.Widget) {
	widget, err := c.lister.Widgets("here").Get("one")
	if err != nil {
		widget = made.DeepCopy()
	} else {
		widget = widget.DeepCopy()
	}
	widget.Status.Phase = ""
}

// Either of two, both of the cache.
func (c *Controller) Either(first bool) {
	widget, _ := c.lister.Widgets("here").Get("one")
	if !first {
		widget, _ = c.lister.Widgets("here").Get("two")
	}
	widget.Status.Phase = "" // want statusshared:"widget" statuslost:""
}

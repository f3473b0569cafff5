// Package reads gets objects in the ways there are, and changes each.
package reads

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/listers"
)

type Controller struct {
	client.Client
	lister  listers.WidgetLister
	generic cache.GenericLister
	indexer cache.Indexer
	live    Getter
}

// Getter is the interface of something that reads from the API server.
type Getter interface {
	Get(name string) (*myv1.Widget, error)
}

func (c *Controller) Get(ns, name string) error {
	widget, err := c.lister.Widgets(ns).Get(name)
	if err != nil {
		return err
	}
	widget.Status.Phase = "" // want statusshared:"^widget is an object of a shared cache"
	return nil
}

func (c *Controller) List(ns string) error {
	widgets, err := c.lister.Widgets(ns).List(labels.Everything())
	for _, widget := range widgets {
		widget.Status.Phase = "" // want statusshared:"widget"
	}
	return err
}

func (c *Controller) Generic(name string) error {
	obj, err := c.generic.Get(name)
	if err != nil {
		return err
	}
	widget, ok := obj.(*myv1.Widget)
	if !ok {
		return nil
	}
	widget.Status.Phase = "" // want statusshared:"widget"
	return nil
}

func (c *Controller) ByIndex(owner string) error {
	objs, err := c.indexer.ByIndex("owner", owner)
	for _, obj := range objs {
		obj.(*myv1.Widget).Spec.Owner = "" // want statusshared:"obj"
	}
	return err
}

type entry struct{ hits int }

// Other things than API objects lie in a store of the program's own.
func (c *Controller) Own(key string) error {
	obj, ok, err := c.indexer.GetByKey(key)
	if ok {
		obj.(*entry).hits++
	}
	return err
}

func (c *Controller) Unsafe(ctx context.Context) error {
	var list myv1.WidgetList
	if err := c.Client.List(ctx, &list, client.InNamespace("here"), client.UnsafeDisableDeepCopy); err != nil {
		return err
	}
	for i := range list.Items {
		list.Items[i].Status.Phase = ""       // of a copy of the struct
		list.Items[i].Labels["seen"] = "true" // want statusshared:"list"
	}
	list.Items = list.Items[:0]
	return nil
}

func (c *Controller) UnsafeEach(ctx context.Context) error {
	list := &myv1.WidgetList{}
	if err := c.Client.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return err
	}
	for _, widget := range list.Items {
		if len(widget.Status.Steps) > 0 {
			widget.Status.Steps[0].Phase = "" // want statusshared:"widget"
		}
	}
	return nil
}

func (c *Controller) Safe(ctx context.Context) error {
	var list myv1.WidgetList
	if err := c.Client.List(ctx, &list, client.InNamespace("here")); err != nil {
		return err
	}
	for i := range list.Items {
		list.Items[i].Labels["seen"] = "true"
	}
	return nil
}

func (c *Controller) Read(ctx context.Context, key client.ObjectKey) error {
	widget := &myv1.Widget{}
	if err := c.Client.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Labels["seen"] = "true"
	return nil
}

func (c *Controller) Live(name string) error {
	widget, err := c.live.Get(name)
	if err != nil {
		return err
	}
	widget.Status.Phase = ""
	return nil
}

var changed = predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		e.ObjectNew.SetManagedFields(nil) // want statusshared:"e"
		e.ObjectOld.GetLabels()["seen"] = "true"
		return e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration()
	},
	GenericFunc: func(e event.GenericEvent) bool {
		e.Object.SetManagedFields(nil) // whoever sent it made it
		return true
	},
}

func (c *Controller) Annotations(name string) error {
	obj, err := c.generic.Get(name)
	if err != nil {
		return err
	}
	u := obj.(*unstructured.Unstructured)
	u.GetAnnotations()["seen"] = "true" // a copy
	u.SetAnnotations(nil)               // want statusshared:"u"
	return nil
}

func (c *Controller) Owned(obj runtime.Object) {
	widget := obj.(*myv1.Widget)
	widget.Status.Phase = "" // whose it is, is not known
}

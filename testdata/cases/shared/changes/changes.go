// Package changes changes an object of a cache in the ways there are.
package changes

import (
	"context"
	"encoding/json"
	"slices"
	"sort"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/cluster-api/util/patch"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/listers"
)

type Controller struct {
	client.Client
	lister listers.WidgetLister
}

func (c *Controller) get() *myv1.Widget {
	widget, _ := c.lister.Widgets("here").Get("one")
	return widget
}

func (c *Controller) Store()     { c.get().Spec.Replicas = 2 } // want statusshared:"^c.get\\(\\) is"
func (c *Controller) Whole()     { *c.get() = myv1.Widget{} }  // want statusshared:""
func (c *Controller) Increment() { c.get().Status.Attempts++ } // want statusshared:""

func (c *Controller) Map() {
	widget := c.get()
	widget.Labels["seen"] = "true" // want statusshared:"widget"
}

func (c *Controller) Delete() {
	widget := c.get()
	delete(widget.Labels, "seen") // want statusshared:"widget"
}

func (c *Controller) Element() {
	widget := c.get()
	widget.Status.Steps[0].Phase = "" // want statusshared:"widget"
}

func (c *Controller) Sort() {
	widget := c.get()
	sort.Slice(widget.Status.Steps, func(i, j int) bool { return widget.Status.Steps[i].Name < widget.Status.Steps[j].Name }) // want statusshared:"widget"
}

func (c *Controller) Sorted() []string {
	parts := slices.Clone(c.get().Spec.Parts)
	slices.Sort(parts)
	return parts
}

func (c *Controller) Reversed() { slices.Reverse(c.get().Spec.Parts) } // want statusshared:""

func (c *Controller) Condition() {
	widget := c.get()
	meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{Type: "Ready"}) // want statusshared:"widget"
}

// Shallow has a list of its own, the elements of which are those of the cache.
func (c *Controller) Shallow() {
	widget := *c.get()
	meta.SetStatusCondition(&widget.Status.Conditions, metav1.Condition{Type: "Ready"}) // want statusshared:"widget"
}

func (c *Controller) Setter() {
	widget := c.get()
	widget.SetLabels(nil) // want statusshared:"widget"
}

func (c *Controller) Finalizer() {
	widget := c.get()
	controllerutil.AddFinalizer(widget, "example.com/hold") // want statusshared:"widget"
}

func (c *Controller) Owner(owned client.Object) error {
	return controllerutil.SetControllerReference(c.get(), owned, c.Scheme()) // the owner stays as it is
}

func (c *Controller) Decode(data []byte) error {
	widget := c.get()
	return json.Unmarshal(data, widget) // want statusshared:"widget"
}

func (c *Controller) Encode() ([]byte, error) { return json.Marshal(c.get()) }

func (c *Controller) Into(other *myv1.Widget) {
	c.get().DeepCopyInto(other)
	other.DeepCopyInto(c.get()) // want statusshared:"^c.get\\(\\) is"
}

// Update decodes the response into the object that it sends.
func (c *Controller) Update(ctx context.Context) error {
	widget := c.get()
	return c.Client.Update(ctx, widget) // want statusshared:"widget"
}

// Patch by a helper that keeps the response to itself.
func (c *Controller) Patch(ctx context.Context, helper *patch.Helper) error {
	return helper.Patch(ctx, c.get())
}

func (c *Controller) Getter() {
	widget := c.get()
	widget.GetLabels()["seen"] = "true" // want statusshared:"widget"
}

// Once is one report an object and function.
func (c *Controller) Once() {
	widget := c.get()
	widget.Status.Phase = "" // want statusshared:"widget"
	widget.Status.Message = ""
	if widget.Labels == nil {
		widget.Labels = map[string]string{}
	}
	widget.Labels["seen"] = "true"
	func() { widget.Spec.Owner = "" }()
}

// OnceCopied has a shallow copy of what it changes, too.
func (c *Controller) OnceCopied() {
	for _, reference := range c.get().OwnerReferences {
		*reference.Controller = false // want statusshared:"reference"
	}
	widget := c.get()
	for _, reference := range widget.OwnerReferences {
		if reference.Name == "" {
			reference.UID = ""
		}
		*reference.Controller = false // want statusshared:"reference"
	}
	widget.Status.Phase = ""
}

// Parts of a shallow copy need a copy each.
func (c *Controller) Parts() {
	widget := *c.get()
	widget.Status.Phase = ""
	widget.Status.Steps[0].Phase = "" // want statusshared:"widget"
	widget.Labels["seen"] = "true"    // want statusshared:"widget"
}

// Two objects are two reports.
func (c *Controller) Two() {
	one, two := c.get(), c.get()
	one.Status.Phase = "" // want statusshared:"one"
	two.Status.Phase = "" // want statusshared:"two"
}

// Listed is a list of its own, the objects in which are not.
func (c *Controller) Listed() []*myv1.Widget {
	widgets, _ := c.lister.List(labels.Everything())
	sort.Slice(widgets, func(i, j int) bool { return widgets[i].Name < widgets[j].Name })
	widgets[0] = nil
	return append(widgets[:1], widgets[2:]...)
}

// Copied has fields of its own.
func (c *Controller) Copied() myv1.Widget {
	widget := *c.get()
	widget.Status.Phase = ""
	widget.Labels = map[string]string{}
	widget.Labels["seen"] = "true"
	widget.Status.Steps = append([]myv1.StepStatus(nil), widget.Status.Steps...)
	widget.Status.Steps[0].Phase = ""
	widget.Spec = c.get().DeepCopy().Spec
	widget.Spec.Parts[0] = ""
	return widget
}

package items

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/clientset"
)

type Copier struct {
	clients clientset.Interface
}

// ToAll writes a copy in each namespace.
func (c *Copier) ToAll(ctx context.Context, widget *myv1.Widget, namespaces []string) error {
	prototype := widget.DeepCopy()
	for _, namespace := range namespaces {
		if err := c.to(ctx, prototype, namespace); err != nil {
			return err
		}
	}
	return nil
}

func (c *Copier) to(ctx context.Context, prototype *myv1.Widget, namespace string) error {
	prototype.Namespace = namespace
	existing, err := c.clients.MyV1().Widgets(namespace).Get(ctx, prototype.GetName(), metav1.GetOptions{})
	if err != nil {
		return err
	}
	prototype.Namespace = existing.Namespace
	prototype.ResourceVersion = existing.ResourceVersion
	_, err = c.clients.MyV1().Widgets(namespace).UpdateStatus(ctx, prototype, metav1.UpdateOptions{}) // want statusretry:"prototype"
	return err
}

// ToOne writes the same one again and again.
func (c *Copier) ToOne(ctx context.Context, widget *myv1.Widget, phases []string) error {
	prototype := widget.DeepCopy()
	prototype.Namespace = "copies"
	for _, phase := range phases {
		prototype.Status.Phase = phase
		updated, err := c.clients.MyV1().Widgets("copies").UpdateStatus(ctx, prototype, metav1.UpdateOptions{}) // want statusretry:"prototype" statusloop:"prototype"
		if err != nil {
			return err
		}
		prototype = updated
	}
	return nil
}

// Both writes the original and the copy.
func (c *Copier) Both(ctx context.Context, widget *myv1.Widget) error {
	twin := widget.DeepCopy()
	twin.Name = widget.Name + "-twin"
	if _, err := c.clients.MyV1().Widgets(widget.Namespace).UpdateStatus(ctx, widget, metav1.UpdateOptions{}); err != nil { // want statusretry:"widget"
		return err
	}
	_, err := c.clients.MyV1().Widgets(twin.Namespace).UpdateStatus(ctx, twin, metav1.UpdateOptions{}) // want statusretry:"twin"
	return err
}

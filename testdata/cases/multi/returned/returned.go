// Package returned: helpers that return the object as the API server answered.
package returned

import (
	"context"
	"log"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/clientset"
)

type Controller struct {
	clients clientset.Interface
}

func (c *Controller) setPhase(ctx context.Context, widget *myv1.Widget, phase string, again bool) (*myv1.Widget, error) {
	widget = widget.DeepCopy()
	widget.Status.Phase = phase
	updated, err := c.clients.MyV1().Widgets(widget.Namespace).UpdateStatus(ctx, widget, metav1.UpdateOptions{})
	if err != nil {
		if apierrors.IsConflict(err) && again {
			widget, err = c.clients.MyV1().Widgets(widget.Namespace).Get(ctx, widget.Name, metav1.GetOptions{})
			if err != nil {
				return widget, err
			}
			return c.setPhase(ctx, widget, phase, false)
		}
		return updated, err
	}
	return updated, nil
}

// Sync writes three times.
func (c *Controller) Sync(ctx context.Context, namespace, name string) error {
	widget, err := c.clients.MyV1().Widgets(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if widget, err = c.setPhase(ctx, widget, myv1.PhasePending, true); err != nil {
		return err
	}
	if widget, err = c.setPhase(ctx, widget, myv1.PhaseRunning, true); err != nil { // want statusmulti:"always"
		return err
	}
	if widget.Spec.Paused {
		return nil
	}
	_, err = c.setPhase(ctx, widget, myv1.PhaseReady, true)
	return err
}

// GoesOn keeps what a failed write returned, which nobody knows to be the widget.
func (c *Controller) GoesOn(ctx context.Context, namespace, name string) error {
	widget, err := c.clients.MyV1().Widgets(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if widget, err = c.setPhase(ctx, widget, myv1.PhasePending, true); err != nil {
		log.Println(err)
	}
	if widget, err = c.setPhase(ctx, widget, myv1.PhaseRunning, true); err != nil { // want statusmulti:"may have been"
		return err
	}
	_, err = c.setPhase(ctx, widget, myv1.PhaseReady, true)
	return err
}

// Package typed: generated clientsets.
package typed

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/retry"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/applyconfig"
	"example.com/cases/clientset"
	"example.com/cases/listers"
)

// Controller is one without controller-runtime.
type Controller struct {
	clientset clientset.Interface
	kube      kubernetes.Interface
	widgets   clientset.WidgetInterface
	getter    clientset.WidgetsGetter
	lister    listers.WidgetLister
}

// Sync is called for each key of the queue.
func (c *Controller) Sync(ctx context.Context, namespace, name string) error {
	widget, err := c.lister.Widgets(namespace).Get(name)
	if err != nil {
		return err
	}
	widget = widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	_, err = c.clientset.MyV1().Widgets(namespace).UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusretry:"widget"
	return err
}

// SyncRetried does so in a region.
func (c *Controller) SyncRetried(ctx context.Context, namespace, name string) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		widget, err := c.clientset.MyV1().Widgets(namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		widget.Status.Phase = myv1.PhaseReady
		_, err = c.clientset.MyV1().Widgets(namespace).UpdateStatus(ctx, widget, metav1.UpdateOptions{})
		return err
	})
}

// Field has the client of the kind in a field.
func (c *Controller) Field(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	_, err := c.widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusretry:"widget"
	return err
}

// Getter has that of the group.
func (c *Controller) Getter(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	_, err := c.getter.Widgets(widget.Namespace).UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusretry:"widget"
	return err
}

// Builtin writes a kind of Kubernetes itself.
func (c *Controller) Builtin(ctx context.Context, deployment *appsv1.Deployment) error {
	deployment.Status.ObservedGeneration = deployment.Generation
	_, err := c.kube.AppsV1().Deployments(deployment.Namespace).UpdateStatus(ctx, deployment, metav1.UpdateOptions{}) // want statusretry:"deployment"
	return err
}

// Update writes the whole object.
func (c *Controller) Update(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseReady
	_, err := c.widgets.Update(ctx, widget, metav1.UpdateOptions{})
	return err
}

// Scale writes another subresource.
func (c *Controller) Scale(ctx context.Context, deployment *appsv1.Deployment) error {
	scale, err := c.kube.AppsV1().Deployments(deployment.Namespace).GetScale(ctx, deployment.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	scale.Spec.Replicas = 3
	_, err = c.kube.AppsV1().Deployments(deployment.Namespace).UpdateScale(ctx, deployment.Name, scale, metav1.UpdateOptions{})
	return err
}

// Apply is not conflict-prone.
func (c *Controller) Apply(ctx context.Context, widget *myv1.Widget) error {
	_, err := c.widgets.ApplyStatus(ctx, applyconfig.Widget(widget.Name, widget.Namespace).
		WithStatus(applyconfig.WidgetStatus().WithPhase(myv1.PhaseReady)), metav1.ApplyOptions{FieldManager: "cases"})
	return err
}

// Patch is not, either.
func (c *Controller) Patch(ctx context.Context, widget *myv1.Widget) error {
	_, err := c.widgets.Patch(ctx, widget.Name, types.MergePatchType, []byte(`{"status":{"phase":"Ready"}}`), metav1.PatchOptions{}, "status")
	return err
}

// PatchTwice patches the status twice.
func (c *Controller) PatchTwice(ctx context.Context, widget *myv1.Widget) error {
	if _, err := c.widgets.Patch(ctx, widget.Name, types.MergePatchType, []byte(`{"status":{"phase":"Running"}}`), metav1.PatchOptions{}, "status"); err != nil {
		return err
	}
	_, err := c.widgets.Patch(ctx, widget.Name, types.MergePatchType, []byte(`{"status":{"phase":"Ready"}}`), metav1.PatchOptions{}, "status") // want statusmulti:"always"
	return err
}

// PatchWholeTwice patches the object twice.
func (c *Controller) PatchWholeTwice(ctx context.Context, widget *myv1.Widget) error {
	if _, err := c.widgets.Patch(ctx, widget.Name, types.MergePatchType, []byte(`{"metadata":{"labels":{"a":"b"}}}`), metav1.PatchOptions{}); err != nil {
		return err
	}
	_, err := c.widgets.Patch(ctx, widget.Name, types.MergePatchType, []byte(`{"metadata":{"labels":{"c":"d"}}}`), metav1.PatchOptions{})
	return err
}

// PatchTwoNames patches two objects.
func (c *Controller) PatchTwoNames(ctx context.Context, widget, other *myv1.Widget) error {
	if _, err := c.widgets.Patch(ctx, widget.Name, types.MergePatchType, []byte(`{"status":{"phase":"Running"}}`), metav1.PatchOptions{}, "status"); err != nil {
		return err
	}
	_, err := c.widgets.Patch(ctx, other.Name, types.MergePatchType, []byte(`{"status":{"phase":"Ready"}}`), metav1.PatchOptions{}, "status")
	return err
}

// Returned writes what UpdateStatus returned.
func (c *Controller) Returned(ctx context.Context, widget *myv1.Widget) error {
	widget.Status.Phase = myv1.PhaseRunning
	updated, err := c.widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{}) // want statusretry:"widget"
	if err != nil {
		return err
	}
	updated.Status.Phase = myv1.PhaseReady
	_, err = c.widgets.UpdateStatus(ctx, updated, metav1.UpdateOptions{}) // want statusretry:"updated|widget" statusmulti:"(updated|widget).*always|always.*(updated|widget)"
	return err
}

// ReadAgain writes what was read under the object's own name.
func (c *Controller) ReadAgain(ctx context.Context, widget *myv1.Widget) error {
	if _, err := c.widgets.Patch(ctx, widget.Name, types.MergePatchType, []byte(`{"status":{"phase":"Running"}}`), metav1.PatchOptions{}, "status"); err != nil {
		return err
	}
	latest, err := c.widgets.Get(ctx, widget.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	latest.Status.Phase = myv1.PhaseReady
	_, err = c.widgets.UpdateStatus(ctx, latest, metav1.UpdateOptions{}) // want statusretry:"latest|widget" statusmulti:"(latest|widget).*always|always.*(latest|widget)"
	return err
}

// ReadOwner writes what was read under another name.
func (c *Controller) ReadOwner(ctx context.Context, widget *myv1.Widget) error {
	if _, err := c.widgets.Patch(ctx, widget.Name, types.MergePatchType, []byte(`{"status":{"phase":"Running"}}`), metav1.PatchOptions{}, "status"); err != nil {
		return err
	}
	owner, err := c.widgets.Get(ctx, widget.Spec.Owner, metav1.GetOptions{})
	if err != nil {
		return err
	}
	owner.Status.Phase = myv1.PhaseReady
	_, err = c.widgets.UpdateStatus(ctx, owner, metav1.UpdateOptions{}) // want statusretry:"owner"
	return err
}

// Listed writes what the lister has under the object's own name.
func (c *Controller) Listed(ctx context.Context, widget *myv1.Widget) error {
	if _, err := c.widgets.Patch(ctx, widget.Name, types.MergePatchType, []byte(`{"status":{"phase":"Running"}}`), metav1.PatchOptions{}, "status"); err != nil {
		return err
	}
	cached, err := c.lister.Widgets(widget.Namespace).Get(widget.Name)
	if err != nil {
		return err
	}
	cached = cached.DeepCopy()
	cached.Status.Phase = myv1.PhaseReady
	_, err = c.widgets.UpdateStatus(ctx, cached, metav1.UpdateOptions{}) // want statusretry:"cached|widget" statusmulti:"(cached|widget).*always|always.*(cached|widget)"
	return err
}

// Steps writes each step.
func (c *Controller) Steps(ctx context.Context, widget *myv1.Widget) error {
	var err error
	for _, step := range widget.Spec.Steps {
		widget.Status.Message = step
		if widget, err = c.widgets.UpdateStatus(ctx, widget, metav1.UpdateOptions{}); err != nil { // want statusloop:"widget" statusretry:"widget"
			return err
		}
	}
	return nil
}

// Names patches the objects of a list of names.
func (c *Controller) Names(ctx context.Context, names []string) error {
	for _, name := range names {
		if _, err := c.widgets.Patch(ctx, name, types.MergePatchType, []byte(`{"status":{"phase":"Ready"}}`), metav1.PatchOptions{}, "status"); err != nil {
			return err
		}
	}
	return nil
}

// OneName patches one of them again and again.
func (c *Controller) OneName(ctx context.Context, name string, patches [][]byte) error {
	for _, patch := range patches {
		if _, err := c.widgets.Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{}, "status"); err != nil { // want statusloop:"."
			return err
		}
	}
	return nil
}

// Package kinds has helpers that ask of what kind an object is.
package kinds

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type Reconciler struct {
	client.Client
}

// apply says in the status that a config has changed.
func (r *Reconciler) apply(ctx context.Context, desired runtime.Object, widget *myv1.Widget) error {
	switch desired := desired.(type) {
	case *corev1.Service:
		desired.Spec.Type = corev1.ServiceTypeClusterIP
	case *corev1.Secret:
		desired.Type = corev1.SecretTypeOpaque
	case *corev1.Pod:
		desired.Spec.RestartPolicy = corev1.RestartPolicyAlways
	}
	object := desired.(client.Object)
	if object.GetName() == "" || object.GetNamespace() == "" || object.GetDeletionTimestamp() != nil {
		return nil
	}
	if labels := object.GetLabels(); labels["a"] == "" && labels["b"] == "" && labels["c"] == "" && labels["d"] == "" && labels["e"] == "" {
		return nil
	}
	if err := r.Update(ctx, object); err != nil {
		return err
	}
	if _, ok := desired.(*corev1.ConfigMap); ok {
		widget.Status.Message = "config changed"
		return r.Status().Update(ctx, widget) // want statusretry:"outside a conflict retry"
	}
	return nil
}

func (r *Reconciler) service(widget *myv1.Widget, name string) client.Object {
	return &corev1.Service{}
}

func (r *Reconciler) config(widget *myv1.Widget, name string) client.Object {
	return &corev1.ConfigMap{}
}

func (r *Reconciler) Services(ctx context.Context, widget *myv1.Widget, names []string) error {
	for _, name := range names {
		if err := r.apply(ctx, r.service(widget, name), widget); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reconciler) Configs(ctx context.Context, widget *myv1.Widget, names []string) error {
	for _, name := range names {
		if err := r.apply(ctx, r.config(widget, name), widget); err != nil { // want statusloop:"the status of widget is written again on each turn"
			return err
		}
	}
	return nil
}

func (r *Reconciler) Secrets(ctx context.Context, widget *myv1.Widget, secrets []*corev1.Secret) error {
	for _, secret := range secrets {
		if err := r.apply(ctx, secret, widget); err != nil {
			return err
		}
	}
	return nil
}

// Steps applies a service and a config in each turn, which is one write.
func (r *Reconciler) Steps(ctx context.Context, widget *myv1.Widget) error {
	for _, of := range []func(*myv1.Widget, string) client.Object{r.config, r.service, r.service} {
		if err := r.apply(ctx, of(widget, "main"), widget); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reconciler) account(name string) runtime.Object { return &corev1.ServiceAccount{} }

func (r *Reconciler) Accounts(ctx context.Context, widget *myv1.Widget, names []string) error {
	for _, name := range names {
		if err := r.apply(ctx, r.account(name), widget); err != nil {
			return err
		}
	}
	for _, of := range []func(string) runtime.Object{r.account, r.account} {
		if err := r.apply(ctx, of("main"), widget); err != nil {
			return err
		}
	}
	return nil
}

// Either writes once, whatever it is given.
func (r *Reconciler) Either(ctx context.Context, desired client.Object, widget *myv1.Widget) error {
	if _, ok := desired.(*corev1.Secret); ok {
		widget.Status.Message = "secret changed"
		if err := r.Status().Update(ctx, widget); err != nil { // want statusretry:"outside a conflict retry"
			return err
		}
	}
	return r.apply(ctx, desired, widget)
}

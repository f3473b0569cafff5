package patchers

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/api/v1"
)

// keeper is a patch helper of the program's own, for objects of any kind.
type keeper struct {
	client.Client
	before client.Object
}

func keep(c client.Client, obj client.Object) *keeper {
	return &keeper{Client: c, before: obj.DeepCopyObject().(client.Object)}
}

// condition patches what it reads again, into a copy of what it keeps.
func (k *keeper) condition(ctx context.Context, obj client.Object) error {
	latest, ok := k.before.DeepCopyObject().(client.Object)
	if !ok {
		return errors.New("no object")
	}
	if err := k.Get(ctx, client.ObjectKeyFromObject(obj), latest); err != nil {
		return err
	}
	base := latest.DeepCopyObject().(client.Object)
	latest.SetGeneration(obj.GetGeneration())
	return k.Status().Patch(ctx, latest, client.MergeFrom(base))
}

func anyKind(obj runtime.Object) (*unstructured.Unstructured, error) {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj)
	if err != nil {
		return nil, err
	}
	return &unstructured.Unstructured{Object: content}, nil
}

// converted patches what the object is as one of any kind.
func (k *keeper) converted(ctx context.Context, obj client.Object) error {
	is, err := anyKind(obj)
	if err != nil {
		return err
	}
	return k.Status().Patch(ctx, is, client.MergeFrom(k.before))
}

// ReadAgain patches the object that the keeper reads under the same key.
func ReadAgain(ctx context.Context, c client.Client, widget *v1.Widget) error {
	k := keep(c, widget)
	if err := k.condition(ctx, widget); err != nil {
		return err
	}
	return k.condition(ctx, widget) // want statusmulti:"the status of widget has always been written before"
}

// ReadOthers reads under the keys of two objects.
func ReadOthers(ctx context.Context, c client.Client, widget, other *v1.Widget) error {
	k := keep(c, widget)
	if err := k.condition(ctx, widget); err != nil {
		return err
	}
	return k.condition(ctx, other)
}

// Kinds reads objects of two kinds, that may have the same key.
func Kinds(ctx context.Context, widget *v1.Widget, k, other *keeper) error {
	if err := k.condition(ctx, widget); err != nil {
		return err
	}
	return other.condition(ctx, widget)
}

// Converted patches what the object is converted to, twice.
func Converted(ctx context.Context, k *keeper, widget *v1.Widget) error {
	if err := k.converted(ctx, widget); err != nil {
		return err
	}
	widget.Status.Phase = v1.PhaseReady
	return k.converted(ctx, widget) // want statusmulti:"the status of widget has always been written before"
}

// ConvertedOther patches two objects.
func ConvertedOther(ctx context.Context, k *keeper, widget, other *v1.Widget) error {
	if err := k.converted(ctx, widget); err != nil {
		return err
	}
	return k.converted(ctx, other)
}

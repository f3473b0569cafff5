package stale

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Mirror takes over the status that another cluster has under the same name.
func Mirror(ctx context.Context, here, there client.Client, widget *myv1.Widget) error {
	key := types.NamespacedName{Namespace: widget.Namespace, Name: widget.Name}
	remote := &myv1.Widget{}
	if err := there.Get(ctx, key, remote); err != nil {
		return err
	}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := here.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status = remote.Status
		return here.Status().Update(ctx, widget)
	})
}

// Own reads the same cluster before and in the retry.
func Own(ctx context.Context, here client.Client, widget *myv1.Widget) error {
	key := types.NamespacedName{Namespace: widget.Namespace, Name: widget.Name}
	before := &myv1.Widget{}
	if err := here.Get(ctx, key, before); err != nil {
		return err
	}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := here.Get(ctx, key, widget); err != nil {
			return err
		}
		widget.Status = before.Status // want statusstale:"is set to a value from before it was read again"
		return here.Status().Update(ctx, widget)
	})
}

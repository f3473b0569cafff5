package fixes

import "context"
import "k8s.io/apimachinery/pkg/types"
import "sigs.k8s.io/controller-runtime/pkg/client"
import myv1 "example.com/cases/api/v1"

// Names has names of its own for what a fix would add.
func Names(ctx context.Context, c client.Client, key types.NamespacedName) error {
	var status, base string
	widget := &myv1.Widget{}
	if err := c.Get(ctx, key, widget); err != nil {
		return err
	}
	widget.Status.Phase = status + base
	return c.Status().Update(ctx, widget)
}

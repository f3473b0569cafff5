package same

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// workScope is what one reconcile works on. It is too large to be followed field by field.
type workScope struct {
	client    client.Client
	widget    *myv1.Widget
	base      *myv1.Widget
	owner     *myv1.Widget
	name      string
	zone      string
	zones     []string
	subnets   map[string]string
	dryRun    bool
	attempts  int
	endpoints []string
}

func (s *workScope) patch(ctx context.Context) error {
	return s.client.Status().Patch(ctx, s.widget, client.MergeFrom(s.base))
}

// services are made of a scope, as those who run the reconciler like it.
type services struct {
	network func(*workScope) interface{ Reconcile() error }
	subnets func(workScope) interface{ Reconcile() error }
}

// Copied hands code that cannot be seen the scope, and then a copy of it.
func (v services) Copied(ctx context.Context, s *workScope) error {
	if err := s.patch(ctx); err != nil {
		return err
	}
	network, subnets := v.network(s), v.subnets(*s)
	if err := network.Reconcile(); err != nil {
		return err
	}
	if err := subnets.Reconcile(); err != nil {
		return err
	}
	return s.patch(ctx) // want statusmulti:"has always been written before"
}

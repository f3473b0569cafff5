package keys

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

// Reporter reports on the one widget of its name.
type Reporter struct {
	client client.Client
	name   string

	mu     sync.Mutex
	failed map[string]bool
	parts  []string
}

func (r *Reporter) phase(ctx context.Context, phase string) error {
	widget := &myv1.Widget{}
	if err := r.client.Get(ctx, types.NamespacedName{Name: r.name}, widget); err != nil {
		return err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = phase
	return r.client.Status().Patch(ctx, widget, client.MergeFrom(base))
}

// list locks no more than what it reads.
func (r *Reporter) list() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.parts
}

// succeed changes a map, and keeps the name.
func (r *Reporter) succeed(part string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.failed, part)
}

// rename makes another widget the one that is reported on.
func (r *Reporter) rename(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.name = name
}

// Parts changes other fields of the reporter in between.
func (r *Reporter) Parts(ctx context.Context) error {
	if err := r.phase(ctx, myv1.PhasePending); err != nil {
		return err
	}
	for _, part := range r.list() {
		r.succeed(part)
	}
	return r.phase(ctx, myv1.PhaseReady) // want statusmulti:"has always been written before"
}

// Renamed reports on two widgets.
func (r *Reporter) Renamed(ctx context.Context, name string) error {
	if err := r.phase(ctx, myv1.PhasePending); err != nil {
		return err
	}
	r.rename(name)
	return r.phase(ctx, myv1.PhaseReady)
}

// Shown hands the reporter to code that may do anything to it.
func (r *Reporter) Shown(ctx context.Context, show func(any)) error {
	if err := r.phase(ctx, myv1.PhasePending); err != nil {
		return err
	}
	show(r)
	return r.phase(ctx, myv1.PhaseReady)
}

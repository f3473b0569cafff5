package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"example.com/operator/api/v1alpha1"
	"example.com/operator/internal/status"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

type stormOptions struct {
	namespace, form string
	writers, rounds int
	once            bool
}

// stormReport is what the writers of a storm were told.
type stormReport struct {
	Calls     []counted
	Confirmed int // writes that returned no error
	// Errors are the errors that were returned: conflicts, refused writes, and
	// those of the connection.
	Conflicts, Invalid, Other int
	Example                   string // one of the others
}

// runStorm has many writers change one object at the same time. Each adds a
// step of its own and 1 to a counter, which is the message.
func runStorm(ctx context.Context, cfg *rest.Config, scheme *runtime.Scheme, calls *calls, o stormOptions) (*stormReport, error) {
	c, err := client.New(cfg, client.Options{Scheme: scheme})
	if err != nil {
		return nil, err
	}
	write, err := form(c, o.form)
	if err != nil {
		return nil, err
	}
	// A manager is for those who want their change written: as a reconcile that
	// fails is run again, so is a write. The others drop the error.
	again := o.form == "manager"

	report := &stormReport{}
	var mu sync.Mutex
	count := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			report.Confirmed++
		case apierrors.IsConflict(err):
			report.Conflicts++
		case apierrors.IsInvalid(err):
			report.Invalid++
		default:
			report.Other++
			report.Example = err.Error()
		}
	}

	var all, read sync.WaitGroup
	read.Add(o.writers)
	failed := make(chan error, o.writers)
	for i := range o.writers {
		all.Go(func() {
			obj := &v1alpha1.WorkflowExecution{}
			err := c.Get(ctx, client.ObjectKey{Namespace: o.namespace, Name: "storm"}, obj)
			read.Done()
			if err != nil {
				failed <- err
				return
			}
			// Nobody writes before everybody has read.
			read.Wait()
			for j := range o.rounds {
				change := add(fmt.Sprintf("writer-%d-%d", i, j), o.once)
				for {
					err := write(ctx, obj, change)
					count(err)
					if err == nil || !again {
						break
					}
					select {
					case <-ctx.Done():
						failed <- ctx.Err()
						return
					case <-time.After(50 * time.Millisecond):
					}
				}
			}
		})
	}
	all.Wait()
	select {
	case err := <-failed:
		return nil, err
	default:
	}
	report.Calls = calls.all()
	return report, nil
}

type (
	change func(*v1alpha1.WorkflowExecution) error
	write  func(context.Context, *v1alpha1.WorkflowExecution, change) error
)

// form returns how to write the status of a workflow.
func form(c client.Client, name string) (write, error) {
	switch name {
	case "manager":
		m := status.NewManager[v1alpha1.WorkflowExecution](c, c)
		return func(ctx context.Context, obj *v1alpha1.WorkflowExecution, change change) error {
			return m.AtomicStatusUpdate(ctx, obj, func() error { return change(obj) })
		}, nil
	case "update":
		return func(ctx context.Context, obj *v1alpha1.WorkflowExecution, change change) error {
			if err := change(obj); err != nil {
				return err
			}
			return c.Status().Update(ctx, obj)
		}, nil
	case "patch":
		return func(ctx context.Context, obj *v1alpha1.WorkflowExecution, change change) error {
			base := obj.DeepCopy()
			if err := change(obj); err != nil {
				return err
			}
			return c.Status().Patch(ctx, obj, client.MergeFrom(base))
		}, nil
	case "force":
		return func(ctx context.Context, obj *v1alpha1.WorkflowExecution, change change) error {
			if err := change(obj); err != nil {
				return err
			}
			obj.ResourceVersion = ""
			return c.Status().Update(ctx, obj)
		}, nil
	}
	return nil, fmt.Errorf("-storm is %q, want manager, update, patch or force", name)
}

// add adds the step and 1 to the counter. With once it does so only if the step
// is not there yet: after an error of the connection nobody knows.
func add(step string, once bool) change {
	return func(obj *v1alpha1.WorkflowExecution) error {
		if once && slices.ContainsFunc(obj.Status.Steps, func(s v1alpha1.StepResult) bool { return s.Name == step }) {
			return nil
		}
		counter := 0
		if obj.Status.Message != "" {
			var err error
			if counter, err = strconv.Atoi(obj.Status.Message); err != nil {
				return err
			}
		}
		obj.Status.Steps = append(obj.Status.Steps, v1alpha1.StepResult{Name: step, At: now()})
		obj.Status.Message = strconv.Itoa(counter + 1)
		return nil
	}
}

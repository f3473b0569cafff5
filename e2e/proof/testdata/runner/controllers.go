package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/operator/api/v1alpha1"
	"example.com/operator/internal/before"
	"example.com/operator/internal/status"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

// workers is how many objects of a kind a controller works on at a time.
const workers = 4

// controllersReport is what a run of the controllers cost.
type controllersReport struct {
	Calls     []counted
	Overtaken int
	Panics    int
}

// runControllers runs the controllers until no object in the namespace is left
// to work on.
func runControllers(ctx context.Context, cfg *rest.Config, scheme *runtime.Scheme, calls *calls, namespace string, objects int, work time.Duration) (*controllersReport, error) {
	mgr, err := ctrl.NewManager(cfg, ctrl.Options{
		Scheme:                 scheme,
		Cache:                  cache.Options{DefaultNamespaces: map[string]cache.Config{namespace: {}}},
		Controller:             config.Controller{MaxConcurrentReconciles: workers},
		Metrics:                metricsserver.Options{BindAddress: "0"},
		HealthProbeBindAddress: "0",
	})
	if err != nil {
		return nil, err
	}
	world := world{work}
	// Before the rewrite nobody uses the managers.
	err = errors.Join(
		(&before.NotificationReconciler{
			Client:   mgr.GetClient(),
			Statuses: status.NewManager[v1alpha1.Notification](mgr.GetClient(), mgr.GetAPIReader()),
			Sender:   world,
			Now:      now,
		}).SetupWithManager(mgr),
		(&before.WorkflowExecutionReconciler{
			Client:   mgr.GetClient(),
			Statuses: status.NewManager[v1alpha1.WorkflowExecution](mgr.GetClient(), mgr.GetAPIReader()),
			Runner:   world,
			Now:      now,
		}).SetupWithManager(mgr),
	)
	if err != nil {
		return nil, err
	}

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	if err := wait(ctx, mgr.GetClient(), objects, ended); err != nil {
		return nil, err
	}
	stop()
	if err := <-ended; err != nil {
		return nil, err
	}
	panics, err := sum("controller_runtime_reconcile_panics_total")
	return &controllersReport{Calls: calls.all(), Overtaken: len(calls.overtaken), Panics: panics}, err
}

// wait waits until every object is finished in the cache and no reconcile runs.
// Then none that begins makes another request.
func wait(ctx context.Context, c client.Reader, objects int, ended <-chan error) error {
	for {
		select {
		case <-ctx.Done():
			return fmt.Errorf("not all %d objects are finished: %w", objects, ctx.Err())
		case err := <-ended:
			return fmt.Errorf("the manager ended early: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
		// An error is that the cache has not started.
		if n, err := finished(ctx, c); err != nil || n < objects {
			continue
		}
		if active, err := sum("controller_runtime_active_workers"); err != nil || active == 0 {
			return err
		}
	}
}

// finished returns how many objects are.
func finished(ctx context.Context, c client.Reader) (int, error) {
	var notifications v1alpha1.NotificationList
	var workflows v1alpha1.WorkflowExecutionList
	if err := errors.Join(c.List(ctx, &notifications), c.List(ctx, &workflows)); err != nil {
		return 0, err
	}
	n := 0
	for _, obj := range notifications.Items {
		if obj.Status.Phase.Finished() {
			n++
		}
	}
	for _, obj := range workflows.Items {
		if obj.Status.Phase.Finished() {
			n++
		}
	}
	return n, nil
}

// sum returns the sum of a metric of controller-runtime over its labels.
func sum(name string) (int, error) {
	families, err := metrics.Registry.Gather()
	if err != nil {
		return 0, err
	}
	total := 0.0
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			total += m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return int(total), nil
}

// world stands in for channels and step actions. The broken ones fail.
type world struct {
	work time.Duration
}

func (w world) do(what string) error {
	time.Sleep(w.work)
	if what == "broken" {
		return errors.New("it is broken")
	}
	return nil
}

func (w world) Send(_ context.Context, channel, _ string) error { return w.do(channel) }

func (w world) Run(_ context.Context, step v1alpha1.WorkflowStep) error { return w.do(step.Action) }

// now is always the same, so that two runs can be compared field by field.
func now() metav1.Time { return metav1.NewTime(time.Unix(1_700_000_000, 0)) }

// The manager runs the controllers of the example operator.
package main

import (
	"flag"
	"fmt"
	"os"

	"example.com/operator/api/v1alpha1"
	"example.com/operator/internal/after"
	"example.com/operator/internal/before"
	"example.com/operator/internal/delivery"
	"example.com/operator/internal/status"
	"example.com/operator/internal/steps"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

func main() {
	controllers := flag.String("controllers", "after", "which half to run: before or after the rewrite")
	metrics := flag.String("metrics-bind-address", ":8080", "where to serve metrics")
	probes := flag.String("health-probe-bind-address", ":8081", "where to serve health probes")
	elect := flag.Bool("leader-elect", false, "run one active manager at a time")
	flag.Parse()
	ctrl.SetLogger(zap.New())

	if err := run(*controllers, *metrics, *probes, *elect); err != nil {
		fmt.Fprintln(os.Stderr, "manager:", err)
		os.Exit(1)
	}
}

func run(controllers, metrics, probes string, elect bool) error {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return err
	}
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                 scheme,
		Metrics:                metricsserver.Options{BindAddress: metrics},
		HealthProbeBindAddress: probes,
		LeaderElection:         elect,
		LeaderElectionID:       "operator.example.com",
	})
	if err != nil {
		return err
	}
	switch controllers {
	case "before":
		err = setupBefore(mgr)
	case "after":
		err = setupAfter(mgr)
	default:
		err = fmt.Errorf("-controllers is %q, want before or after", controllers)
	}
	if err != nil {
		return err
	}
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return err
	}
	return mgr.Start(ctrl.SetupSignalHandler())
}

func setupBefore(mgr ctrl.Manager) error {
	notifications := &before.NotificationReconciler{
		Client: mgr.GetClient(),
		Sender: delivery.LogSender{},
		Now:    metav1.Now,
	}
	if err := notifications.SetupWithManager(mgr); err != nil {
		return err
	}
	workflows := &before.WorkflowExecutionReconciler{
		Client: mgr.GetClient(),
		Runner: steps.LogRunner{},
		Now:    metav1.Now,
	}
	return workflows.SetupWithManager(mgr)
}

func setupAfter(mgr ctrl.Manager) error {
	notifications := &after.NotificationReconciler{
		Client:   mgr.GetClient(),
		Statuses: status.NewManager[v1alpha1.Notification](mgr.GetClient(), mgr.GetAPIReader()),
		Sender:   delivery.LogSender{},
		Now:      metav1.Now,
	}
	if err := notifications.SetupWithManager(mgr); err != nil {
		return err
	}
	workflows := &after.WorkflowExecutionReconciler{
		Client:   mgr.GetClient(),
		Statuses: status.NewManager[v1alpha1.WorkflowExecution](mgr.GetClient(), mgr.GetAPIReader()),
		Runner:   steps.LogRunner{},
		Now:      metav1.Now,
	}
	return workflows.SetupWithManager(mgr)
}

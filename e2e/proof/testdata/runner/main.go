// The runner runs the controllers and the status manager of the example
// operator against the API server of a kubeconfig, and prints as JSON what it
// cost. Its source is copied into the operator, whose packages are internal.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"example.com/operator/api/v1alpha1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

func main() {
	ctrl.SetLogger(zap.New())
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "runner:", err)
		os.Exit(1)
	}
}

func run() error {
	namespace := flag.String("namespace", "default", "where the objects are")
	timeout := flag.Duration("timeout", 10*time.Minute, "when to give up")
	objects := flag.Int("objects", 0, "how many objects to bring to an end")
	raced := flag.Bool("raced", false, "have somebody change each object just before its first status write")
	work := flag.Duration("work", 0, "how long a step or a delivery takes")
	storm := flag.String("storm", "", "instead, write the status of the workflow `storm` at once, in this form: manager, update, patch or force")
	writers := flag.Int("writers", 50, "how many write in a storm")
	rounds := flag.Int("rounds", 1, "how often each of them writes")
	once := flag.Bool("once", false, "have a writer look whether its change is there already")
	flag.Parse()

	ctx, cancel := context.WithTimeout(ctrl.SetupSignalHandler(), *timeout)
	defer cancel()
	// However the parent ends, its end of the pipe is closed.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	config.QPS = -1
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return err
	}

	calls := newCalls()
	if *raced {
		if calls.overtake, err = overtaker(config, scheme); err != nil {
			return err
		}
	}
	counted := rest.CopyConfig(config)
	counted.Wrap(calls.wrap)
	var report any
	if *storm != "" {
		report, err = runStorm(ctx, counted, scheme, calls, stormOptions{
			namespace: *namespace, form: *storm, writers: *writers, rounds: *rounds, once: *once,
		})
	} else {
		report, err = runControllers(ctx, counted, scheme, calls, *namespace, *objects, *work)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(report)
}

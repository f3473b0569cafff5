package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
)

// New makes a reconciler for a world.
type New func(*World) reconcile.Reconciler

// run is what one call of Reconcile came to.
type run struct {
	Answer  string   // the result and the text of the error
	Effects []string // in order
	After   string   // the object that was left
}

// outcome is what a reconcile function made of a scenario.
type outcome struct {
	Runs      []run
	Converged bool // the last run wanted no other
	Writes    int  // status writes that succeeded
	Failed    int  // status writes that did not
	calls     counts
	Kept      bool // what the foreign writer wrote is still there
}

func (o outcome) final() string { return o.Runs[len(o.Runs)-1].After }

// maxRuns bounds how often a request is tried again.
const maxRuns = 8

// drive calls a reconciler as a work queue does: again for as long as it asks
// for it. Each run has a reconciler of its own, so nothing survives in memory.
func drive(newReconciler New, scenario Scenario) outcome {
	w := newWorld(scenario)
	if scenario.Fault.What.foreign() && scenario.Fault.At == 0 {
		w.interfere()
	}
	var o outcome
	for range maxRuns {
		r, again := w.reconcile(newReconciler(w))
		if scenario.Fault.What.foreign() && !w.foreign {
			// The call never came. The foreign writer writes all the same, so
			// that whatever the timing its change must be there in the end.
			w.interfere()
		}
		r.After = w.stored()
		o.Runs = append(o.Runs, r)
		if !again {
			o.Converged = true
			break
		}
	}
	o.Failed = w.counts.failedStatusWrites
	o.Writes = w.counts.statusWrites - o.Failed
	o.calls = w.counts
	o.Kept = w.kept()
	return o
}

func (w *World) reconcile(r reconcile.Reconciler) (done run, again bool) {
	w.events, w.failing = nil, false
	defer func() {
		if p := recover(); p != nil {
			done, again = run{Answer: fmt.Sprintf("panic: %v", p), Effects: w.events}, false
		}
	}()
	ctx := log.IntoContext(context.Background(), logr.Discard())
	result, err := r.Reconcile(ctx, ctrl.Request{NamespacedName: Key})
	answer := fmt.Sprintf("%+v", result)
	if err != nil {
		answer += ", error: " + err.Error()
	}
	return run{Answer: answer, Effects: w.events}, err != nil || result != ctrl.Result{}
}

// panicked reports whether a run ended in a panic.
func (o outcome) panicked() bool {
	return strings.HasPrefix(o.Runs[len(o.Runs)-1].Answer, "panic")
}

// stored is the object on the server without what no two runs agree on.
func (w *World) stored() string {
	db := &v1.Database{}
	if err := w.store.Get(context.Background(), Key, db); err != nil {
		if apierrors.IsNotFound(err) {
			return "gone"
		}
		panic(err)
	}
	db.ResourceVersion, db.ManagedFields = "", nil
	for i := range db.Status.Conditions {
		db.Status.Conditions[i].LastTransitionTime = metav1.Time{}
	}
	data, err := json.Marshal(db)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func (w *World) kept() bool {
	db := &v1.Database{}
	if err := w.store.Get(context.Background(), Key, db); err != nil {
		return true
	}
	switch w.scenario.Fault.What {
	case ForeignLabel:
		return db.Labels[foreignLabel] != ""
	case ForeignStatus:
		return db.Status.Audit == foreignAudit
	}
	return true
}

package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
)

// New makes a reconciler for a world.
type New func(*World) reconcile.Reconciler

// run is what one call of Reconcile came to.
type run struct {
	Answer string  // the result and the text of the error
	Log    []entry // what it did
	After  string  // the object that was left
	Others string  // and all others
}

// outcome is what a reconcile function made of a scenario.
type outcome struct {
	Runs       []run
	Steady     bool // the last run wanted no other, and nobody has written since it began
	rest       int  // how many runs it took to be steady for the first time; 0: it never was
	overwrote  bool // see World
	patched    bool // see World
	counts     counts
	made       script
	violations []Failure
}

// settled is what it came to before it was woken once more.
func (o outcome) settled() outcome {
	if o.rest > 0 {
		o.Runs, o.Steady = o.Runs[:o.rest], true
	}
	return o
}

func (o outcome) final() string { return o.Runs[len(o.Runs)-1].After }

// maxRuns bounds how often a request is tried again.
const maxRuns = 8

// drive calls a reconciler level-triggered: again for as long as it returns an
// error or asks for it, or somebody else has written since it began. Each run has
// a reconciler of its own, so nothing survives in memory.
func drive(newReconciler New, scenario Scenario, script script) outcome {
	w := newWorld(scenario, script)
	_ = w.fire(Point{When: BeforeAll})
	var o outcome
	woken := !scenario.Again
	for n := range maxRuns {
		w.woken, o.Steady = false, false
		began := w.hub.version
		r, again := w.reconcile(newReconciler(w))
		w.counts.runs++
		_ = w.fire(Point{When: AfterRun, N: n + 1})
		r.After, r.Others = w.persisted(), w.others()
		o.Runs = append(o.Runs, r)
		if !again && !w.woken && !(scenario.Wakes && w.hub.version != began) {
			o.Steady = true
			if o.rest == 0 {
				o.rest = n + 1
			}
			if woken {
				break
			}
			woken = true
		}
	}
	o.counts, o.made, o.violations, o.overwrote, o.patched = w.counts, w.made, w.violations, w.overwrote, w.patched
	return o
}

func (w *World) reconcile(r reconcile.Reconciler) (done run, again bool) {
	w.log, w.run = nil, 0
	defer func() {
		if p := recover(); p != nil {
			w.open = nil
			done, again = run{Answer: fmt.Sprintf("panic: %v", p), Log: w.log}, false
		}
	}()
	ctx := context.WithValue(log.IntoContext(context.Background(), logr.Discard()), worldKey{}, w)
	result, err := r.Reconcile(ctx, ctrl.Request{NamespacedName: Key})
	answer := fmt.Sprintf("%+v", result)
	if err != nil {
		answer += ", error: " + err.Error()
	}
	return run{Answer: answer, Log: w.log}, err != nil || result != ctrl.Result{}
}

// panicked reports whether a run ended in a panic.
func (o outcome) panicked() bool {
	return strings.HasPrefix(o.Runs[len(o.Runs)-1].Answer, "panic")
}

// effects are the effects of all runs and the values that they were made with,
// each once.
func (o outcome) effects() []string {
	var list []string
	for _, r := range o.Runs {
		list = append(list, effectsOf(r.Log)...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// effectsOf are the effects in a log, in their order.
func effectsOf(log []entry) []string {
	var list []string
	for _, e := range log {
		if what, ok := strings.CutPrefix(e.What, "effect "); ok {
			list = append(list, what)
		}
	}
	return list
}

// absent stands for an object that is not there.
const absent = "gone"

// persisted is the object on the server without what no two runs agree on.
func (w *World) persisted() string {
	db := w.hub.current[Key.Name]
	if db == nil {
		return absent
	}
	db = db.DeepCopy()
	db.ResourceVersion, db.ManagedFields = "", nil
	slices.Sort(db.Finalizers) // whose came first is chance
	return text(db)
}

func text(db *v1.Database) string {
	if db == nil {
		return absent
	}
	data, err := json.Marshal(plain(db))
	if err != nil {
		panic(err)
	}
	return string(data)
}

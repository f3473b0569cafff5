package lab

import (
	"fmt"
	"slices"
	"strings"

	ctrl "sigs.k8s.io/controller-runtime"
)

// review holds the halves to what fixes promise that rest on assumptions. See the head
// of the test for what is compared, and why.
func (c *comparison) review() {
	for i, start := range starts {
		for j, cloudFails := range [][]int{nil, {1}, {2, 4}} {
			c.sameEnd(Scenario{Start: start, Live: (i+j)%2 == 1, Wakes: j == 0, CloudFails: cloudFails})
		}
	}
	for _, what := range slices.Concat(aside, inside, away) {
		c.withEvent(what)
	}
}

// away are the faults of a write that the next run gets over.
var away = []What{Conflict, ServerError, LostAnswer}

// sameEnd holds the two to come to the same where the API server answers all that is
// asked of it: run by run the answer, the effects in their order and all objects, with no
// more status writes. What is stored between is nobody's business. Where a program loses
// a change by itself, as an answer overwrites a status that it has not written, and that
// was not seen when the fix was made, the fixed one may get a conflict. Where the original
// runs into an error of the API server all the same, as it writes an object twice that it
// has read once, it begins again, and nobody can say which run is which.
func (c *comparison) sameEnd(s Scenario) {
	c.tally.Scenarios++
	before, after := drive(c.program.Before, s, nil), drive(c.program.After, s, nil)
	if before.panicked() != after.panicked() {
		c.fail("panic", s, "before %s\nafter  %s", before.Runs[len(before.Runs)-1].Answer, after.Runs[len(after.Runs)-1].Answer)
	}
	for k := range min(len(before.Runs), len(after.Runs)) {
		b, a := before.Runs[k], after.Runs[k]
		if refusal(b.Log) != "" {
			return
		}
		if r := refusal(a.Log); r != "" && a.After != absent { // what is gone needs no status
			if !before.overwrote {
				c.fail("a write that fails", s, "run %d: %s", k+1, r)
			}
			return
		}
		if b.Answer != a.Answer {
			c.fail("answer", s, "run %d\nbefore %s\nafter  %s", k+1, b.Answer, a.Answer)
		}
		if x, y := deedsOf(b.Log), deedsOf(a.Log); !slices.Equal(x, y) {
			c.fail("effects", s, "run %d\nbefore %s\nafter  %s", k+1, strings.Join(x, "; "), strings.Join(y, "; "))
		}
		if b.After != a.After {
			c.fail("persisted object", s, "run %d\nbefore %s\nafter  %s", k+1, b.After, a.After)
		}
		if b.Others != a.Others {
			c.fail("another persisted object", s, "run %d\nbefore %s\nafter  %s", k+1, b.Others, a.Others)
		}
		if x, y := statusWrites(b.Log), statusWrites(a.Log); y > x {
			c.fail("more status writes", s, "run %d: before %d, after %d", k+1, x, y)
		}
	}
	// Where each write wakes, fewer writes may make fewer runs.
	if more := len(after.Runs) - len(before.Runs); more > 0 || more < 0 && !s.Wakes {
		c.fail("number of runs", s, "before %d, after %d", len(before.Runs), len(after.Runs))
	}
}

// refusal is the first error that the API server answered a write; "" if there is none.
func refusal(log []entry) string {
	for _, e := range log {
		if e.Err != "" && writesObject(e) {
			return e.What + ": " + e.Err
		}
	}
	return ""
}

func writesObject(e entry) bool {
	return e.writesStatus() || strings.HasPrefix(e.What, "update ") || strings.HasPrefix(e.What, "patch ")
}

func (e entry) writesStatus() bool { return strings.HasPrefix(e.What, "status of ") }

func statusWrites(log []entry) (n int) {
	for _, e := range log {
		if e.writesStatus() {
			n++
		}
	}
	return n
}

// deedsOf are the effects in a log and the writes of all but the status, in their order.
func deedsOf(log []entry) []string {
	var list []string
	for _, e := range log {
		if strings.HasPrefix(e.What, "effect ") || writesObject(e) && !e.writesStatus() {
			list = append(list, e.What)
		}
	}
	return list
}

// loose is the answer of a run as far as a fix promises it where a write fails: its error
// comes at the end, in no other words than its own, and the result is of no use then.
func loose(r run) string {
	if strings.Contains(r.Answer, ", error: ") {
		return "an error"
	}
	return r.Answer
}

// wordless are effects without what an event says of an error: which write it is of that
// fails, and so why, depends on when.
func wordless(effects []string) []string {
	var list []string
	for _, e := range effects {
		if f := strings.Fields(e); f[0] == "event" {
			e = strings.Join(f[:3], " ")
		}
		list = append(list, e)
	}
	return slices.Compact(list)
}

// withoutStatus is a persisted object without its status.
func withoutStatus(persisted string) string {
	rest, _, _ := strings.Cut(persisted, `,"status":{`)
	return rest
}

// toldElsewhere reports that a run has the request come again, as a write of a status
// failed in it: that it only logged that before, or returned it in another way, is the
// assumption of the kind error.
func toldElsewhere(r run) bool {
	return loose(r) != done && r.failsToWrite()
}

// done is the answer of a run that wants no other.
var done = fmt.Sprintf("%+v", ctrl.Result{})

// swallows reports that a run goes on to no error though a write of a status failed in it:
// what it was to store is lost.
func (o outcome) swallows() bool {
	return slices.ContainsFunc(o.Runs, func(r run) bool { return loose(r) != "an error" && r.failsToWrite() })
}

// failsToWrite reports that a write of a status failed in one of the runs.
func (o outcome) failsToWrite() bool { return slices.ContainsFunc(o.Runs, run.failsToWrite) }

// failsToWrite reports that a write of a status failed in a run.
func (r run) failsToWrite() bool {
	return slices.ContainsFunc(r.Log, func(e entry) bool { return e.Err != "" && e.writesStatus() })
}

// others are all objects but the one that is reconciled, on both servers.
func (w *World) others() string {
	var list []string
	for _, s := range []*server{w.hub, w.spoke} {
		for name, db := range s.current {
			if s == w.hub && name == Key.Name {
				continue
			}
			db = db.DeepCopy()
			db.ResourceVersion = ""
			list = append(list, name+" "+text(db))
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

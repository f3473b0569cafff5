package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// endings are the domain of the contexts that have ended: nothing can be sent with them
// any more.
type endings struct {
	ended rows[*Term, bool]
}

func (d *endings) share() { d.ended.share() }

func (d *endings) size() int { return d.ended.len() }

func (d *endings) key(_ *exec, _ *state, in detail, to *digest) {
	if in == all {
		for t := range d.ended.all() {
			to.add('x', t.ID)
		}
	}
}

// join keeps those that have ended on both.
func (d *endings) join(_ *exec, a, b, _ *state) {
	for t := range a.ended.all() {
		if !b.ended.get(t) {
			d.ended.del(t)
		}
	}
}

func (d *endings) forget(_ *exec, _ *state, v *renewal) {
	for t := range d.ended.all() {
		if v.gone(t) {
			d.ended.del(t)
		}
	}
}

func (d *endings) tell(*ending, *Outcome) {}

func (d *endings) mark(*collector) {}

func (d *endings) sweep(c *collector) {
	d.ended.keep(func(t *Term, _ bool) bool { return c.has(t) })
}

// endContexts notes that a call ends the contexts that came with what is called: those of a
// cancel function, or of a group that it waits for.
func (e *exec) endContexts(s *state, c *ssa.CallCommon, fn *Term, args []*Term) {
	by := fn
	if !kube.Cancels(c.Value.Type()) {
		if f := kube.Func(c); f == nil || !kube.Joins(f) || len(args) == 0 {
			return
		}
		by = args[0]
	}
	made, ok := by.At.(*ssa.Call)
	if !ok || by.Kind != resource.Value {
		return
	}
	for i := range made.Call.Signature().Results().Len() {
		if t := made.Call.Signature().Results().At(i).Type(); kube.IsContext(t) {
			s.ended.set(e.tab.Value(made, i, t), true)
		}
	}
}

// hasEnded reports that a request is sent with a context that has ended.
func (s *state) hasEnded(r *request) bool {
	for i, a := range r.instr.Common().Args {
		if i < len(r.args) && kube.IsContext(a.Type()) && s.ended.get(r.args[i]) {
			return true
		}
	}
	return false
}

package reconcilecost

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// trace is the steps of a path so far, the last first. States share their beginnings.
type trace struct {
	prev *trace
	step step
	ops  bool // a request is among the steps
}

// step is one step of a path.
type step struct {
	kind   stepKind
	instr  ssa.Instruction
	taken  bool        // branchStep: the condition held
	op     kube.Op     // opStep
	object string      // opStep: the kind of resource
	sum    *summary    // callStep
	ends   *outcome    // callStep: how the function ends; nil if that is not known
	repeat kube.Repeat // callStep: a function passed to a call that repeats it so
	loop   *loop       // loopStep; nil for a callback and for recursion
	turns  Turns       // loopStep
	sub    *trace      // callStep, loopStep, groupStep: the steps inside
}

type stepKind uint8

const (
	opStep     stepKind = iota // a request
	branchStep                 // a condition
	callStep                   // a call with requests inside
	loopStep                   // a loop with requests inside
	groupStep                  // a part of a path that was walked by itself
)

func (t *trace) add(s step) *trace {
	ops := t != nil && t.ops || s.kind == opStep || s.sub != nil && s.sub.ops
	if s.sub == nil && s.kind == groupStep || s.kind == callStep && (s.sub == nil || !s.sub.ops) {
		return t
	}
	return &trace{prev: t, step: s, ops: ops}
}

// steps are the steps in their order.
func (t *trace) steps() []step {
	n := 0
	for at := t; at != nil; at = at.prev {
		n++
	}
	out := make([]step, n)
	for at := t; at != nil; at = at.prev {
		n--
		out[n] = at.step
	}
	return out
}

// summary is what the walk of a function found, for one context.
type summary struct {
	fn        *ssa.Function
	paths     *flow.Paths
	ctx       bindings
	outcomes  []*outcome
	recursive bool   // it calls itself, with the same context
	made      []step // its own requests, and its calls of functions with requests, once each
	backs     []back // its calls of functions that were being walked when it was
}

// back is a path of a function to the call of one that has called it, by others perhaps.
type back struct {
	to   *summary
	path *state
}

// writes reports whether the function writes a status on some path.
func (s *summary) writes() bool {
	return slices.ContainsFunc(s.outcomes, func(o *outcome) bool { return o.wrote })
}

// only are the steps of a kind of those made.
func only(kind stepKind, made []step) []step {
	return slices.DeleteFunc(slices.Clone(made), func(s step) bool { return s.kind != kind })
}

// on are the steps that some path to an outcome makes; all where it is nil.
func (s *summary) on(o *outcome) []step {
	if o == nil {
		return s.made
	}
	var out []step
	for _, i := range o.made {
		out = append(out, s.made[i])
	}
	return out
}

// same is what two steps agree in of which one is kept.
type same struct {
	instr  ssa.Instruction
	object string
	sum    *summary
	ends   *outcome
}

// makes notes a step of some path to a state.
func (w *walker) makes(s *state, m step) {
	key := same{m.instr, m.object, m.sum, m.ends}
	i, known := w.known[key]
	if !known {
		i = len(w.sum.made)
		w.known[key] = i
		w.sum.made = append(w.sum.made, m)
	}
	s.made = union(s.made, []int{i})
}

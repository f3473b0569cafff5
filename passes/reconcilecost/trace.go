package reconcilecost

import (
	"slices"

	"golang.org/x/tools/go/ssa"

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
	ctx       bindings
	outcomes  []*outcome
	recursive bool   // it calls itself, with the same context
	ops       []step // its own requests, once each
	calls     []step // its calls of functions with requests
}

// writes reports whether the function writes a status on some path.
func (s *summary) writes() bool {
	return slices.ContainsFunc(s.outcomes, func(o *outcome) bool { return o.wrote })
}

// turned tells of a call in a loop what had become of its writes where the loop
// turned.
type turned struct{ wrote, failed bool }

// retried reports whether a loop makes a call again after it failed, and only then.
func (p *program) retried(instr ssa.Instruction) bool {
	t := p.retries[instr]
	return t != nil && t.failed && !t.wrote
}

// Package flow is the path engine: it walks the paths of a function over
// symbolic values and tells, for each call that writes the status of a
// resource, what may and must have been written before.
//
// # What is may, what is must
//
// A path state stands for one or more executions that agree in everything it
// holds. A branch is followed only where the state does not contradict its
// condition, a call forks into the outcomes of its callee's summary, and a
// status write into success and failure. So a path that the engine walks is
// one that, for all it can tell, exists: "written before" is reported as may
// where some state that reaches a call has a write behind it, and as must
// (always) where every state has.
//
// A state never claims a write that no execution made: writes are added only by
// a call on the path, for the very resource that the call's argument stands
// for, and are dropped as soon as the name of that resource begins to stand for
// another value (see [state.forget]). What is not provably the same resource is
// another one, so ignorance makes the checks silent.
//
// States that agree are merged. Where more than softStates reach a block, those
// that agree in all writes, failures and flags are joined: facts and memory that
// they do not share are dropped, counts are not touched (widening). Where even
// then there are more, it is enough that they have written the same resources. A
// join can therefore make the engine follow a branch that none of the joined
// paths would take, but it never adds a write to a path: what it may cost is the
// pruning of a contradiction that spans the join.
//
// Where maxGroups sets of resources have been written, further ones are joined as
// well, and what was written on some paths only is forgotten, but for what a turn
// of a loop wrote. A block is walked at most hardStates times, and a function
// until the states together have reached maxWork; beyond that further states are
// dropped. Either marks the function as cut, which can hide a report and never
// makes one. Of live registers and of facts a state keeps maxRows each, as if those
// in between had been lost in a join. The cost is thus linear in the number of blocks.
package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// The limits of what is kept apart. That of the states of a block is for functions
// of the usual size. In larger ones it is lower, so that all blocks together cost
// no more than in proportion.
const (
	softStates   = 24   // states of one block kept apart
	softBlocks   = 200  // in functions of up to so many
	maxGroups    = 64   // sets of resources written that a block keeps apart
	groupBlocks  = 800  // in functions of up to so many
	hardStates   = 1000 // walks of one block
	hardInstr    = 48   // states kept apart inside a block, where calls fork
	maxRows      = 128  // registers that are live, and facts, that a path remembers
	maxDifferent = 64   // constants that a value is known to differ from
	maxFailed    = 64   // failed calls that a path remembers
	maxChanges   = 128  // changes of an object that joined paths remember
	maxWrites    = 64   // writes that an outcome tells of
	maxWork      = 30e5 // about a second
	softOutcomes = 16   // outcomes of one function kept apart
)

// exec interprets one function.
type exec struct {
	frame
	objectNotes
	callNotes
	eventNotes
	contextNotes

	queue    *queue
	exits    []exit
	work     int           // the sizes of the states that were walked, joined, or made by functions passed on, together
	marked   marks         // what the state reaches that is being collected
	applying []*Term       // the callees that call functions of the caller's, outermost first
	within   regionContext // of the function that is being applied
	cut      bool
	paths    *Paths // nil unless somebody asks for them
	forking  int    // the call that is being made, by its place among those of its block
}

type visitKey struct {
	call ssa.CallInstruction
	res  *Term
}

type exit struct {
	s       *state
	results []*Term
}

// Result is what the engine found in a function.
type Result struct {
	Fn      *ssa.Function
	Summary *Summary
	Visits  []*Visit
	// Direct are the calls that send a status themselves, in their order.
	Direct map[ssa.CallInstruction]kube.Op
	// Prone are the calls that fail with a conflict when the object is stale:
	// direct writes, and calls that hand up the failure of one.
	Prone map[ssa.CallInstruction]bool
	// Retried are the calls that the function itself repeats when they fail.
	Retried map[ssa.CallInstruction]bool
	// Swallowed are the calls whose failure the function hands to nobody.
	Swallowed map[ssa.CallInstruction]bool
	// Regions are the functions that were passed to a conflict retry.
	Regions map[*ssa.Function]Region
	Events
	// Contexts tell with what contexts functions were called that update a status by
	// one that they are given.
	Contexts map[*ssa.Function]*Contexts
	// Names tell what the program calls the object of a call.
	Names map[ssa.CallInstruction]string
	// Paths are those that it has, where they are asked for.
	Paths *Paths
	// Work is the cost: the sizes of the states that were walked or joined, together.
	Work int
}

// Run interprets a function. With repeat, it is a callback that is called again
// where its outcome says so, and the summary is of no use.
func Run(prog Program, fn *ssa.Function, repeat kube.Repeat) *Result {
	return newExec(prog, fn, repeat).conclude()
}

// conclude walks the function, and tells what came of it.
func (e *exec) conclude() *Result {
	fn := e.fn
	e.enter(fn.Blocks[0], &state{})
	e.run()
	e.judgeFlags()
	e.judgeAnswers()
	r := &Result{
		Fn: fn, Visits: e.order, Direct: e.direct, Prone: e.prone,
		Retried: map[ssa.CallInstruction]bool{}, Swallowed: e.swallowed, Names: map[ssa.CallInstruction]string{}, Regions: e.regions, Contexts: e.called,
	}
	for c := range e.retried {
		if !e.repeatsSuccess(c) || e.untilSeen(c) {
			r.Retried[c] = true
		}
	}
	for _, v := range e.order {
		if r.Retried[v.Call] {
			v.Loop = nil
		}
		if r.Names[v.Call] == "" {
			r.Names[v.Call] = v.Name
		}
	}
	r.Events, r.Work = e.told(), e.work
	r.Summary = e.summarise(r)
	return r
}

func newExec(prog Program, fn *ssa.Function, repeat kube.Repeat) *exec {
	e := &exec{
		frame: frame{
			prog: prog, fn: fn, tab: resource.NewTable(), repeat: repeat,
			calls: map[ssa.CallInstruction]int{}, constant: map[ssa.Value]*Term{}, kinds: map[*ssa.CallCommon]kube.Call{},
		},
		objectNotes: newObjectNotes(), callNotes: newCallNotes(), contextNotes: newContextNotes(),
	}
	e.flow = shapeOf(fn, e.repeats(), e.askedByCall)
	e.queue = newQueue(e.flow)
	for c := range ssax.All[ssa.CallInstruction](fn) {
		e.calls[c] = len(e.calls)
	}
	return e
}

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
	"go/token"
	"go/types"
	"slices"
	"strings"

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
	maxWork      = 25e5 // about a second
	softOutcomes = 16   // outcomes of one function kept apart
)

// Program is what the engine asks of the package around a function.
type Program interface {
	// Summary is the summary of a function of this package or of another, or nil.
	Summary(fn *ssa.Function) *Summary
	// Interesting reports whether a summary of a function of this package is due.
	Interesting(fn *ssa.Function) bool
	// Target is the only function that an interface or dynamic call can reach, or nil.
	Target(c *ssa.CallCommon) *ssa.Function
	// Mutates reports whether a function without a summary may change what its
	// i-th argument points at.
	Mutates(fn *ssa.Function, i int) bool
	// MutatesStatus tells the same of what may be a status: metadata and spec of an
	// API object left aside.
	MutatesStatus(fn *ssa.Function, i int) bool
	// Name is what the source calls the n-th result of the expression at a
	// position, or "".
	Name(pos token.Pos, n int) string
	// Argument is what the source passes as the i-th argument of the call at a
	// position, if that is a name.
	Argument(call token.Pos, i int) string
	// Captured tells what a function literal does with its i-th captured
	// variable: assign to it, change what it points at, or what may be a status
	// there.
	Captured(fn *ssa.Function, i int) (assigned, changed, status bool)
	// Global is the name of a package variable, or of the one that it is only
	// another name for.
	Global(g *ssa.Global) string
	// Fields are the fields of a package variable of a struct type that are set
	// to constants at its declaration, if it is never changed; the others are
	// zero. It is nil where that is not known.
	Fields(name string) map[int]*ssa.Const
	// Sentinels are the package's own error variables that it tests for.
	Sentinels() []*ssa.Global
	// NoReturn tells of functions of this package that they do not return.
	NoReturn(fn *ssa.Function) bool
	// Returns reports whether a function may return the error variable.
	Returns(fn *ssa.Function, sentinel string) bool
	// Constant is what a method of a type always returns, if that is a constant.
	Constant(typ types.Type, method string) *ssa.Const
	// Always reports whether a function of another package always returns true.
	Always(fn *types.Func) bool
	// Assigns lists the fields of the struct at its i-th argument that a function
	// without a summary assigns; ok is false where it may assign any.
	Assigns(fn *ssa.Function, i int) (fields []int, ok bool)
	// Manager reports whether a method of that name counts as a status manager.
	Manager(name string) bool
	// Types is what is known of the types of the package.
	Types() *Types
}

// exec interprets one function.
type exec struct {
	frame
	objectNotes
	callNotes
	contextNotes

	queue    *queue
	exits    []exit
	work     int           // the sizes of the states that were walked, joined, or made by functions passed on, together
	marked   marks         // what the state reaches that is being collected
	applying []*Term       // the callees that call functions of the caller's, outermost first
	within   regionContext // of the function that is being applied
	cut      bool
}

// frame is what stays the same on all paths.
type frame struct {
	prog     Program
	fn       *ssa.Function
	tab      *resource.Table
	flow     *shape
	repeat   kube.Repeat
	calls    map[ssa.CallInstruction]int
	constant map[ssa.Value]*Term           // what the values are that no path changes
	kinds    map[*ssa.CallCommon]kube.Call // what the calls are to Kubernetes
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
	// Findings are what is wrong with objects in memory.
	Findings []Finding
	// Contexts tell with what contexts functions were called that update a status by
	// one that they are given.
	Contexts map[*ssa.Function]*Contexts
	// Names tell what the program calls the object of a call.
	Names map[ssa.CallInstruction]string
	// Work is the cost: the sizes of the states that were walked or joined, together.
	Work int
}

// Run interprets a function. With repeat, it is a callback that is called again
// where its outcome says so, and the summary is of no use.
func Run(prog Program, fn *ssa.Function, repeat kube.Repeat) *Result {
	e := newExec(prog, fn, repeat)
	e.enter(fn.Blocks[0], &state{})
	e.run()
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
	e.notRefetched()
	e.neverWritten()
	r.Findings, r.Work = e.sorted(), e.work
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

// repeatsSuccess reports whether a call is repeated after it succeeded, too: then
// the loop around it is no retry.
func (e *exec) repeatsSuccess(c ssa.CallInstruction) bool {
	return slices.ContainsFunc(e.order, func(v *Visit) bool { return v.Call == c && v.Loop != nil })
}

// untilSeen reports that a loop makes a call again until the object, which it reads
// again in each turn, tells that it was written: a retry that waits for its own write.
// What ranges over something does more than that.
func (e *exec) untilSeen(c ssa.CallInstruction) bool {
	l := e.flow.inner[c.Block().Index]
	return l != nil && l != e.flow.root && e.rereads[c] && !strings.HasPrefix(l.head.Comment, "range")
}

// repeats reports whether the function is called again and again on one path.
func (e *exec) repeats() bool {
	switch e.repeat {
	case kube.WhileFalse, kube.WhileTrue, kube.Always:
		return true
	}
	return false
}

func (e *exec) callIndex(c ssa.CallInstruction) int { return e.calls[c] }

// arrive brings a state over an edge.
func (e *exec) arrive(from, to *ssa.BasicBlock, s *state) {
	edge := slices.Index(to.Preds, from)
	type def struct {
		phi *ssa.Phi
		t   *Term
	}
	var defs []def
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		defs = append(defs, def{phi, e.value(s, phi.Edges[edge])})
	}
	for _, d := range defs {
		s.env.set(e.register(d.phi), d.t)
	}
	for _, d := range defs {
		if !e.unnamedPhis[d.phi] {
			continue
		}
		// The name stands for another value from here on, as that of an
		// instruction does which runs again; but for a resource that stays.
		if name := e.tab.Value(d.phi, 0, d.phi.Type()); s.resOf(e, d.t) != name {
			s.forget(e, d.phi)
			if slices.ContainsFunc(d.t.Leaves(), func(leaf *Term) bool { return leaf.At == d.phi }) {
				s.env.set(e.register(d.phi), name)
			}
		}
	}
	s.collect(e, to)
	e.enter(to, s)
}

// walk brings a state through a block.
func (e *exec) walk(b *ssa.BasicBlock, s *state) {
	states := []*state{s}
	for _, instr := range b.Instrs {
		switch instr := instr.(type) {
		case *ssa.Phi:
			continue
		case *ssa.If:
			for _, s := range states {
				c := e.value(s, instr.Cond)
				switch s.decide(e, c) {
				case isTrue:
					e.arrive(b, b.Succs[0], s)
				case isFalse:
					e.arrive(b, b.Succs[1], s)
				default:
					other := s.clone()
					if s.assume(e, c, true) {
						e.noteDeletion(s, c, true)
						s.noteGone(c, true)
						e.arrive(b, b.Succs[0], s)
					}
					if other.assume(e, c, false) {
						e.noteDeletion(other, c, false)
						other.noteGone(c, false)
						e.arrive(b, b.Succs[1], other)
					}
				}
			}
			return
		case *ssa.Jump:
			for _, s := range states {
				e.arrive(b, b.Succs[0], s)
			}
			return
		case *ssa.Return:
			for _, s := range states {
				e.leave(s, instr)
			}
			return
		case *ssa.Panic:
			return
		case *ssa.Call, *ssa.RunDefers:
			var next []*state
			for _, s := range states {
				next = append(next, e.fork(s, instr)...)
			}
			states = next
			if len(states) > 8 {
				states = e.distinct(states)
			}
			if len(states) == 0 {
				return
			}
		default:
			for _, s := range states {
				e.step(s, instr)
			}
		}
	}
}

// distinct drops equal states, and joins those that agree in control where
// there are too many.
func (e *exec) distinct(states []*state) []*state {
	if len(states) > hardInstr {
		return e.merge(states, control)
	}
	return e.merge(states, all)
}

// merge drops equal states, or joins those that agree in control.
func (e *exec) merge(states []*state, what detail) []*state {
	at := map[digest]int{}
	var out []*state
	for _, s := range states {
		k := s.key(e, what)
		if i, ok := at[k]; ok {
			if what == control {
				out[i] = out[i].join(e, s)
			}
			continue
		}
		at[k] = len(out)
		out = append(out, s)
	}
	if len(out) > hardStates {
		e.cut = true
		out = out[:hardStates]
	}
	return out
}

// leave ends a path, or begins the next turn of a repeated callback.
func (e *exec) leave(s *state, ret *ssa.Return) {
	results := make([]*Term, len(ret.Results))
	for i, r := range ret.Results {
		results[i] = e.value(s, r)
	}
	e.judgeFailures(s, results)
	e.judgeTries(s, results, ret)
	e.judgeObjects(s, results)
	e.exits = append(e.exits, exit{s, results})
	if e.repeats() && e.again(s, results) {
		next := s.clone()
		next.env, next.defers = rows[register, *Term]{}, nil
		for _, p := range e.fn.Params {
			next.forget(e, p)
		}
		next.collect(e, e.fn.Blocks[0])
		e.enter(e.fn.Blocks[0], next)
	}
}

// again reports whether a repeated callback may be called once more after it
// returned that, and adds what this implies.
func (e *exec) again(s *state, results []*Term) bool {
	switch e.repeat {
	case kube.Always:
		return true
	case kube.WhileTrue:
		return len(results) == 1 && s.decide(e, results[0]) != isFalse
	case kube.WhileFalse:
		return len(results) == 2 && s.decide(e, results[0]) != isTrue && s.equal(e, results[1], e.tab.Nil) != isFalse
	}
	return false
}

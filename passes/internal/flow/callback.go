package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// agrees reports that an outcome of a callback can be the one that its caller saw.
func agrees(e *exec, r applied, fn *ssa.Function, err bool) bool {
	n := len(r.results)
	if n == 0 || !isErrorType(fn.Signature.Results().At(n-1).Type()) {
		return true
	}
	isNil := r.s.equal(e, r.results[n-1], e.tab.Nil)
	if err {
		return isNil != isTrue
	}
	return isNil != isFalse
}

// mayChangeStatus reports that a function may change the status of an object that it
// captured: it is seen to, or not seen at all.
func (e *exec) mayChangeStatus(fn *Term) bool {
	if fn.Kind != resource.Func && fn.Kind != resource.Closure {
		return true
	}
	if sum := e.prog.Summary(fn.Fn); sum != nil {
		return slices.ContainsFunc(sum.Outcomes, func(o Outcome) bool {
			return len(o.Settled) > 0 || slices.ContainsFunc(o.Dirty, Dirty.OfStatus)
		})
	}
	for i := range fn.Fn.FreeVars {
		if _, _, status := e.prog.Captured(fn.Fn, i); status {
			return true
		}
	}
	return false
}

// outcomes forks a state into what a function value may do.
func (e *exec) outcomes(s *state, instr ssa.CallInstruction, fn *Term, args []*Term, turn int) []applied {
	if fn.Kind == resource.Func || fn.Kind == resource.Closure {
		if sum := e.prog.Summary(fn.Fn); sum != nil {
			for len(args) < len(fn.Fn.Params) {
				p := fn.Fn.Params[len(args)]
				args = append(args, e.tab.ValueAs(at(instr), resource.As{Role: resource.Given, Turn: int32(turn), N: len(args)}, p.Type(), ""))
			}
			out := e.applySummary(s.clone(), instr, fn.Fn, sum, fn, args, turn)
			e.work += len(out) * s.size() // many in one block, where functions get functions
			return out
		}
		if e.prog.Interesting(fn.Fn) {
			return nil
		}
	}
	n := s.clone()
	if fn.Kind == resource.Closure && fn.Fn.Blocks != nil {
		e.runLiteral(n, fn)
	} else {
		e.loseThrough(n, fn, nil)
	}
	if fn.Fn == nil { // it may be any function
		for _, a := range args {
			e.loseThrough(n, a, a.Typ)
		}
	}
	if fn.Visible() && fn.Root().Kind != resource.Global && fn.Kind != resource.Const && fn.Kind != resource.Func && fn.Kind != resource.Closure {
		n.openAgain()
		n.called.set(fn, calledOK)
	}
	var results []*Term
	if fn.Typ != nil {
		if sig, ok := fn.Typ.Underlying().(*types.Signature); ok {
			for i := range sig.Results().Len() {
				results = append(results, e.tab.ValueAs(at(instr), resource.As{Role: resource.Returned, Turn: int32(turn), N: i}, sig.Results().At(i).Type(), ""))
			}
		}
	} else if fn.Fn != nil {
		for i := range fn.Fn.Signature.Results().Len() {
			results = append(results, e.tab.ValueAs(at(instr), resource.As{Role: resource.Returned, Turn: int32(turn), N: i}, fn.Fn.Signature.Results().At(i).Type(), ""))
		}
	}
	return []applied{{s: n, results: results, outcome: &Outcome{}}}
}

// callOfCallers brings a state over the call of a function that the caller
// passed: what it does is added where the caller is known.
func (e *exec) callOfCallers(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, fn *Term) []*state {
	e.tryAgain(s, instr, fn)
	s.openAgain()
	e.dynamic[instr] = fn
	e.passing(s, fn, c)
	for i, a := range c.Args {
		t := e.value(s, a)
		if e.inReceiver(fn) { // it may be anyone's
			e.settleThrough(s, t)
		}
		e.loseBelow(s, t, c.Args[i].Type())
	}
	out := e.opaque(instr)
	n := len(out)
	if n == 0 || !isErrorType(out[n-1].Typ) {
		s.called.set(fn, calledOK)
		e.result(s, instr, out...)
		return []*state{s}
	}
	failed := s.clone()
	failed.called.set(fn, calledErr)
	failed.facts.set(out[n-1], fact{ne: []*Term{e.tab.Nil}})
	failed.failed.set(e.site(instr), failure{res: fn, err: out[n-1]})
	e.result(failed, instr, out...)
	good := append([]*Term{}, out...)
	good[n-1] = e.tab.Nil
	s.called.set(fn, calledOK)
	s.failed.del(e.site(instr))
	e.result(s, instr, good...)
	e.endEither(s, failed)
	return []*state{s, failed}
}

// inReceiver reports that a function is held in a field of the receiver, or of
// a captured struct: callers do not pass it.
func (e *exec) inReceiver(fn *Term) bool {
	root := fn.Root()
	switch root.Kind {
	case resource.Param:
		return root != fn && root.N == 0 && e.fn.Signature.Recv() != nil
	case resource.FreeVar:
		return fn.Kind == resource.Load && fn.Args[0] != root
	}
	return false
}

// callbacks brings a state over a call that runs functions it is given.
func (e *exec) callbacks(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, backs []kube.Callback, args []*Term) []*state {
	back := backs[0]
	fn := args[back.Arg]
	switch back.Repeat {
	case kube.EventLoop:
		e.loseThrough(s, fn, nil)
		e.result(s, instr, e.opaque(instr)...)
		return []*state{s}
	case kube.Async:
		e.async(s, instr, fn, nil)
		e.result(s, instr, e.opaque(instr)...)
		return []*state{s}
	}
	if back.Repeat.Retries() {
		e.retries(fn, Region{Call: instr, Any: back.Repeat == kube.OnError})
		e.retriesInner(s, instr, fn)
	}
	if back.Repeat == kube.WhileFalse {
		e.retriesPolled(s, instr, fn)
	}
	var out []*state
	end := func(a applied, results ...*Term) {
		if back.Repeat.Retries() {
			a.s.failed.del(e.site(instr))
		} else if a.outcome != nil {
			e.fail(a.s, instr, a)
		}
		r := e.opaque(instr)
		copy(r[max(0, len(r)-len(results)):], results)
		e.result(a.s, instr, r...)
		out = append(out, a.s)
	}
	errAt := at(instr)
	newError := func(s *state) *Term {
		t := e.tab.ValueAs(errAt, resource.As{Role: resource.Failure}, errorType, "")
		s.facts.set(t, fact{ne: []*Term{e.tab.Nil}})
		return t
	}
	e.within = regionContext{region: back.Repeat.Retries()}
	first := e.outcomes(s, instr, fn, nil, 0)
	e.within = regionContext{}
	if back.Repeat.Retries() {
		madeAnew(first, instr)
		e.sentBySome(first)
		e.secondTry(first)
	}
	switch back.Repeat {
	case kube.WhileFalse:
		turn := func(list []applied) (again []applied) {
			for _, a := range list {
				if len(a.results) != 2 {
					end(a)
					continue
				}
				done, err := a.s.decide(e, a.results[0]), a.s.equal(e, a.results[1], e.tab.Nil)
				if err != isTrue { // it returned an error
					n := applied{s: a.s.clone(), results: a.results, outcome: a.outcome}
					if n.s.assumeConst(e, a.results[1], e.tab.Nil, false) {
						end(n, a.results[1])
					}
				}
				if err == isFalse {
					continue
				}
				if done != isFalse {
					n := applied{s: a.s.clone(), results: a.results, outcome: a.outcome}
					end(n, e.tab.Nil)
				}
				if done != isTrue {
					again = append(again, a)
				}
			}
			return again
		}
		again := turn(first)
		for _, a := range again {
			turn(e.outcomes(a.s, instr, fn, nil, 1))
		}
		for _, a := range again { // it timed out
			end(a, newError(a.s))
		}
	case kube.Always:
		end(applied{s: s.clone()})
		for _, a := range first {
			end(a)
		}
	default:
		for _, a := range first {
			if n := len(a.results); n > 0 {
				end(a, a.results[n-1])
			} else {
				end(a)
			}
		}
	}
	return e.distinct(out)
}

// madeAnew drops the losses of a call whose callback changes the same anew on
// some path: where it does not, it has decided so by the fresh object.
func madeAnew(called []applied, call ssa.CallInstruction) {
	anew := func(path string) bool {
		return slices.ContainsFunc(called, func(a applied) bool {
			return a.outcome != nil && (slices.ContainsFunc(a.outcome.Dirty, func(d Dirty) bool { return overlaps(d.Path, path) }) ||
				slices.ContainsFunc(a.outcome.Overwrites, func(o Overwrite) bool {
					return slices.ContainsFunc(o.Redone, func(p string) bool { return overlaps(p, path) })
				}))
		})
	}
	for _, a := range called {
		a.s.redo(func(l loss) bool { return l.call.call == call && !l.late && anew(l.change.path) })
	}
}

// sentBySome takes an object as sent on all paths of a retried function if it is
// on some: where it is not, there was nothing to send.
func (e *exec) sentBySome(called []applied) {
	for _, a := range called {
		for t, o := range a.s.objects.all() {
			if !o.sent {
				continue
			}
			for _, b := range called {
				if other := b.s.objects.get(t); !other.sent {
					other.sent = true
					b.s.put(t, other)
				}
			}
		}
	}
}

// rangeFunc brings a state over a range over a function: its body is a function
// that is called for each turn until it returns false.
func (e *exec) rangeFunc(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, fn *Term, static *ssa.Function, args []*Term) ([]*state, bool) {
	var body *Term
	for _, a := range args {
		if a.Kind == resource.Closure && a.Fn.Synthetic == rangeFuncBody {
			body = a
		}
	}
	if body == nil {
		return nil, false
	}
	out := []*state{s.clone()}
	begin := []*state{s}
	for turn := range 2 {
		var again []*state
		for _, s := range begin {
			for _, a := range e.outcomes(s, instr, body, nil, turn) {
				out = append(out, a.s)
				if len(a.results) == 1 && a.s.decide(e, a.results[0]) != isFalse {
					again = append(again, a.s)
				}
			}
		}
		begin = e.merge(again, control) // or the turns would multiply
	}
	for _, s := range out {
		e.result(s, instr, e.opaque(instr)...)
	}
	return e.distinct(out), true
}

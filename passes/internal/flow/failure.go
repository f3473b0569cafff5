package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// failures are the domain of the writes that failed on the path.
type failures struct {
	failed rows[site, failure]
}

// failure tells of a conflict-prone write that failed on the path.
type failure struct {
	res *Term
	err *Term // the error it returned
	// open: the failure was handed up, so it is for this function to judge
	// whether its error is returned or swallowed.
	open bool
	kept bool // the error was stored where a caller may see it
	// passed: it went into a call that returns an error in turn.
	passed bool
	// What the path asked of the error before it came by the call again.
	asked bool // it is a conflict
	other bool // it is none
	item  bool // what it wrote was an item of the loop, and is the turn's no more
	// flagged: at the end of the function, only a flag can tell of it.
	flagged bool
}

func (f *failures) share() { f.failed.share() }

func (f *failures) size() int { return f.failed.len() }

func (f *failures) key(_ *exec, _ *state, in detail, d *digest) {
	if in >= looped {
		return
	}
	for c, f := range f.failed.all() {
		d.add('f', c.order, flag(f.open, 0)|flag(f.kept, 1)|flag(f.passed, 2))
	}
}

// join keeps the failures of both. One that only one path has may have been followed by
// anything on the other: its error counts as handed on.
func (f *failures) join(_ *exec, a, b, _ *state) {
	for c, x := range a.failed.all() {
		if y, both := b.failed.find(c); both {
			x.open, x.kept, x.passed = x.open || y.open, x.kept || y.kept, x.passed || y.passed
		} else {
			x.passed = true
		}
		f.failed.set(c, x)
	}
	for c, y := range b.failed.all() {
		if _, both := a.failed.find(c); !both {
			y.passed = true
			f.failed.set(c, y)
		}
	}
}

func (f *failures) forget(_ *exec, _ *state, v *renewal) {
	for c, x := range f.failed.all() {
		if !v.gone(x.err) && !v.gone(x.res) {
			continue
		}
		if v.gone(x.err) {
			x.err = nil
		}
		if v.gone(x.res) {
			x.res = nil
			switch v.at.(type) {
			case *ssa.Call, *ssa.Alloc:
			default:
				x.item = true
			}
		}
		f.failed.set(c, x)
	}
}

func (f *failures) tell(x *ending, o *Outcome) {
	for c, f := range f.failed.all() {
		if x.retried[c.call] || x.e.dynamic[c.call] != nil {
			continue
		}
		o.Failed = o.Failed || f.open
		o.Kept = o.Kept || f.open && f.kept
		o.Tried = o.Tried || !f.open
		if f.res != nil && x.visible(f.res) && (o.FailedOf == nil || f.res.ID < o.FailedOf.ID) {
			o.FailedOf = f.res
		}
	}
}

// mark forgets the first of too many failed calls.
func (f *failures) mark(c *collector) {
	for f.failed.len() > maxFailed {
		f.failed.del(f.failed.list[0].key)
	}
	for _, x := range f.failed.all() {
		c.mark(x.err)
	}
}

func (f *failures) sweep(*collector) {}

// judgeFailures tells, at a return, which failed writes are handed up and which
// are swallowed.
func (e *exec) judgeFailures(s *state, results []*Term) {
	handed := e.errorInPlace(s)
	for i, r := range results {
		typ := e.fn.Signature.Results().At(i).Type()
		switch {
		case isErrorType(typ):
			switch s.equal(e, r, e.tab.Nil) {
			case isFalse:
				handed = true
			case unknown:
				// The error of another call may be nil; what is not known for
				// any other reason is given the benefit of the doubt.
				handed = handed || !ofCall(r)
			}
		case kube.IsResult(typ):
			handed = handed || s.equal(e, r, e.tab.Zero) != isTrue
		}
	}
	for c, f := range s.failed.all() {
		if !f.open {
			continue
		}
		switch {
		case !s.mayConflict(e, f):
			f.open = false
		case dropped(c.call):
			e.swallowed[c.call] = true
			f.open = false
		case s.isConflict(e, f) && saysYes(e, s, results): // a conflict told by a flag
		case handed || f.kept || f.passed || related(results, f):
		case returnsFlag(e.fn):
			f.flagged = true
		default:
			e.swallowed[c.call] = true
			f.open = false
		}
		s.failed.set(c, f)
	}
}

// judgeFlags tells, when all paths have been walked, which failed writes no result tells
// of: no error does, nor a flag that is the same on no path on which the write succeeded.
func (e *exec) judgeFlags() {
	for _, x := range e.exits {
		for c, f := range x.s.failed.all() {
			if f.open && f.flagged && !e.flagged(x, c.call, f.res) {
				e.swallowed[c.call] = true
				f.open = false
				x.s.failed.set(c, f)
			}
		}
	}
}

// flagged reports that some flag tells the end of a path on which a write failed from
// those on which it succeeded.
func (e *exec) flagged(failed exit, write ssa.CallInstruction, res *Term) bool {
	for i, r := range failed.results {
		flag := failed.s.constant(r)
		if flag != e.tab.True && flag != e.tab.False {
			continue
		}
		succeeded, same := false, false
		for _, x := range e.exits {
			if w, ok := x.s.writes.find(res); ok && w.first == write {
				is := x.s.constant(x.results[i])
				succeeded, same = true, same || is == nil || is == flag
			}
		}
		if succeeded && !same {
			return true
		}
	}
	return false
}

func returnsFlag(fn *ssa.Function) bool {
	for v := range fn.Signature.Results().Variables() {
		if types.Identical(v.Type(), types.Typ[types.Bool]) {
			return true
		}
	}
	return false
}

// saysYes reports that a function returns true: another try is asked for.
func saysYes(e *exec, s *state, results []*Term) bool {
	for _, r := range results {
		if s.constant(r) == e.tab.True {
			return true
		}
	}
	return false
}

func ofCall(t *Term) bool {
	if t.Kind != resource.Value {
		return false
	}
	_, ok := t.At.(*ssa.Call)
	return ok
}

// errorInPlace reports that a captured variable, such as the result of the
// function that deferred this one, is known to hold an error or a requeue.
func (e *exec) errorInPlace(s *state) bool {
	for i, v := range e.fn.FreeVars {
		typ := elem(v.Type())
		switch {
		case isErrorType(typ):
			if t := e.load(s, e.tab.FreeVar(i, v.Type()), typ, v, resource.As{}); s.equal(e, t, e.tab.Nil) == isFalse {
				return true
			}
		case typ != nil && kube.IsResult(typ):
			if t := e.load(s, e.tab.FreeVar(i, v.Type()), typ, v, resource.As{}); s.equal(e, t, e.tab.Zero) == isFalse {
				return true
			}
		}
	}
	return false
}

// dropped reports that a call is made by a statement that drops its error.
func dropped(c ssa.CallInstruction) bool {
	if _, ok := c.(*ssa.Call); ok {
		return false
	}
	r := c.Common().Signature().Results()
	return r.Len() > 0 && isErrorType(r.At(r.Len()-1).Type())
}

// related reports that a result is the error of a failed write, or made of it.
func related(results []*Term, f failure) bool {
	for _, r := range results {
		if f.err != nil && !f.err.IsConst() && unwrapped(r) == unwrapped(f.err) {
			return true
		}
	}
	return false
}

// mayConflict reports that a failure can have been a conflict, after what the
// path asked of its error.
func (s *state) mayConflict(e *exec, f failure) bool {
	if f.err == nil {
		return true
	}
	for t, known := range s.facts.all() {
		if t.Kind == resource.Pure && t.Name == "errors.Is" && unwrapped(t.Args[0]) == unwrapped(f.err) && known.eq == e.tab.True {
			return false // it is a sentinel of the program's
		}
		if t.Kind != resource.Pure || len(t.Args) != 1 || unwrapped(t.Args[0]) != unwrapped(f.err) || !isErrorTest(t.Name) {
			continue
		}
		if conflict := t.Name == "err.IsConflict"; conflict && known.eq == e.tab.False || !conflict && known.eq == e.tab.True && !wide(t.Name) {
			return false
		}
	}
	return true
}

// wide tells of predicates that hold for conflicts among other errors.
func wide(name string) bool {
	return name == "err.IsUnexpectedServerError" || name == "err.IsServerTimeout"
}

// isConflict reports that the path asked whether the failure is a conflict, and it is.
func (s *state) isConflict(e *exec, f failure) bool {
	for t, known := range s.facts.all() {
		if t.Kind == resource.Pure && t.Name == "err.IsConflict" && known.eq == e.tab.True && f.err != nil && unwrapped(t.Args[0]) == unwrapped(f.err) {
			return true
		}
	}
	return false
}

func unwrapped(t *Term) *Term {
	for t.Kind == resource.Pure && t.Name == "wrap" {
		t = t.Args[0]
	}
	return t
}

// retries notes that a function is passed to a conflict retry.
func (e *exec) retries(fn *Term, region Region) {
	switch {
	case fn == nil:
	case fn.Kind == resource.Closure || fn.Kind == resource.Func:
		e.regions[fn.Fn] = region
	case fn.Visible() && !fn.IsConst():
		e.retriedFuncs = append(e.retriedFuncs, fn)
		if region.Any {
			e.retriedAny = append(e.retriedAny, fn)
		}
	}
}

// retriesInner notes that functions of the caller's run again because a literal that
// calls them does: it hands on their error, or writes after them, as a status
// manager does.
func (e *exec) retriesInner(s *state, instr ssa.CallInstruction, fn *Term) {
	e.retriesOf(s, instr, fn, func(o *Outcome, c Called) bool {
		// Otherwise nothing conflicts, or nobody is told.
		return o.Failed && !c.Err || c.Err && o.returnsError()
	})
}

// retriesPolled does so for a literal that is called until it returns true: it does not,
// and no error, where a function of the caller's has met a conflict.
func (e *exec) retriesPolled(s *state, instr ssa.CallInstruction, fn *Term) {
	again := func(o *Outcome, c Called) bool {
		return c.Conflict && len(o.Results) == 2 && o.Results[0].Name != "true" && !o.returnsError()
	}
	known := len(e.retriedFuncs)
	e.retriesOf(s, instr, fn, again)
	if len(e.retriedFuncs) > known && e.everyError(fn, again) {
		e.retriedAny = append(e.retriedAny, e.retriedFuncs[known:]...)
	}
}

// everyError reports that a literal leads to another call however the caller's function
// that it calls has failed.
func (e *exec) everyError(fn *Term, again func(*Outcome, Called) bool) bool {
	sum := e.prog.Summary(fn.Fn)
	return !slices.ContainsFunc(sum.Outcomes, func(o Outcome) bool {
		return slices.ContainsFunc(o.Calls, func(c Called) bool { return c.Err && !again(&o, c) })
	})
}

func (e *exec) retriesOf(s *state, instr ssa.CallInstruction, fn *Term, again func(*Outcome, Called) bool) {
	if fn.Fn == nil {
		return
	}
	sum := e.prog.Summary(fn.Fn)
	if sum == nil {
		return
	}
	b := &binding{e: e, s: s, instr: instr, target: fn.Fn, fn: fn}
	for i := range sum.Outcomes {
		o := &sum.Outcomes[i]
		for _, c := range o.Calls {
			if t := b.term(c.Fn); t != nil && again(o, c) && t.Fn == nil && t.Visible() && !t.IsConst() && !slices.Contains(e.retriedFuncs, t) {
				e.retriedFuncs = append(e.retriedFuncs, t)
			}
		}
	}
}

// metConflict reports that the error of a function of the caller's may be a conflict,
// by all that the path has asked of it.
func (e *exec) metConflict(s *state, fn *Term) bool {
	for c, f := range s.failed.all() {
		if e.dynamic[c.call] == fn && s.mayConflict(e, f) {
			return true
		}
	}
	return false
}

// returnsError reports that the function may end with an error.
func (o *Outcome) returnsError() bool {
	n := len(o.Results)
	return n > 0 && o.Results[n-1].Name != "nil"
}

// tryAgain notices that a call is made again after it failed.
func (e *exec) tryAgain(s *state, instr ssa.CallInstruction, res *Term) {
	f, ok := s.failed.find(e.site(instr))
	if ok && !e.ofSteps(instr) && !f.other && (f.res != nil && f.res == res || f.res == nil && f.asked && !f.item) {
		e.retried[instr] = true
	}
}

// madeGood notes that a resource was written after another write of it had met a
// conflict, and the program had found that it was one: that update is not lost.
func (s *state) madeGood(e *exec, res *Term) {
	for c, f := range s.failed.all() {
		if f.open && f.res == res && s.isConflict(e, f) {
			f.open = false
			s.failed.set(c, f)
		}
	}
}

// startsOver notices that the function calls itself after a conflict: its writes
// are made again, as a loop would.
func (e *exec) startsOver(s *state) {
	for c, f := range s.failed.all() {
		if s.isConflict(e, f) {
			e.retried[c.call] = true
		}
	}
}

// reached notes, before the error of a failed call gets a new meaning, what the
// path asked of it.
func (e *exec) reached(s *state, c ssa.CallInstruction) {
	f, ok := s.failed.find(e.site(c))
	if !ok {
		return
	}
	f.asked = f.asked || s.isConflict(e, f)
	f.other = f.other || !s.mayConflict(e, f)
	s.failed.set(e.site(c), f)
}

// passError notes that the error of a failed write goes into a call that returns an
// error, or what the function returns in place of one: what comes out stands for it.
func (e *exec) passError(s *state, instr ssa.CallInstruction, args []*Term) {
	c := instr.Common()
	r := c.Signature().Results()
	if s.failed.len() == 0 || r.Len() == 0 || !kube.IsError(r.At(r.Len()-1).Type()) && !isReturned(instr) {
		return
	}
	passed := append(e.passedValues(s, c, args), e.toldErrors(s, c)...)
	for k, f := range s.failed.all() {
		if f.err != nil && slices.ContainsFunc(passed, func(t *Term) bool { return unwrapped(t) == unwrapped(f.err) }) {
			f.passed = true
			s.failed.set(k, f)
		}
	}
}

// isReturned reports that the function returns what a call answers, if that is more than
// a number or a flag: a result of the program's own, which tells of the error that it
// was made of.
func isReturned(instr ssa.CallInstruction) bool {
	v, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	if _, basic := v.Type().Underlying().(*types.Basic); basic {
		return false
	}
	return slices.ContainsFunc(*v.Referrers(), func(use ssa.Instruction) bool {
		_, ok := use.(*ssa.Return)
		return ok
	})
}

// passedValues are the values that a call passes, those of a variadic parameter
// one by one.
func (e *exec) passedValues(s *state, c *ssa.CallCommon, args []*Term) []*Term {
	passed := slices.Clone(args)
	for _, a := range c.Args {
		for _, v := range kube.Variadic(a) {
			passed = append(passed, e.value(s, v))
		}
	}
	return passed
}

// toldErrors are the errors whose text a call passes: what Error returns, or what is
// formatted of them.
func (e *exec) toldErrors(s *state, c *ssa.CallCommon) []*Term {
	var out []*Term
	for _, a := range c.Args {
		for _, v := range append(kube.Variadic(a), a) {
			if made, ok := v.(*ssa.MakeInterface); ok {
				v = made.X
			}
			text, ok := v.(*ssa.Call)
			switch {
			case !ok || !types.Identical(text.Type(), types.Typ[types.String]):
			case text.Call.IsInvoke() && isErrorType(text.Call.Value.Type()):
				out = append(out, e.value(s, text.Call.Value))
			default:
				out = append(out, e.passedValues(s, &text.Call, nil)...)
			}
		}
	}
	return out
}

// keep tells that an error was stored, sent or collected.
func (e *exec) keep(s *state, typ types.Type) {
	if !isErrorType(typ) {
		return
	}
	for c, f := range s.failed.all() {
		f.kept = true
		s.failed.set(c, f)
	}
}

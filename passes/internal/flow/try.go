package flow

import (
	"cmp"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// attempts are the domain of how calls that send a resourceVersion ended.
type attempts struct {
	tries rows[site, try]
}

// try is the last attempt of a call to write an object with its
// resourceVersion: a status update, or an update of the whole object.
type try struct {
	obj *Term // what was sent; nil where that has no name
	res *Term
	err *Term // the error; nil where it succeeded
	// fresh: the object may have been read again since.
	fresh bool
	// other: the path knows that the failure is no conflict.
	other bool
	// passed: the error went into a call that cannot be seen and that returns one.
	passed bool
	// hidden tells how the callee that made the attempt, or this function at its end,
	// keeps the conflict from whoever called it, and by where.
	hidden Fate
	by     Step
}

// Fate tells what became of a conflict that a function met.
type Fate uint8

const (
	// HandedUp: for all that is known, the error that is returned tells of it, or it was
	// answered by another attempt.
	HandedUp     Fate = iota
	Unwrapped         // another error is returned, which does not wrap it
	Overtaken         // the error of another call is returned
	ErrorDropped      // no error is returned
)

// Outdated is a call that sends an object whose resourceVersion is not the current one,
// for certain, as another write has made a new one.
type Outdated struct {
	Call ssa.CallInstruction
	Name string // what the program calls the object
	By   ssa.Instruction
}

// Unreported is a call that may have met a conflict of which the error says nothing that
// is returned then.
type Unreported struct {
	Call   ssa.CallInstruction
	Name   string // what the program calls the object, or nothing
	Fate   Fate
	Return *ssa.Return
	By     Step // the return of the callee that has kept it to itself, if one has
}

// trying notes that a call is about to send an object (again).
func (e *exec) trying(s *state, instr ssa.CallInstruction, obj, res *Term) {
	if obj != nil {
		e.sendsOutdated(s, instr, obj)
		obj = s.source(obj)
		e.sends[sendKey{instr, obj}] = true
	}
	t, again := s.tries.find(e.site(instr))
	if !again || e.repeater(instr) == nil {
		return
	}
	switch {
	case t.err == nil:
		e.turns[instr] = true
	case t.other || t.obj == nil || t.obj == obj && t.res != res:
	case t.fresh || t.obj != obj:
		e.rereads[instr] = true
	default:
		e.stubborn[instr] = obj
	}
}

// sendsOutdated notes that a call sends an object, if that is outdated.
func (e *exec) sendsOutdated(s *state, instr ssa.CallInstruction, obj *Term) {
	if by := s.objects.get(obj).stale; by != nil {
		e.outdated.add(eventKey{call: instr, at: by}, func() Outdated { return Outdated{instr, e.nameOf(obj), by} })
	}
}

// tried notes how the attempt ended. That it succeeded matters only to the next
// turn of a loop.
func (e *exec) tried(s *state, instr ssa.CallInstruction, obj, res, err *Term) {
	if err == nil && e.flow.inner[instr.Block().Index] == nil {
		s.tries.del(e.site(instr))
		return
	}
	if obj != nil {
		obj = s.source(obj)
	}
	s.tries.set(e.site(instr), try{obj: obj, res: res, err: err})
}

func (a *attempts) share() { a.tries.share() }

func (a *attempts) size() int { return a.tries.len() }

func (a *attempts) key(_ *exec, _ *state, in detail, d *digest) {
	if in != all {
		return
	}
	for c, t := range a.tries.all() {
		d.add('t', c.order, flag(t.err != nil, 0)|flag(t.fresh, 1)|flag(t.other, 2)|flag(t.passed, 3), int(t.hidden))
	}
}

func (a *attempts) join(e *exec, one, other, _ *state) {
	for c, t := range one.tries.all() {
		if with, both := other.tries.find(c); both {
			a.tries.set(c, t.join(with))
		} else {
			a.tries.set(c, e.triedByOne(c.call, t))
		}
	}
	for c, t := range other.tries.all() {
		if _, both := one.tries.find(c); !both {
			a.tries.set(c, e.triedByOne(c.call, t))
		}
	}
}

func (t try) join(o try) try {
	t.fresh, t.passed, t.other = t.fresh || o.fresh, t.passed || o.passed, t.other || o.other
	if o.hidden != HandedUp && t.hidden == HandedUp {
		t.hidden, t.by = o.hidden, o.by
	}
	if t.err != o.err {
		t.other = true // no single error to judge
	}
	return t
}

// triedByOne is the attempt of two joined paths of which only one has it. The
// other may have made it with success, which is not kept everywhere.
func (e *exec) triedByOne(c ssa.CallInstruction, t try) try {
	if e.flow.inner[c.Block().Index] == nil {
		t.other = true // no single error to judge
	}
	return t
}

func (a *attempts) forget(_ *exec, _ *state, v *renewal) {
	for c, t := range a.tries.all() {
		if !v.gone(t.err) && !v.gone(t.obj) && !v.gone(t.res) {
			continue
		}
		if v.gone(t.err) {
			t.err = v.old
		}
		if v.gone(t.obj) {
			t.obj = nil
		}
		if v.gone(t.res) {
			t.res = nil
		}
		a.tries.set(c, t)
	}
}

// tell tells what a caller gets of the conflicts that writes met.
func (a *attempts) tell(x *ending, o *Outcome) {
	e, s, n := x.e, x.s, len(x.results)
	if n == 0 || !isErrorType(e.fn.Signature.Results().At(n-1).Type()) {
		return
	}
	for _, t := range a.tries.all() {
		if t.err == nil || t.other || t.passed || !s.mayConflict(e, failure{err: t.err}) {
			continue
		}
		switch {
		case t.hidden != HandedUp && !s.isConflict(e, failure{err: t.err}):
			o.Hidden, o.HiddenBy = t.hidden, t.by
		case t.hidden == HandedUp && unwrapped(x.results[n-1]) == unwrapped(t.err):
			o.Conflict = true
		default:
			continue
		}
		if t.res != nil && x.visible(t.res) {
			o.ConflictOf = t.res
		}
	}
}

// mark forgets the first of too many attempts.
func (a *attempts) mark(c *collector) {
	for a.tries.len() > maxFailed {
		a.tries.del(a.tries.list[0].key)
	}
	for _, t := range a.tries.all() {
		c.mark(t.err)
	}
}

func (a *attempts) sweep(*collector) {}

type sendKey struct {
	call ssa.CallInstruction
	obj  *Term
}

// reachedTry notes, before the error of a failed attempt gets a new meaning, what
// the path asked of it.
func (e *exec) reachedTry(s *state, c ssa.CallInstruction) {
	if t, ok := s.tries.find(e.site(c)); ok && t.err != nil && !t.other && !s.mayConflict(e, failure{err: t.err}) {
		t.other = true
		s.tries.set(e.site(c), t)
	}
}

// Resent is a call that a loop makes again after it failed, with the same object.
type Resent struct {
	Call ssa.CallInstruction
	Name string // what the program calls the object
	// Reread: on some path the object is read again before, or another is sent.
	Reread bool
	// Succeeded: it is made again after success, too, so the loop is no retry.
	Succeeded bool
}

// resent lists them in the order of the source.
func (e *exec) resent() []Resent {
	var out []Resent
	for c, obj := range e.stubborn {
		out = append(out, Resent{c, e.nameOf(obj), e.rereads[c], e.turns[c] || e.repeatsSuccess(c)})
	}
	slices.SortFunc(out, func(a, b Resent) int {
		return cmp.Or(cmp.Compare(a.Call.Pos(), b.Call.Pos()), cmp.Compare(e.callIndex(a.Call), e.callIndex(b.Call)))
	})
	return out
}

// endTries tells, at a return, what becomes of the conflicts that the path may have met.
func (e *exec) endTries(s *state, results []*Term, ret *ssa.Return) {
	n := len(results)
	if n == 0 || !isErrorType(e.fn.Signature.Results().At(n-1).Type()) {
		return
	}
	r := results[n-1]
	for c, t := range s.tries.all() {
		if t.err == nil || t.other || t.passed || !s.mayConflict(e, failure{err: t.err}) {
			continue
		}
		by := t.by
		if t.hidden == HandedUp {
			t.hidden, t.by = e.fate(s, c.call, r, ret.Results[n-1]), Step{Pos: ret.Pos()}
			if t.hidden == HandedUp {
				continue
			}
			s.tries.set(c, t)
		}
		e.unreported.add(eventKey{call: c.call, at: ret}, func() Unreported {
			u := Unreported{Call: c.call, Fate: t.hidden, Return: ret, By: by}
			if obj := cmp.Or(t.obj, t.res); obj != nil {
				u.Name = e.nameOf(obj)
			}
			return u
		})
	}
}

// fate tells what a result makes of the conflict that a call met: value is what the
// program returns.
func (e *exec) fate(s *state, call ssa.CallInstruction, r *Term, value ssa.Value) Fate {
	switch {
	case s.equal(e, r, e.tab.Nil) == isTrue:
		if _, constant := value.(*ssa.Const); !constant {
			return Overtaken // by what came out as no error
		}
		return ErrorDropped
	case r.Kind == resource.Pure && r.Name == "hide":
		return Unwrapped
	case isSentinel(r) && !ssax.Reaches(call.Block(), call.Block()): // where a loop gives up, it has tried again
		return Unwrapped
	case r.Kind == resource.Value && r.Role == resource.Result && madeHere(r):
		return Unwrapped
	case ofCall(r) && (r.Role == resource.Result || r.Role == resource.Callee) && s.equal(e, r, e.tab.Nil) == unknown:
		return Overtaken
	}
	return HandedUp
}

// triedBy notes that a callee met a conflict, which its error tells of or hides.
func (e *exec) triedBy(s *state, instr ssa.CallInstruction, a applied) {
	n := len(a.results)
	if !a.outcome.Conflict && a.outcome.Hidden == HandedUp || n == 0 {
		return
	}
	s.tries.set(e.site(instr), try{res: a.conflictOf, err: a.results[n-1], hidden: a.outcome.Hidden, by: a.outcome.HiddenBy})
}

// madeHere reports that an error was made on the spot, and wraps none.
func madeHere(t *Term) bool {
	call, ok := t.At.(*ssa.Call)
	if !ok || !ownError(call) {
		return false
	}
	verbs, _ := formatOf(&call.Call)
	return !strings.Contains(verbs, "w")
}

func ownError(c *ssa.Call) bool {
	callee := c.Call.StaticCallee()
	if callee == nil {
		return false
	}
	fn, ok := callee.Object().(*types.Func)
	return ok && kube.MakesError(fn)
}

// passTry notes that the error of an attempt goes into a call that cannot be
// seen and that returns an error in turn: what comes out may stand for it.
func (e *exec) passTry(s *state, c *ssa.CallCommon, args []*Term) {
	r := c.Signature().Results()
	if s.tries.len() == 0 || r.Len() == 0 || !isErrorType(r.At(r.Len()-1).Type()) {
		return
	}
	passed := e.passedValues(s, c, args)
	for k, t := range s.tries.all() {
		if t.err != nil && slices.ContainsFunc(passed, func(a *Term) bool { return unwrapped(a) == unwrapped(t.err) }) {
			t.passed = true
			s.tries.set(k, t)
		}
	}
}

// outdate notes that a write of one object made all others that stand for the
// same resource stale: the next write of one of them fails with a conflict.
func (e *exec) outdate(s *state, written *Term, by ssa.CallInstruction) {
	res := s.resOf(e, written)
	mark := func(t *Term) {
		if t == written || !e.isAPIObject(t) || s.resOf(e, t) != res {
			return
		}
		s.staleAfter(t, by)
	}
	for _, t := range s.env.all() {
		mark(t)
	}
	for _, t := range s.mem.all() {
		mark(t)
	}
	for t := range s.res.all() {
		mark(t)
	}
	if res != written {
		mark(res)
	}
}

// staleAfter notes that a write gave a resource a resourceVersion that an object in
// memory does not have.
func (s *state) staleAfter(obj *Term, by ssa.CallInstruction) {
	o := s.objects.get(obj)
	o.stale = by
	s.put(obj, o)
}

// sending notes which objects a callee sends.
func (e *exec) sending(b *binding, sum *Summary) {
	for _, send := range sum.Sends {
		t := b.object(send.Object)
		if t == nil || !e.isAPIObject(t) {
			continue
		}
		e.sends[sendKey{b.instr, t}] = true
		if !slices.Contains(sum.Refreshes, send.Object) {
			e.sendsOutdated(b.s, b.instr, t)
		}
	}
}

// rereads tells which of the objects that a function sends are read again for it
// by what it was passed to.
func (b *binding) rereads(sum *Summary, fn *Term) map[int]bool {
	if fn == nil || fn.Fn == nil {
		return nil
	}
	inner := b.e.prog.Summary(fn.Fn)
	if inner == nil {
		return nil
	}
	fresh := map[int]bool{}
	in := &binding{e: b.e, s: b.s, instr: b.instr, fn: fn, turn: b.turn + 1}
	for i, send := range inner.Sends {
		t := in.object(send.Object)
		if t == nil {
			continue
		}
		for _, r := range sum.Refreshes {
			if r := b.object(r); r != nil && (r == t || b.s.resOf(b.e, r) == b.s.resOf(b.e, t)) {
				fresh[i] = true
			}
		}
	}
	return fresh
}

// repeatsSuccess reports that a call is repeated after it succeeded, too: then
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

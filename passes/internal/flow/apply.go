package flow

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// written is a status write of a callee's, in the terms of the caller.
type written struct {
	res, client *Term
	context     *Term               // the caller's that it is sent with
	noted       bool                // it is part of the batch of that, if there is one
	flush       ssa.CallInstruction // the end of the batch that it is part of
	paths       []string
	via         []Step
	ifChanged   bool
	name        string // of the captured variable that holds the object
}

// applied is a state after one outcome of a callee.
type applied struct {
	s       *state
	results []*Term
	outcome *Outcome
	// failedOf is the resource whose write failed, where the caller can name it.
	failedOf, conflictOf *Term
	// What the callee wrote, and changed without writing it.
	writes []written
	left   effects
}

// apply brings a state over the call of a function with a summary.
func (e *exec) apply(s *state, instr ssa.CallInstruction, target *ssa.Function, sum *Summary, fn *Term, args []*Term) []*state {
	var out []*state
	for _, a := range e.applySummary(s, instr, target, sum, fn, args, 0) {
		e.result(a.s, instr, a.results...)
		e.fail(a.s, instr, a)
		e.triedBy(a.s, instr, a)
		out = append(out, a.s)
	}
	if len(out) > 8 {
		out = e.distinct(out)
	}
	return out
}

// fail notes that a callee failed to write.
func (e *exec) fail(s *state, instr ssa.CallInstruction, a applied) {
	if !a.outcome.Failed && !a.outcome.Tried {
		return
	}
	var err *Term
	if n := len(a.results); n > 0 {
		err = a.results[n-1]
	}
	e.prone[instr] = true
	s.failed.set(e.site(instr), failure{res: a.failedOf, err: err, open: a.outcome.Failed, kept: a.outcome.Kept})
}

// managed are the objects that a callee sends on any of its paths.
func (b *binding) managed(sum *Summary) []*Term {
	var out []*Term
	for _, o := range sum.Outcomes {
		for _, t := range o.SentLast {
			if t := b.object(t); t != nil && !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

// maxNested bounds how deep functions of the caller's are called by each other.
const maxNested = 6

// regionContext tells of the function that is applied whether it runs in a
// conflict retry, and which objects that reads again.
type regionContext struct {
	region bool
	fresh  func(*Term) bool
}

// context is that of a function of the caller's which the callee calls.
func (b *binding) context(sum *Summary, fn *Term) regionContext {
	for _, t := range sum.Retries {
		if b.term(t) != fn {
			continue
		}
		var again []*Term
		for _, r := range sum.Refreshes {
			if r := b.object(r); r != nil {
				again = append(again, r, b.s.resOf(b.e, r))
			}
		}
		return regionContext{true, func(t *Term) bool { return slices.Contains(again, t) }}
	}
	return regionContext{}
}

// applySummary forks a state into the outcomes of a callee that it does not
// contradict.
func (e *exec) applySummary(s *state, instr ssa.CallInstruction, target *ssa.Function, sum *Summary, fn *Term, args []*Term, turn int) []applied {
	var out []applied
	// A literal that calls itself by way of its variable would be applied in each
	// outcome of itself, and so on.
	literal := fn != nil && fn.Kind == resource.Closure
	if len(e.applying) >= maxNested || literal && slices.Contains(e.applying, fn) {
		n := s.clone()
		for _, a := range args {
			e.loseThrough(n, a, nil)
		}
		return []applied{{s: n, results: e.opaque(instr), outcome: &Outcome{}}}
	}
	e.applying = append(e.applying, fn)
	defer func() { e.applying = e.applying[:len(e.applying)-1] }()
	for _, t := range sum.Retries {
		b := &binding{e: e, s: s, instr: instr, fn: fn, args: args, turn: turn}
		fn := b.term(t)
		e.retries(fn, Region{Call: instr, Manager: sum.writes(), Fresh: b.rereads(sum, fn)})
	}
	b := &binding{e: e, s: s, instr: instr, target: target, fn: fn, args: args, turn: turn}
	e.sending(b, sum)
	region := e.within.region
	e.applySets(b, sum, region, e.within.fresh)
	defer func(outer regionContext) { e.within = outer }(e.within)
	e.within = regionContext{}
	out = make([]applied, 0, len(sum.Outcomes))
	for i := range sum.Outcomes {
		out = append(out, e.applyOutcome(s.clone(), instr, target, sum, &sum.Outcomes[i], fn, args, turn, region)...)
	}
	if sum.Cut {
		// What was not followed may have done anything.
		n := s.clone()
		for _, a := range args {
			e.loseThrough(n, a, nil)
		}
		out = append(out, applied{s: n, results: e.opaque(instr), outcome: &Outcome{}})
	}
	return out
}

func (e *exec) applyOutcome(s *state, instr ssa.CallInstruction, target *ssa.Function, sum *Summary, o *Outcome, fn *Term, args []*Term, turn int, region bool) []applied {
	b := &binding{e: e, s: s, instr: instr, target: target, fn: fn, args: args, turn: turn}
	a := applied{s: s, outcome: o}
	var settled []Store
	if len(o.Writes) > 0 {
		settled = e.settles(s, args)
	}
	for i, r := range o.Results {
		if r.Kind == resource.Out && i < target.Signature.Results().Len() { // with its type
			e.tab.Value(at(instr), outValue+turn*4096+r.N, target.Signature.Results().At(i).Type())
		}
		t := b.term(r)
		if t == nil {
			t = e.tab.Value(at(instr), i, target.Signature.Results().At(i).Type())
		}
		a.results = append(a.results, t)
	}
	for _, f := range o.Facts {
		t := b.term(f.Of)
		if t == nil {
			continue
		}
		if f.Eq != nil && !s.assumeConst(e, t, b.term(f.Eq), true) {
			return nil
		}
		for _, n := range f.Ne {
			if !s.assumeConst(e, t, b.term(n), false) {
				return nil
			}
		}
	}
	// What the summary says of memory is meant at the call; so first read all.
	type pair struct{ a, b *Term }
	var lost []*Term
	for _, l := range o.Lost {
		if t := b.term(l); t != nil {
			lost = append(lost, t)
		}
	}
	var unsure []*Term
	for _, l := range o.Unsure {
		if t := b.term(l); t != nil {
			unsure = append(unsure, t)
		}
	}
	var stores, same []pair
	for _, st := range o.Stores {
		if addr := b.term(st.Addr); addr != nil && !addr.IsConst() {
			stores = append(stores, pair{addr, b.term(st.Val)})
		}
	}
	for _, m := range o.Same {
		if p, r := b.term(m.Pointer), b.resource(m.Resource); p != nil && r != nil {
			same = append(same, pair{p, r})
		}
	}
	var writes []written
	for _, w := range o.Writes {
		if r := b.resource(w.Resource); r != nil {
			var client *Term
			if w.Client != nil {
				client = b.term(w.Client)
			}
			x := written{res: r, client: client, paths: w.Paths, via: w.Via, ifChanged: w.IfChanged, name: capturedName(w.Resource, fn)}
			x.context, x.noted, x.flush = b.batch(target, w)
			writes = append(writes, x)
		}
	}
	type called struct {
		fn  *Term
		err bool
	}
	var calls []called
	for _, c := range o.Calls {
		if t := b.term(c.Fn); t != nil {
			calls = append(calls, called{t, c.Err})
		}
	}
	if kube.SendsChanges(target) && !slices.ContainsFunc(calls, func(c called) bool { return e.mayChangeStatus(c.fn) }) {
		writes = nil
	}
	objects := b.effects(sum, o)
	var names map[*Term]string
	if len(writes) > 0 {
		names = e.namesOf(s, instr, args, fn)
	}
	if o.FailedOf != nil {
		a.failedOf = b.resource(o.FailedOf)
	}
	if o.ConflictOf != nil {
		a.conflictOf = b.resource(o.ConflictOf)
	}
	for _, l := range lost {
		e.lose(s, l)
	}
	for _, l := range unsure {
		e.loseData(s, l)
	}
	if len(writes) > 0 {
		for _, p := range settled {
			stores = append(stores, pair{p.Addr, p.Val})
		}
	}
	for _, p := range stores {
		if p.b == nil {
			e.lose(s, p.a)
		} else {
			e.store(s, p.a, p.b)
		}
	}
	for _, p := range same {
		s.res.set(p.a, p.b)
		if i := slices.Index(a.results, p.a); i >= 0 && p.b.Kind == resource.Keyed {
			e.nameResult(p.b, instr, i)
		}
	}
	e.beginEffects(b, objects)
	for _, w := range writes {
		e.sendResource(s, w.res, w.paths)
		s.follows(w.res)
	}
	if o.Waited != 0 {
		e.wait(s, instr.Block(), o.Waited)
	}
	if f, ok := s.failed.find(e.site(instr)); ok {
		e.tryAgain(s, instr, f.res)
	}
	direct := sum.Thin != nil
	for _, w := range writes {
		name := cmp.Or(w.name, names[w.res])
		if name == "" {
			name = e.nameOf(w.res)
		}
		is := Visit{Call: instr, Resource: w.res, Client: w.client, Name: name, Via: w.via, Direct: direct, Context: w.context, Noted: w.noted}
		if w.flush != nil {
			is = is.at(w.flush)
		}
		if w.ifChanged && !s.differs(e, w.res) {
			e.visitIfChanged(s, is)
			continue
		}
		e.visit(s, is)
		s.wrote(w.res, w.paths)
		s.madeGood(e, w.res)
	}
	if direct {
		e.direct[instr] = kube.StatusUpdate
	}
	a.writes, a.left = writes, objects
	if region {
		e.wrongObjects(s, objects.dirty, writes, objects, nil)
	}
	list := []applied{a}
	var given []*Term
	var made []string // the paths that the functions called change
	for i, c := range calls {
		var next []applied
		for _, a := range list {
			args := b.given(a.s, sum, c.fn, turn+1+i)
			given = append(given, args...)
			e.within = b.context(sum, c.fn)
			managed := e.within.region
			called := e.outcomes(a.s, instr, c.fn, args, turn+1+i)
			e.within = regionContext{}
			if managed {
				madeAnew(called, instr)
			}
			for _, r := range called {
				if c.fn.Fn != nil && !agrees(e, r, c.fn.Fn, c.err) {
					continue
				}
				for _, d := range r.outcome.Dirty {
					made = append(made, d.Path)
				}
				if managed {
					e.inManager(r, writes, objects, args)
					// What the manager does not send after the call it has found to be
					// no change.
					for _, t := range b.managed(sum) {
						e.send(r.s, t, statusPart)
					}
				}
				if managed && c.err {
					e.writtenNext(r.s, instr)
				}
				if c.err && r.s.called.get(c.fn) != 0 { // handed on: its outcome is still that one
					r.s.called.set(c.fn, calledErr)
				}
				if r.outcome.Failed || r.outcome.Tried {
					retried := false
					for _, t := range sum.Retries {
						retried = retried || b.term(t) == c.fn
					}
					if !retried {
						merged := *a.outcome
						merged.Failed = merged.Failed || r.outcome.Failed
						merged.Tried = merged.Tried || r.outcome.Tried
						a.outcome = &merged
					}
				}
				next = append(next, applied{r.s, a.results, a.outcome, a.failedOf, a.conflictOf, a.writes, a.left})
			}
		}
		list = next
	}
	for _, a := range list {
		for _, t := range given { // it sends what they changed
			if e.isAPIObject(t) && len(writes) > 0 {
				e.send(a.s, t, statusPart)
			}
		}
		for _, l := range objects.late {
			e.leaveOut(a.s, l, made, instr)
		}
		e.endEffects(a.s, instr, objects, b.managed(sum))
	}
	return list
}

// settles finds the fields of which the path knows that they differ from a
// constant which it now passes on to a function that writes them: after that
// they hold it. That is how a helper is used that registers a phase behind a
// guard on that phase, however it goes about it.
func (e *exec) settles(s *state, args []*Term) []Store {
	var out []Store
	note := func(addr *Term, f fact) {
		against := f.ne
		if f.eq != nil {
			for _, k := range args {
				if k.IsConst() && k != f.eq && e.flow.guards[addr.Name+"=="+k.Name] {
					against = append(slices.Clone(against), k)
				}
			}
		}
		for _, k := range against {
			if k == e.tab.Nil || !slices.Contains(args, k) || e.isZero(k) || addr.Kind != resource.Field {
				continue
			}
			if slices.ContainsFunc(args, func(a *Term) bool { return !a.IsConst() && addr != a && addr.Under(a) }) {
				out = append(out, Store{addr, k})
			}
		}
	}
	for t, f := range s.facts.all() {
		if t.Kind == resource.Load {
			note(t.Args[0], f)
		}
	}
	for addr, v := range s.mem.all() {
		note(addr, s.facts.get(v))
	}
	slices.SortFunc(out, func(a, b Store) int { return a.Addr.ID - b.Addr.ID })
	return out
}

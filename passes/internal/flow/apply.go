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
	said                 *said // nil if the callee is not seen
}

// writes are what the callee wrote, as far as it is seen.
func (a applied) writes() []written {
	if a.said == nil {
		return nil
	}
	return a.said.writes
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
	if !b.retries(sum, fn) {
		return regionContext{}
	}
	var again []*Term
	for _, r := range sum.Refreshes {
		if r := b.object(r); r != nil {
			again = append(again, r, b.s.resOf(b.e, r))
		}
	}
	return regionContext{true, func(t *Term) bool { return slices.Contains(again, t) }}
}

// applySummary forks a state into the outcomes of a callee that it does not
// contradict. It takes the state over: whoever needs that afterwards passes a copy.
func (e *exec) applySummary(s *state, instr ssa.CallInstruction, target *ssa.Function, sum *Summary, fn *Term, args []*Term, turn int) []applied {
	// A literal that calls itself by way of its variable would be applied in each
	// outcome of itself, and so on.
	literal := fn != nil && fn.Kind == resource.Closure
	if len(e.applying) >= maxNested || literal && slices.Contains(e.applying, fn) {
		for _, a := range args {
			e.loseThrough(s, a, nil)
		}
		return []applied{{s: s, results: e.opaque(instr), outcome: &Outcome{}}}
	}
	e.applying = append(e.applying, fn)
	defer func() { e.applying = e.applying[:len(e.applying)-1] }()
	b := &binding{e: e, s: s, instr: instr, target: target, fn: fn, args: args, turn: turn}
	for _, t := range sum.Retries {
		fn := b.term(t)
		e.retries(fn, Region{Call: instr, Manager: sum.writes(), Any: slices.Contains(sum.RetriesAny, t), Fresh: b.rereads(sum, fn)})
	}
	e.sending(b, sum)
	region := e.within.region
	e.applySets(b, sum, region, e.within.fresh)
	defer func(outer regionContext) { e.within = outer }(e.within)
	e.within = regionContext{}
	out := make([]applied, 0, len(sum.Outcomes))
	for i := range sum.Outcomes {
		n := s
		if sum.Cut || i+1 < len(sum.Outcomes) {
			n = s.clone()
		}
		e.paths.end(n, e.forking, Ending{Fn: target.Pos(), Outcome: i})
		out = b.on(n).applyOutcome(out, sum, &sum.Outcomes[i], region)
	}
	if sum.Cut {
		// What was not followed may have done anything.
		for _, a := range args {
			e.loseThrough(s, a, nil)
		}
		out = append(out, applied{s: s, results: e.opaque(instr), outcome: &Outcome{}})
	}
	return out
}

// applyOutcome brings the state over one outcome of the callee, and appends what comes of
// it. What the summary says is meant at the call, so all of it is translated first; then
// memory changes, then the callee writes, calls functions of the caller's, and ends.
func (b *binding) applyOutcome(out []applied, sum *Summary, o *Outcome, region bool) []applied {
	e, s := b.e, b.s
	var settled []Store
	if len(o.Writes) > 0 {
		settled = e.settles(s, b.args)
	}
	a := applied{s: s, outcome: o, results: b.results(o)}
	if !b.holds(o) {
		return out
	}
	said := b.translate(sum, o)
	a.said = said
	if o.FailedOf != nil {
		a.failedOf = b.resource(o.FailedOf)
	}
	if o.ConflictOf != nil {
		a.conflictOf = b.resource(o.ConflictOf)
	}
	if len(said.writes) > 0 {
		said.stores = append(said.stores, settled...)
	}
	b.remember(said, a.results)
	e.beginEffects(b, said.objects)
	b.write(sum, o, said)
	if region {
		e.besides(s, said.objects.dirty, said.writes, said.objects, nil)
	}
	if len(said.calls) == 0 {
		b.end(sum, s, said)
		return append(out, a)
	}
	list := []applied{a}
	for i, c := range said.calls {
		list = b.callBack(sum, c, b.turn+1+i, list, said)
	}
	for _, a := range list {
		b.end(sum, a.s, said)
	}
	return append(out, list...)
}

// said is what an outcome says, in the terms of the caller.
type said struct {
	lost, unsure []*Term
	stores       []Store // of what the caller cannot name, where the value is nil
	same         []Same
	writes       []written
	names        map[*Term]string // what the program calls the resources written
	calls        []calledBack
	objects      effects
	given        []*Term  // what the functions called were given
	made         []string // the paths that they change
}

// calledBack is a function of the caller's that the callee calls.
type calledBack struct {
	fn  *Term
	err bool // it fails
}

// results translates the results.
func (b *binding) results(o *Outcome) []*Term {
	var out []*Term
	for i, r := range o.Results {
		if r.Kind == resource.Out && i < b.target.Signature.Results().Len() { // with its type
			b.out(r, b.target.Signature.Results().At(i).Type())
		}
		t := b.term(r)
		if t == nil {
			t = b.e.tab.Value(at(b.instr), i, b.target.Signature.Results().At(i).Type())
		}
		out = append(out, t)
	}
	return out
}

// holds assumes the facts of an outcome, and reports that the path does not contradict
// them.
func (b *binding) holds(o *Outcome) bool {
	for _, f := range o.Facts {
		t := b.term(f.Of)
		if t == nil {
			continue
		}
		if f.Eq != nil && !b.s.assumeConst(b.e, t, b.term(f.Eq), true) {
			return false
		}
		for _, n := range f.Ne {
			if !b.s.assumeConst(b.e, t, b.term(n), false) {
				return false
			}
		}
	}
	return true
}

// translate translates the rest of an outcome.
func (b *binding) translate(sum *Summary, o *Outcome) *said {
	out := &said{}
	for _, l := range o.Lost {
		if t := b.term(l); t != nil {
			out.lost = append(out.lost, t)
		}
	}
	for _, l := range o.Unsure {
		if t := b.term(l); t != nil {
			out.unsure = append(out.unsure, t)
		}
	}
	for _, st := range o.Stores {
		if addr := b.term(st.Addr); addr != nil && !addr.IsConst() {
			out.stores = append(out.stores, Store{addr, b.term(st.Val)})
		}
	}
	for _, m := range o.Same {
		if p, r := b.term(m.Pointer), b.resource(m.Resource); p != nil && r != nil {
			out.same = append(out.same, Same{p, r})
		}
	}
	for _, w := range o.Writes {
		if r := b.resource(w.Resource); r != nil {
			var client *Term
			if w.Client != nil {
				client = b.term(w.Client)
			}
			x := written{res: r, client: client, paths: w.Paths, via: w.Via, ifChanged: w.IfChanged, name: capturedName(w.Resource, b.fn)}
			x.context, x.noted, x.flush = b.batch(b.target, w)
			out.writes = append(out.writes, x)
		}
	}
	for _, c := range o.Calls {
		if t := b.term(c.Fn); t != nil {
			out.calls = append(out.calls, calledBack{t, c.Err})
		}
	}
	if kube.SendsChanges(b.target) && !slices.ContainsFunc(out.calls, func(c calledBack) bool { return b.e.mayChangeStatus(c.fn) }) {
		out.writes = nil
	}
	out.objects = b.effects(sum, o)
	if len(out.writes) > 0 {
		out.names = b.e.namesOf(b.s, b.instr, b.args, b.fn)
	}
	return out
}

// remember brings memory over the call.
func (b *binding) remember(said *said, results []*Term) {
	e, s := b.e, b.s
	for _, l := range said.lost {
		e.lose(s, l)
	}
	for _, l := range said.unsure {
		e.loseData(s, l)
	}
	for _, p := range said.stores {
		if p.Val == nil {
			e.lose(s, p.Addr)
		} else {
			e.store(s, p.Addr, p.Val)
		}
	}
	for _, p := range said.same {
		s.res.set(p.Pointer, p.Resource)
		if i := slices.Index(results, p.Pointer); i >= 0 && p.Resource.Kind == resource.Keyed {
			e.nameResult(p.Resource, b.instr, i)
		}
	}
}

// write adds the status writes of the callee to the path.
func (b *binding) write(sum *Summary, o *Outcome, said *said) {
	e, s, instr := b.e, b.s, b.instr
	for _, w := range said.writes {
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
	for _, w := range said.writes {
		name := cmp.Or(w.name, said.names[w.res])
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
}

// callBack brings the states over the call of a function of the caller's.
func (b *binding) callBack(sum *Summary, c calledBack, turn int, list []applied, said *said) []applied {
	e := b.e
	var next []applied
	for _, a := range list {
		args := b.given(a.s, sum, c.fn, turn)
		said.given = append(said.given, args...)
		e.within = b.context(sum, c.fn)
		managed := e.within.region
		called := e.outcomes(a.s, b.instr, c.fn, args, turn)
		e.within = regionContext{}
		if managed {
			madeAnew(called, b.instr)
		}
		for _, r := range called {
			if c.fn.Fn != nil && !agrees(e, r, c.fn.Fn, c.err) {
				continue
			}
			for _, d := range r.outcome.Dirty {
				said.made = append(said.made, d.Path)
			}
			if managed {
				e.inManager(r, said.writes, said.objects, args)
				// What the manager does not send after the call it has found to be
				// no change.
				for _, t := range b.managed(sum) {
					e.send(r.s, t, statusPart)
				}
			}
			if managed && c.err {
				e.writtenNext(r.s, b.instr)
			}
			if c.err && r.s.called.get(c.fn) != 0 { // handed on: its outcome is still that one
				r.s.called.set(c.fn, calledErr)
			}
			if (r.outcome.Failed || r.outcome.Tried) && !b.retries(sum, c.fn) {
				merged := *a.outcome
				merged.Failed = merged.Failed || r.outcome.Failed
				merged.Tried = merged.Tried || r.outcome.Tried
				a.outcome = &merged
			}
			next = append(next, applied{r.s, a.results, a.outcome, a.failedOf, a.conflictOf, a.said})
		}
	}
	return next
}

// retries reports that the callee calls a function of the caller's again when it fails.
func (b *binding) retries(sum *Summary, fn *Term) bool {
	return slices.ContainsFunc(sum.Retries, func(t *Term) bool { return b.term(t) == fn })
}

// end notes what the callee leaves behind.
func (b *binding) end(sum *Summary, s *state, said *said) {
	e := b.e
	for _, t := range said.given { // it sends what they changed
		if p := e.placeOf(s, t); p.part != noPart {
			t = p.object
		}
		if e.isAPIObject(t) && len(said.writes) > 0 {
			e.send(s, t, statusPart)
		}
	}
	for _, l := range said.objects.late {
		e.leaveOut(s, l, said.made, b.instr)
	}
	e.endEffects(s, b.instr, said.objects, b.managed(sum))
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

package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// binding translates the terms of a callee's summary into the caller's.
type binding struct {
	e      *exec
	s      *state
	instr  ssa.CallInstruction
	target *ssa.Function
	fn     *Term // the closure called, for what it captured
	args   []*Term
	turn   int // several callees of one call must not share names
}

func (e *exec) bind(s *state, instr ssa.CallInstruction, target *ssa.Function, fn *Term, args []*Term) *binding {
	return &binding{e: e, s: s, instr: instr, target: target, fn: fn, args: args}
}

// outValue numbers the values of a callee that the caller cannot name.
const outValue = 64

// term translates a term; it is nil where the caller has no name for it.
func (b *binding) term(t *Term) *Term {
	tab := b.e.tab
	switch t.Kind {
	case resource.Param:
		if t.N < len(b.args) {
			return b.args[t.N]
		}
		return nil
	case resource.FreeVar:
		if b.fn != nil && b.fn.Kind == resource.Closure && t.N < len(b.fn.Args) {
			return b.fn.Args[t.N]
		}
		return nil
	case resource.Global:
		return tab.Global(t.Name, t.Typ)
	case resource.Const:
		return tab.Constant(t.Name)
	case resource.Func:
		return tab.Func(t.Fn)
	case resource.Out:
		v := tab.Value(at(b.instr), outValue+b.turn*4096+t.N, t.Typ)
		if v.Type == "" {
			v.Type = t.Type
		}
		return v
	case resource.Load:
		addr := b.term(t.Args[0])
		if addr == nil {
			return nil
		}
		v := b.e.load(b.s, addr, t.Typ, at(b.instr), calleeValue*(2+b.turn)+t.ID*16)
		b.e.readFrom(b.s, v, addr)
		return v
	case resource.Keyed:
		client, key := b.term(t.Args[0]), b.term(t.Args[1])
		if client == nil || key == nil {
			return nil
		}
		typ := t.Name
		var object *Term
		if len(t.Args) > 2 {
			if object = b.term(t.Args[2]); object == nil {
				return nil
			}
			typ = object.Type
		}
		return b.e.keyed(b.s, client, key, typ, object)
	case resource.Pure:
		if t.Name == "answer" {
			return b.answer(t)
		}
		args := make([]*Term, len(t.Args))
		for i, a := range t.Args {
			if args[i] = b.term(a); args[i] == nil {
				return nil
			}
		}
		switch t.Name {
		case "name", "namespace", "key", "gvk":
			return tab.Pure(t.Name, b.s.resOf(b.e, args[0]))
		case "Status", "SubResource":
			return tab.PureOf(t.Name, t.Typ, args...)
		case "!":
			return b.e.not(args[0])
		case "==":
			if args[0].IsConst() || !args[1].IsConst() && args[0].ID > args[1].ID {
				args[0], args[1] = args[1], args[0]
			}
		}
		return tab.PureOf(t.Name, t.Typ, args...)
	}
	args := make([]*Term, len(t.Args))
	for i, a := range t.Args {
		if args[i] = b.term(a); args[i] == nil {
			return nil
		}
	}
	switch t.Kind {
	case resource.Field:
		if args[0].IsConst() {
			return nil
		}
		typ := t.Typ
		if typ == nil {
			typ = fieldType(args[0].Typ, t.N, t.Name)
		}
		return tab.Field(args[0], t.N, t.Name, typ)
	case resource.Index:
		return tab.Index(args[0], args[1], t.Typ)
	case resource.Proj:
		return tab.Proj(args[0], t.N, t.Name, t.Typ)
	case resource.Struct:
		return tab.Struct(args, t.Typ)
	case resource.Closure:
		return tab.Closure(t.Fn, args)
	}
	return nil
}

// fieldType is the type of the address of a field, for terms that come from
// another package without their types.
func fieldType(base types.Type, n int, name string) types.Type {
	st, ok := structOf(elem(base))
	if !ok || n < 0 || n >= st.NumFields() || st.Field(n).Name() != name {
		return nil
	}
	return types.NewPointer(st.Field(n).Type())
}

// answer is what a method returned when the callee called it. It is of use only
// where that is the same whenever it is called.
func (b *binding) answer(t *Term) *Term {
	addr := b.term(t.Args[0].Args[0])
	if addr == nil {
		return nil
	}
	if c := b.e.constantCall(addr); c != nil {
		return c
	}
	load := b.e.tab.Load(addr, t.Args[0].Typ)
	if load == nil || !addr.Visible() {
		return nil
	}
	return b.e.tab.Pure("answer", load)
}

// resource translates the name of a resource.
func (b *binding) resource(t *Term) *Term {
	r := b.term(t)
	if r == nil || r.IsConst() {
		return nil
	}
	return b.s.resOf(b.e, r)
}

// written is a status write of a callee's, in the terms of the caller.
type written struct {
	res, client *Term
	paths       []string
	via         []Step
}

// applied is a state after one outcome of a callee.
type applied struct {
	s       *state
	results []*Term
	outcome *Outcome
	// failedOf is the resource whose write failed, where the caller can name it.
	failedOf *Term
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
	s.failed[instr] = failure{res: a.failedOf, err: err, open: a.outcome.Failed, kept: a.outcome.Kept}
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
	if e.depth >= maxNested { // a literal that calls itself by way of its variable
		n := s.clone()
		for _, a := range args {
			e.loseThrough(n, a, nil)
		}
		return []applied{{s: n, results: e.opaque(instr), outcome: &Outcome{}}}
	}
	e.depth++
	defer func() { e.depth-- }()
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
	settled := e.settles(s, args)
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
			writes = append(writes, written{r, client, w.Paths, w.Via})
		}
	}
	objects := b.effects(sum, o)
	names := e.namesOf(s, instr, args, fn)
	if o.FailedOf != nil {
		a.failedOf = b.resource(o.FailedOf)
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
		s.res[p.a] = p.b
	}
	e.beginEffects(b, objects)
	for _, w := range writes {
		e.sendResource(s, w.res, w.paths)
	}
	if o.Waited != 0 {
		e.wait(s, instr.Block(), o.Waited)
	}
	if f, ok := s.failed[instr]; ok {
		e.tryAgain(s, instr, f.res)
	}
	direct := sum.Thin != nil
	for _, w := range writes {
		name := names[w.res]
		if name == "" {
			name = e.nameOf(w.res)
		}
		e.visit(s, instr, w.res, w.client, name, w.via, direct, false)
		s.wrote(w.res, w.paths)
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
				if managed {
					e.inManager(r, writes, objects, args)
					// What the manager does not send after the call it has found to be
					// no change.
					for _, t := range b.managed(sum) {
						e.send(r.s, t, statusPart)
					}
				}
				if c.err && r.s.called[c.fn] != 0 { // handed on: its outcome is still that one
					r.s.called[c.fn] = calledErr
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
				next = append(next, applied{r.s, a.results, a.outcome, a.failedOf, a.writes, a.left})
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
		e.endEffects(a.s, instr, objects)
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
	for t, f := range s.facts {
		if t.Kind == resource.Load {
			note(t.Args[0], f)
		}
	}
	for addr, v := range s.mem {
		note(addr, s.facts[v])
	}
	slices.SortFunc(out, func(a, b Store) int { return a.Addr.ID - b.Addr.ID })
	return out
}

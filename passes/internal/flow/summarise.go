package flow

import (
	"cmp"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// summarise tells a caller what the function does, outcome by outcome.
func (e *exec) summarise(r *Result) *Summary {
	sum := &Summary{Cut: e.cut}
	seen := map[string]int{}
	var all []Outcome
	for _, x := range e.exits {
		o := e.outcomeOf(x, r)
		// Outcomes that differ only in what they say of objects in memory are one:
		// that may be joined, and more outcomes would cost what callers know.
		k := o.key(true)
		if i, ok := seen[k]; ok {
			joinOutcomeObjects(&all[i], &o)
			all[i].sortObjects()
			continue
		}
		seen[k] = len(all)
		all = append(all, o)
	}
	if len(all) > softOutcomes {
		all = widen(e, all, func(o *Outcome) string { return o.key(false) })
	}
	if len(all) > 2*softOutcomes {
		all = widen(e, all, func(o *Outcome) string { return o.shape() })
	}
	sum.Outcomes = all
	e.summariseSends(sum)
	for _, f := range e.calledAgain(r) {
		if !slices.Contains(sum.Retries, f) {
			sum.Retries = append(sum.Retries, f)
		}
	}
	for _, f := range e.retriedFuncs {
		if !slices.Contains(sum.Retries, f) {
			sum.Retries = append(sum.Retries, f)
		}
	}
	slices.SortFunc(sum.Retries, func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) })
	return sum
}

// calledAgain are the caller's functions that a loop of this one calls again
// when they fail.
func (e *exec) calledAgain(r *Result) map[int]*Term {
	out := map[int]*Term{}
	for c := range r.Retried {
		if f := e.dynamic[c]; f != nil {
			out[e.calls[c]] = f
		}
	}
	return out
}

// outcomeOf tells what the caller can see of one end of the function.
func (e *exec) outcomeOf(x exit, r *Result) Outcome {
	l := &localizer{e: e, outs: map[*Term]*Term{}}
	s := x.s
	var o Outcome
	for i, t := range x.results {
		typ := e.fn.Signature.Results().At(i).Type()
		if c := s.constant(t); c != nil {
			t = c
		} else if isControlType(typ) && !isErrorType(typ) {
			switch s.decide(e, t) {
			case isTrue:
				t = e.tab.True
			case isFalse:
				t = e.tab.False
			}
		}
		if isErrorType(typ) && t.Kind == resource.Pure {
			notNil := fact{ne: []*Term{e.tab.Nil}}
			s.facts.set(t, notNil)
			// One made of the caller's stands for that, to whoever asks what it is.
			if t.Name == "wrap" && l.visible(t.Args[0]) {
				if w := e.tab.PureOf("wrap", errorType, t.Args[0], l.out(t.Args[1])); w != nil {
					o.Results = append(o.Results, w)
					o.Facts = append(o.Facts, Fact{w, nil, notNil.ne})
					continue
				}
			}
			o.Results = append(o.Results, l.out(t))
			continue
		}
		if t.Kind == resource.Struct && kube.IsResult(typ) && s.zeroStruct(e, t) == isTrue {
			t = e.tab.Zero
		}
		o.Results = append(o.Results, l.term(t))
		if r := s.resOf(e, t); r != t && l.visible(r) {
			o.Same = append(o.Same, Same{o.Results[i], r})
		}
	}
	for res, w := range s.writes.all() {
		if w.first == nil {
			continue
		}
		if len(o.Writes) >= maxWrites {
			break
		}
		v := e.visits[visitKey{w.first, res}]
		switch {
		case l.visible(res):
			o.Writes = append(o.Writes, Write{res, l.client(w.client), v.Context, v.Noted, allUnnamed(w.paths), v.steps(), w.ifChanged})
		case l.outs[res] != nil:
			o.Writes = append(o.Writes, Write{l.outs[res], l.client(w.client), v.Context, v.Noted, allUnnamed(w.paths), v.steps(), w.ifChanged})
		}
	}
	for p, r := range s.res.all() {
		if l.visible(p) && l.visible(r) && p != r && p.Kind != resource.Param || p.Kind == resource.Param && l.visible(r) && p != r {
			o.Same = append(o.Same, Same{p, r})
		}
	}
	for a, v := range s.mem.all() {
		if !l.visible(a) || a.N < 0 || v.Kind == resource.Load && v.Args[0] == a || isName(v) {
			continue
		}
		if v.Kind == resource.Closure {
			o.Lost = append(o.Lost, a)
			continue
		}
		o.Stores = append(o.Stores, Store{a, l.term(v)})
	}
	for a, all := range s.stale.all() {
		switch {
		case !l.visible(a) || a.Kind == resource.Const:
		case all:
			o.Lost = append(o.Lost, a)
		default:
			o.Unsure = append(o.Unsure, a)
		}
	}
	for _, t := range inOrder(l.outs) {
		out := l.outs[t]
		if r := s.resOf(e, t); r != t && l.visible(r) {
			o.Same = append(o.Same, Same{out, r})
		}
	}
	for _, t := range inOrder(l.outs) {
		out := l.outs[t]
		if isErrorType(t.Typ) && s.equal(e, t, e.tab.Nil) != isTrue {
			for _, g := range e.prog.Sentinels() {
				target := e.tab.Load(e.tab.Global(e.prog.Global(g), g.Type()), elem(g.Type()))
				if s.errorIs(e, t, target) == isFalse {
					o.Facts = append(o.Facts, Fact{e.tab.PureOf("errors.Is", types.Typ[types.Bool], out, target), e.tab.False, nil})
				}
			}
		}
		if f, ok := s.facts.find(t); ok {
			o.Facts = append(o.Facts, Fact{out, f.eq, f.ne})
		} else if t.Kind == resource.Struct && s.zeroStruct(e, t) == isFalse {
			o.Facts = append(o.Facts, Fact{out, nil, []*Term{e.tab.Zero}})
		} else if e.neverNil(t) {
			o.Facts = append(o.Facts, Fact{out, nil, []*Term{e.tab.Nil}})
		}
	}
	for t, f := range s.facts.all() {
		if addr := e.answers[t]; addr != nil && l.visible(addr) {
			if load := e.tab.Load(addr, t.Typ); load != nil {
				o.Facts = append(o.Facts, Fact{e.tab.Pure("answer", load), f.eq, f.ne})
			}
		}
		if l.visible(t) && (f.eq == nil || l.visible(f.eq)) {
			o.Facts = append(o.Facts, Fact{t, f.eq, f.ne})
		}
	}
	for t, out := range s.called.all() {
		if l.visible(t) {
			o.Calls = append(o.Calls, Called{t, out == calledErr, out == calledErr && e.metConflict(s, t)})
		}
	}
	o.Waited = s.waited
	for c, f := range s.failed.all() {
		if r.Retried[c.call] || e.dynamic[c.call] != nil {
			continue
		}
		o.Failed = o.Failed || f.open
		o.Kept = o.Kept || f.open && f.kept
		o.Tried = o.Tried || !f.open
		if f.res != nil && l.visible(f.res) && (o.FailedOf == nil || f.res.ID < o.FailedOf.ID) {
			o.FailedOf = f.res
		}
	}
	e.outcomeOfTries(s, l, x.results, &o)
	e.outcomeOfObjects(s, l, &o)
	o.sort()
	return o
}

// steps is the chain of calls from this one down to the direct write.
func (v *Visit) steps() []Step {
	name := ""
	if len(v.Via) > 0 || !v.Direct {
		name = calleeName(v.Call)
	}
	steps := append([]Step{{Func: name, Pos: v.Call.Pos()}}, v.Via...)
	if len(steps) > 6 {
		steps = append(steps[:5:5], steps[len(steps)-1])
	}
	return steps
}

func (o *Outcome) sort() {
	byID := func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(o.Writes, func(a, b Write) int { return byID(a.Resource, b.Resource) })
	slices.SortFunc(o.Same, func(a, b Same) int { return byID(a.Pointer, b.Pointer) })
	o.Same = slices.CompactFunc(o.Same, func(a, b Same) bool { return a == b })
	slices.SortFunc(o.Stores, func(a, b Store) int { return byID(a.Addr, b.Addr) })
	slices.SortFunc(o.Lost, byID)
	o.Lost = slices.Compact(o.Lost)
	slices.SortFunc(o.Unsure, byID)
	o.Unsure = slices.Compact(o.Unsure)
	slices.SortFunc(o.Facts, func(a, b Fact) int { return byID(a.Of, b.Of) })
	o.sortObjects()
	slices.SortFunc(o.Calls, func(a, b Called) int { return byID(a.Fn, b.Fn) })
}

// key tells outcomes apart: all that they say, or only what a caller tests.
func (o *Outcome) key(full bool) string {
	var b strings.Builder
	b.WriteString(o.shape())
	id := func(t *Term) {
		if t == nil {
			b.WriteByte('-')
		} else {
			b.WriteString(strconv.Itoa(t.ID))
		}
		b.WriteByte(',')
	}
	for _, r := range o.Results {
		if r.Kind == resource.Struct && !full {
			b.WriteByte('s')
			continue
		}
		id(r)
	}
	facts := func(of func(*Term) bool) {
		for _, f := range o.Facts {
			if !of(f.Of) {
				continue
			}
			id(f.Of)
			id(f.Eq)
			for _, n := range f.Ne {
				id(n)
			}
			b.WriteByte(';')
		}
	}
	if !full {
		facts(func(t *Term) bool { return t.Kind == resource.Out || t.Kind == resource.Param })
		return b.String()
	}
	facts(func(*Term) bool { return true })
	for _, m := range o.Same {
		id(m.Pointer)
		id(m.Resource)
	}
	b.WriteByte('S')
	for _, st := range o.Stores {
		id(st.Addr)
		id(st.Val)
	}
	b.WriteByte('L')
	for _, t := range o.Lost {
		id(t)
	}
	b.WriteByte('U')
	for _, t := range o.Unsure {
		id(t)
	}
	return b.String()
}

// shape is the least that must not be mixed: writes, failures, calls, and
// whether there is an error.
func (o *Outcome) shape() string {
	var b strings.Builder
	for _, w := range o.Writes {
		b.WriteString(strconv.Itoa(w.Resource.ID) + "w")
		if w.IfChanged {
			b.WriteByte('?')
		}
	}
	b.WriteByte('|')
	b.WriteString(strconv.Itoa(int(o.Waited)))
	if o.Failed {
		b.WriteByte('f')
	}
	if o.Tried {
		b.WriteByte('t')
	}
	for _, c := range o.Calls {
		b.WriteString(strconv.Itoa(c.Fn.ID))
		if c.Err {
			b.WriteByte('e')
		}
		b.WriteByte('c')
	}
	b.WriteByte('|')
	for _, r := range o.Results {
		switch {
		case r.IsConst():
			b.WriteString(r.Name)
		case o.notNil(r):
			b.WriteByte('!')
		default:
			b.WriteByte('?')
		}
		b.WriteByte(',')
	}
	return b.String()
}

// notNil reports that a result is known not to be nil.
func (o *Outcome) notNil(r *Term) bool {
	return slices.ContainsFunc(o.Facts, func(f Fact) bool {
		return f.Of == r && slices.ContainsFunc(f.Ne, func(t *Term) bool { return t.Kind == resource.Const && t.Name == "nil" })
	})
}

// widen joins the outcomes of one group: of facts and memory it keeps what they
// share.
func widen(e *exec, all []Outcome, group func(*Outcome) string) []Outcome {
	at := map[string]int{}
	var out []Outcome
	for _, o := range all {
		k := group(&o)
		i, ok := at[k]
		if !ok {
			at[k] = len(out)
			out = append(out, o)
			continue
		}
		out[i] = joinOutcomes(e, out[i], o)
	}
	return out
}

func joinOutcomes(e *exec, a, b Outcome) Outcome {
	j := a
	j.Facts, j.Stores, j.Same = nil, nil, nil
	j.Results = slices.Clone(a.Results)
	for i := range j.Results {
		if a.Results[i] != b.Results[i] {
			j.Results[i] = e.tab.Out(1000+i, a.Results[i].Type)
		}
	}
	for _, f := range a.Facts {
		for _, g := range b.Facts {
			if f.Of != g.Of {
				continue
			}
			if f.Eq != nil && f.Eq == g.Eq {
				j.Facts = append(j.Facts, f)
			} else if ne := meet(f.Ne, g.Ne); f.Eq == nil && g.Eq == nil && len(ne) > 0 {
				j.Facts = append(j.Facts, Fact{f.Of, nil, ne})
			}
		}
	}
	for _, st := range a.Stores {
		if slices.Contains(b.Stores, st) {
			j.Stores = append(j.Stores, st)
		} else {
			j.Lost = append(slices.Clone(j.Lost), st.Addr)
		}
	}
	for _, st := range b.Stores {
		if !slices.Contains(a.Stores, st) {
			j.Lost = append(slices.Clone(j.Lost), st.Addr)
		}
	}
	j.Lost = append(slices.Clone(j.Lost), b.Lost...)
	j.Unsure = append(slices.Clone(j.Unsure), b.Unsure...)
	for _, m := range a.Same {
		if slices.Contains(b.Same, m) {
			j.Same = append(j.Same, m)
		}
	}
	joinOutcomeObjects(&j, &b)
	if j.FailedOf != b.FailedOf {
		j.FailedOf = nil
	}
	j.sort()
	return j
}

package flow

import (
	"cmp"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// summarise tells a caller what the function does, outcome by outcome.
func (e *exec) summarise(r *Result) *Summary {
	sum := &Summary{Cut: e.cut}
	seen := map[string]int{}
	all := make([]Outcome, 0, min(len(e.exits), 2*softOutcomes))
	of := make([]int, len(e.exits)) // the outcome that each end has become
	for j, x := range e.exits {
		n := len(all)
		all = append(all, Outcome{})
		o := &all[n]
		e.tellOutcome(o, x, r)
		// Outcomes that differ only in what they say of objects in memory are one, but
		// for what is lost there: that may be joined, and more outcomes would cost what
		// callers know. A loss would end with the same change where it is still pending.
		k := o.key(true)
		if i, ok := seen[k]; ok {
			joinOutcomeObjects(&all[i], o)
			all[i].sortObjects()
			all, of[j] = all[:n], i
			continue
		}
		seen[k], of[j] = n, n
	}
	if len(all) > softOutcomes {
		all = widen(e, all, of, func(o *Outcome) string { return o.key(false) })
	}
	if len(all) > 2*softOutcomes {
		all = widen(e, all, of, func(o *Outcome) string { return o.shape() })
	}
	e.paths.leave(e.exits, of)
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
	byID := func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(sum.Retries, byID)
	slices.SortFunc(e.retriedAny, byID)
	sum.RetriesAny = slices.Compact(e.retriedAny)
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

// ending is one end of the function, as it is put into the caller's terms.
type ending struct {
	localizer
	s       *state
	results []*Term
	retried map[ssa.CallInstruction]bool // the calls that the function repeats when they fail
}

// tellOutcome tells what the caller can see of one end of the function: the results, and
// what each domain has to say.
func (e *exec) tellOutcome(o *Outcome, x exit, r *Result) {
	end := &ending{localizer{e: e, outs: map[*Term]*Term{}}, x.s, x.results, r.Retried}
	for i, t := range x.results {
		end.result(o, t, e.fn.Signature.Results().At(i).Type())
	}
	for _, d := range x.s.domains() {
		d.tell(end, o)
	}
	o.sort()
}

// result tells of one result.
func (x *ending) result(o *Outcome, t *Term, typ types.Type) {
	e, s := x.e, x.s
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
		x.madeError(o, t)
		return
	}
	if t.Kind == resource.Struct && kube.IsResult(typ) && s.zeroStruct(e, t) == isTrue {
		t = e.tab.Zero
	}
	if t.Kind == resource.Closure {
		x.literal(o, t)
		return
	}
	o.Results = append(o.Results, x.term(t))
	x.putType(o, t, typ)
	if r := s.resOf(e, t); r != t && x.visible(r) {
		o.Same = append(o.Same, Same{o.Results[len(o.Results)-1], r})
	}
}

// literal tells of a result that is a literal of this function, with what the variables
// hold that it has captured: whoever calls it, or has it called, can follow it.
func (x *ending) literal(o *Outcome, t *Term) {
	captured := make([]*Term, len(t.Args))
	for i, v := range t.Args {
		captured[i] = x.term(v)
		if held := x.s.mem.get(v); held != nil && captured[i].Kind == resource.Out {
			o.Stores = append(o.Stores, Store{captured[i], x.term(held)})
		}
	}
	o.Results = append(o.Results, x.e.tab.Closure(t.Fn, captured))
}

// madeError tells of a result that is an error which the function has made of another.
// One made of the caller's stands for that, to whoever asks what it is.
func (x *ending) madeError(o *Outcome, t *Term) {
	notNil := fact{ne: []*Term{x.e.tab.Nil}}
	x.s.facts.set(t, notNil)
	if t.Name == "wrap" && x.visible(t.Args[0]) {
		if w := x.e.tab.PureOf("wrap", errorType, t.Args[0], x.out(t.Args[1])); w != nil {
			o.Results = append(o.Results, w)
			o.Facts = append(o.Facts, Fact{w, nil, notNil.ne})
			return
		}
	}
	o.Results = append(o.Results, x.out(t))
}

// steps is the chain of calls from this one down to the direct write.
func (v *Visit) steps() []Step {
	name := ""
	if len(v.Via) > 0 || !v.Direct {
		name = calleeName(v.Call)
	}
	first := Step{Func: name, Pos: v.Call.Pos()}
	steps := append([]Step{first}, v.Via...)
	if i := slices.Index(v.Via, first); i >= 0 { // a recursion, that comes by here again
		steps = v.Via[i:]
	}
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
	b.WriteByte('M')
	for _, m := range o.Missing {
		id(m.Object)
		b.WriteString(m.Path)
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
// share. It renumbers them in of.
func widen(e *exec, all []Outcome, of []int, group func(*Outcome) string) []Outcome {
	at := map[string]int{}
	var out []Outcome
	moved := make([]int, len(all))
	for j, o := range all {
		k := group(&o)
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, o)
		} else {
			out[i] = joinOutcomes(e, out[i], o)
		}
		moved[j] = i
	}
	for j, i := range of {
		of[j] = moved[i]
	}
	return out
}

// says tells what is known of a result.
func (o *Outcome) says(e *exec, i int) fact {
	t := o.Results[i]
	for _, f := range o.Facts {
		if f.Of == t {
			return fact{f.Eq, f.Ne}
		}
	}
	nonzero := func(t *Term) bool { return t.IsConst() && !e.isZero(t) }
	switch {
	case t.IsConst():
		return fact{eq: t}
	case t.Kind == resource.Struct && slices.ContainsFunc(t.Args, nonzero):
		return fact{ne: []*Term{e.tab.Zero}}
	case e.neverNil(t):
		return fact{ne: []*Term{e.tab.Nil}}
	}
	return fact{}
}

func joinOutcomes(e *exec, a, b Outcome) Outcome {
	j := a
	j.Facts, j.Stores, j.Same = nil, nil, nil
	j.Results = slices.Clone(a.Results)
	for i := range j.Results {
		if a.Results[i] == b.Results[i] {
			continue
		}
		j.Results[i] = e.tab.Out(1000+i, a.Results[i].Type)
		if f := a.says(e, i).either(b.says(e, i)); f.eq != nil || len(f.ne) > 0 {
			j.Facts = append(j.Facts, Fact{j.Results[i], f.eq, f.ne})
		}
	}
	for _, f := range a.Facts {
		for _, g := range b.Facts {
			if f.Of != g.Of || slices.ContainsFunc(j.Facts, func(known Fact) bool { return known.Of == f.Of }) {
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

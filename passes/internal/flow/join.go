package flow

import (
	"cmp"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// join widens: it keeps what both states know. If the two agree in the resources
// written (the key of counts), no count is mixed with another; only facts, memory
// and names get lost, and which calls of a loop have written. Otherwise writes get
// lost, too. What failed on one of them has failed, but who got the error is not
// known then.
func (s *state) join(e *exec, o *state) *state {
	j := s.clone()
	for v, t := range s.env.all() {
		ot, ok := o.env.find(v)
		if ot == t {
			continue
		}
		if !ok {
			j.env.del(v)
			continue
		}
		at := e.flow.values[v]
		name := e.tab.Value(at, 0, at.Type())
		e.unnamed(v)
		j.env.set(v, name)
		if a, b := s.knownFact(t), o.knownFact(ot); a.eq != nil && a.eq == b.eq {
			j.facts.set(name, a)
		} else if ne := meet(a.ne, b.ne); len(ne) > 0 {
			j.facts.set(name, fact{ne: ne})
		} else {
			j.facts.del(name)
		}
		if e.positive(s, t) && e.positive(o, ot) {
			j.facts.set(e.tab.Pure("<", e.tab.Constant("0"), name), fact{eq: e.tab.True})
		}
		if s.holdsError(e, t) && o.holdsError(e, ot) {
			j.facts.set(e.tab.Pure(holdsError, name), fact{eq: e.tab.True})
			e.notEmpty(j, name)
		}
		if r := s.resOf(e, t); r == o.resOf(e, ot) {
			j.res.set(name, r)
		}
	}
	one := s.sameResource(e, o)
	for a, v := range j.mem.all() {
		if o.mem.get(a) != v {
			j.mem.del(a)
			j.stale.set(a, true)
		}
	}
	for a := range o.mem.all() {
		if _, ok := s.mem.find(a); !ok {
			j.stale.set(a, true)
		}
	}
	for a, all := range o.stale.all() {
		j.stale.set(a, j.stale.get(a) || all)
	}
	for t, f := range s.facts.all() {
		of, ok := o.facts.find(t)
		switch {
		case !ok:
			j.facts.del(t)
		case f.eq != nil && f.eq == of.eq:
		case f.eq != nil && of.eq != nil:
			j.facts.del(t)
		default:
			if ne := meet(s.knownFact(t).ne, o.knownFact(t).ne); len(ne) > 0 {
				j.facts.set(t, fact{ne: ne})
			} else {
				j.facts.del(t)
			}
		}
	}
	for p, r := range s.res.all() {
		if o.res.get(p) != r {
			j.res.del(p)
		}
	}
	for r, w := range s.writes.all() {
		with, ok := o.writes.find(r)
		if !ok {
			j.writes.del(r)
			continue
		}
		if maps.Equal(w.loops, with.loops) && w.ifChanged == with.ifChanged && (with.first != nil || w.first == nil) {
			continue
		}
		if with.first == nil {
			w.first = nil
		}
		w.ifChanged = w.ifChanged || with.ifChanged
		loops := map[ssa.CallInstruction]*loop{}
		for c, l := range w.loops {
			if with.loops[c] == l {
				loops[c] = l
			}
		}
		w.loops = loops
		j.writes.set(r, w)
	}
	j.forgot = s.forgot || o.forgot || j.writes.len() < max(s.writes.len(), o.writes.len())
	s.joinFailures(o, j)
	for t, from := range o.origin.all() {
		if _, ok := s.origin.find(t); !ok {
			j.origin.set(t, from)
		}
	}
	s.joinObjects(e, o, j)
	for _, m := range one {
		m.join(e, j)
	}
	return j
}

// unnamed notes that a register holds what has no other name than its own: for a phi,
// that has to be renewed (see arrive).
func (e *exec) unnamed(r register) {
	if phi, ok := e.flow.values[r].(*ssa.Phi); ok {
		e.unnamedPhis[phi] = true
	}
}

func (s *state) knownFact(t *Term) fact {
	if t.IsConst() {
		return fact{eq: t}
	}
	return s.facts.get(t)
}

func meet(a, b []*Term) []*Term {
	var out []*Term
	for _, t := range a {
		if slices.Contains(b, t) {
			out = append(out, t)
		}
	}
	return out
}

// joinFailures adds to j, which holds the failures of s, those of o. A failure
// that only one of them has may have been followed by anything on the other: its
// error counts as handed on.
func (s *state) joinFailures(o, j *state) {
	for c, f := range s.failed.all() {
		g, both := o.failed.find(c)
		if !both {
			f.passed = true
			j.failed.set(c, f)
			continue
		}
		f.open, f.kept, f.passed, f.told = f.open || g.open, f.kept || g.kept, f.passed || g.passed, f.told || g.told
		j.failed.set(c, f)
	}
	for c, f := range o.failed.all() {
		if _, both := s.failed.find(c); !both {
			f.passed = true
			j.failed.set(c, f)
		}
	}
}

// joinObjects joins what two states know of objects: what may have happened, and
// what is stale for certain.
func (s *state) joinObjects(e *exec, o, j *state) {
	for t, b := range o.objects.all() {
		a, ok := s.objects.find(t)
		if !ok {
			b.stale, b.copyOf = nil, nil
			j.put(t, b)
			continue
		}
		a = joinObject(a, b)
		j.put(t, a)
	}
	for t, a := range s.objects.all() {
		if _, ok := o.objects.find(t); !ok {
			a.stale, a.copyOf = nil, nil
			j.put(t, a)
		}
	}
	for _, l := range o.lost {
		j.lose(l)
		if l.after {
			j.lost = slices.Clone(j.lost)
			for i := range j.lost {
				j.lost[i].after = j.lost[i].after || compareLoss(j.lost[i], l) == 0
			}
		}
	}
	for c, a := range s.tries.all() {
		if _, ok := o.tries.find(c); !ok {
			j.tries.set(c, e.triedByOne(c.call, a))
		}
	}
	for c, b := range o.tries.all() {
		a, ok := s.tries.find(c)
		if !ok {
			j.tries.set(c, e.triedByOne(c.call, b))
			continue
		}
		a.fresh, a.passed, a.other = a.fresh || b.fresh, a.passed || b.passed, a.other || b.other
		if b.hidden != NoDetail && a.hidden == NoDetail {
			a.hidden, a.by = b.hidden, b.by
		}
		if a.err != b.err {
			a.other = true // no single error to judge
		}
		j.tries.set(c, a)
	}
}

// joinObject joins what two states know of one object.
func joinObject(a, b object) object {
	a.dirty = joinChanges(a.dirty, b.dirty)
	switch {
	case a.entry == b.entry:
		if a.entry == replaced {
			a.gone.redone = slices.DeleteFunc(slices.Clone(a.gone.redone), func(p string) bool { return !slices.Contains(b.gone.redone, p) })
		}
	case b.entry == replaced:
		a.entry, a.gone = replaced, b.gone
	case a.entry != replaced:
		a.entry = untouched
	}
	if a.gone.bare != b.gone.bare {
		a.gone.bare = ""
	}
	if a.last == nil {
		a.last = b.last
	}
	if a.copyOf != b.copyOf {
		a.copyOf = nil
	}
	if b.late && !a.late {
		a.late, a.since = true, b.since
	}
	a.inherits = a.inherits && b.inherits
	a.differs = a.differs || b.differs
	a.mirror = a.mirror || b.mirror
	a.read = a.read || b.read
	a.again = a.again && b.again
	a.sent = a.sent && b.sent
	a.deleted = a.deleted && b.deleted
	a.touched = a.touched || b.touched
	if a.stale != b.stale {
		a.stale = nil
	}
	return a
}

// joinChanges merges two lists of changes, which are in the order of their IDs,
// up to maxChanges.
func joinChanges(a, b []*change) []*change {
	byID := func(a, b *change) int { return cmp.Compare(a.id, b.id) }
	added := false
	for _, c := range b {
		if len(a) >= maxChanges {
			break
		}
		i, ok := slices.BinarySearchFunc(a, c, byID)
		if ok {
			continue
		}
		if !added {
			a, added = slices.Clone(a), true
		}
		a = slices.Insert(a, i, c)
	}
	return a
}

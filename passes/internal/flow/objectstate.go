package flow

import (
	"cmp"
	"slices"
)

// joinObjects joins what two states know of objects: what may have happened, and
// what is stale for certain.
func (s *state) joinObjects(e *exec, o, j *state) {
	for t, b := range o.objects {
		a, ok := s.objects[t]
		if !ok {
			b.stale = nil
			j.put(t, b)
			continue
		}
		a.dirty = joinChanges(a.dirty, b.dirty)
		switch {
		case a.entry == b.entry:
			if a.entry == replaced {
				a.redone = slices.DeleteFunc(slices.Clone(a.redone), func(p string) bool { return !slices.Contains(b.redone, p) })
			}
		case b.entry == replaced:
			a.entry, a.redone = replaced, b.redone
		case a.entry != replaced:
			a.entry = untouched
		}
		a.mirror = a.mirror || b.mirror
		a.read = a.read || b.read
		a.again = a.again && b.again
		a.sent = a.sent && b.sent
		a.deleted = a.deleted && b.deleted
		if a.stale != b.stale {
			a.stale = nil
		}
		j.put(t, a)
	}
	for t, a := range s.objects {
		if _, ok := o.objects[t]; !ok {
			a.stale = nil
			j.put(t, a)
		}
	}
	for _, l := range o.lost {
		j.lose(l)
	}
	for c, a := range s.tries {
		if _, ok := o.tries[c]; !ok {
			j.tries[c] = e.triedByOne(c, a)
		}
	}
	for c, b := range o.tries {
		a, ok := s.tries[c]
		if !ok {
			j.tries[c] = e.triedByOne(c, b)
			continue
		}
		a.fresh, a.passed, a.other = a.fresh || b.fresh, a.passed || b.passed, a.other || b.other
		if a.err != b.err {
			a.other = true // no single error to judge
		}
		j.tries[c] = a
	}
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
		if _, ok := slices.BinarySearchFunc(a, c, byID); ok {
			continue
		}
		if !added {
			a, added = slices.Clone(a), true
		}
		i, _ := slices.BinarySearchFunc(a, c, byID)
		a = slices.Insert(a, i, c)
	}
	return a
}

package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// forget drops what was known of a value whose instruction runs again: the
// name now stands for the new value. Registers that still hold the old value
// hold something unknown.
func (s *state) forget(e *exec, at ssa.Value) {
	register, old := e.register(at), e.tab.Value(at, oldValue, nil)
	gone := func(t *Term) bool {
		for _, d := range t.Leaves() {
			if d.At == at {
				return true
			}
		}
		return false
	}
	for a, v := range s.mem.all() {
		switch {
		case gone(a):
			s.mem.del(a)
		case gone(v):
			s.mem.set(a, old)
		}
	}
	// What the old value stood for, it stands for still.
	var stood *Term
	same := true
	for p, r := range s.res.all() {
		if gone(p) && !gone(r) && p.Kind == resource.Value {
			same = same && (stood == nil || stood == r)
			stood = r
		}
	}
	// Counters: what is known of the old value is known still, if no register holds
	// one that is older.
	now := e.tab.Value(at, 0, nil)
	kept := map[*Term]fact{}
	held, older := false, false
	for v, t := range s.env.all() {
		if gone(t) {
			held = held || t == now && v != register
			older = older || t != now
			s.env.set(v, old)
		}
	}
	if held && !older {
		if f, ok := s.facts.find(now); ok && (f.eq == nil || !gone(f.eq)) {
			kept[old] = f
		}
		zero := e.tab.Constant("0")
		if s.facts.get(e.tab.Pure("<", zero, now)).eq == e.tab.True {
			kept[e.tab.Pure("<", zero, old)] = fact{eq: e.tab.True}
		}
		if s.holdsError(e, now) {
			kept[e.tab.Pure(holdsError, old)] = fact{eq: e.tab.True}
		}
	}
	for t, f := range s.facts.all() {
		if gone(t) || f.eq != nil && gone(f.eq) {
			s.facts.del(t)
		}
	}
	for t, f := range kept {
		s.facts.set(t, f)
	}
	for p, r := range s.res.all() {
		if gone(p) || gone(r) {
			s.res.del(p)
		}
	}
	if stood != nil && same {
		s.res.set(old, stood)
	}
	for r := range s.writes.all() {
		if gone(r) {
			s.writes.del(r)
		}
	}
	for t := range s.stale.all() {
		if gone(t) {
			s.stale.del(t)
		}
	}
	for t, from := range s.origin.all() {
		if gone(t) || slices.ContainsFunc(from, func(o origin) bool { return gone(o.object) }) {
			s.origin.del(t)
		}
	}
	for t, o := range s.objects.all() {
		switch {
		case gone(t):
			s.objects.del(t)
		case o.copyOf != nil && gone(o.copyOf):
			o.copyOf = nil
			s.put(t, o)
		}
	}
	s.redo(func(l loss) bool { return gone(l.object) || gone(l.res) })
	for c, t := range s.tries.all() {
		if t.err != nil && gone(t.err) || t.obj != nil && gone(t.obj) || t.res != nil && gone(t.res) {
			s.tries.set(c, t.forget(gone, old))
		}
	}
	for t := range s.called.all() {
		if gone(t) {
			s.called.del(t)
		}
	}
	for c, f := range s.failed.all() {
		if f.err != nil && gone(f.err) {
			f.err = nil
		}
		if f.res != nil && gone(f.res) {
			f.res = nil
			switch at.(type) {
			case *ssa.Call, *ssa.Alloc:
			default:
				f.item = true
			}
		}
		s.failed.set(c, f)
	}
}

// oldValue marks the results of an earlier turn.
const oldValue = 1 << 20

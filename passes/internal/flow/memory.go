package flow

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// load is what an address holds. The value is named after at where nothing
// better is known.
func (e *exec) load(s *state, addr *Term, typ types.Type, at ssa.Value, as resource.As) *Term {
	if t := e.held(s, addr, typ, at, as); t != nil {
		return t
	}
	return e.tab.ValueAs(at, as, typ, "") // what it holds has no name that is short enough
}

// held is load without the last resort.
func (e *exec) held(s *state, addr *Term, typ types.Type, at ssa.Value, as resource.As) *Term {
	if typ == nil {
		typ = elem(addr.Typ)
	}
	if v := s.mem.get(addr); v != nil {
		if st, ok := structOf(typ); ok && e.changedInside(s, addr) {
			if st.NumFields() <= optionStruct {
				if t := e.loadFields(s, addr, st, typ, at, as); t != nil {
					return t
				}
			}
			return e.tab.ValueAs(at, as, typ, "")
		}
		return v
	}
	if c := e.constantCall(addr); c != nil {
		return c
	}
	if addr.Kind == resource.Global {
		if t := e.declared(addr, typ); t != nil {
			return t
		}
	}
	if what := metadataName(addr); what != "" {
		if t := e.tab.Pure(what, s.resOf(e, metadataOwner(addr))); t != nil && !e.isFresh(s, addr) {
			return t
		}
	}
	// A struct that was stored as a whole.
	if addr.Kind == resource.Field && addr.N >= 0 {
		if v := e.wholeAt(s, addr.Args[0]); v != nil {
			return e.tab.Proj(v, addr.N, addr.Name, typ)
		}
	}
	if st, ok := structOf(typ); ok && st.NumFields() > 0 && (st.NumFields() <= smallStruct || st.NumFields() <= maxStruct && isLocal(addr)) {
		if t := e.loadFields(s, addr, st, typ, at, as); t != nil {
			return t
		}
	}
	if e.isStale(s, addr) {
		if !e.isAPIObject(addr) {
			e.keepReferences(s, addr, typ, 0)
		}
		return e.name(s, addr, typ, at, as)
	}
	if e.isFresh(s, addr) && typ != nil {
		return e.tab.ZeroOf(typ)
	}
	if t := e.tab.Load(addr, typ); t != nil {
		return t
	}
	return e.name(s, addr, typ, at, as)
}

// name gives what an address holds a name of its own, for as long as it holds it.
func (e *exec) name(s *state, addr *Term, typ types.Type, at ssa.Value, as resource.As) *Term {
	v := e.tab.ValueAs(at, as, typ, "")
	if !strings.HasPrefix(addr.Name, "#") || addr.Kind != resource.Index {
		s.mem.set(addr, v)
	}
	return v
}

// keepReferences lets what a struct refers to have the names that it had, before its
// content gets a new one as a whole.
func (e *exec) keepReferences(s *state, addr *Term, typ types.Type, depth int) {
	st, ok := structOf(typ)
	if !ok || depth > 2 || st.NumFields() > optionStruct {
		return
	}
	for i := range st.NumFields() {
		t := st.Field(i).Type()
		f := e.tab.Field(addr, i, st.Field(i).Name(), types.NewPointer(t))
		switch {
		case f == nil || e.isLost(s, f):
		case !isReference(f):
			e.keepReferences(s, f, t, depth+1)
		case s.mem.get(f) == nil:
			if l := e.tab.Load(f, t); l != nil {
				s.mem.set(f, l)
			}
		}
	}
}

// changedInside reports that a field was stored to after the struct was.
func (e *exec) changedInside(s *state, addr *Term) bool {
	for a, v := range s.mem.after(addr) {
		if a.Kind == resource.Field && a.N >= 0 && a.Args[0] == addr && (v.Kind != resource.Load || v.Args[0] != a) {
			return true
		}
	}
	for a := range s.stale.after(addr) {
		if a.Kind == resource.Field && a.N >= 0 && a.Args[0] == addr {
			return true
		}
	}
	return false
}

// wholeAt is the struct value that was stored at an address, if that is known.
func (e *exec) wholeAt(s *state, addr *Term) *Term {
	if v := s.mem.get(addr); v != nil {
		return v
	}
	if addr.Kind == resource.Field && addr.N >= 0 {
		if v := e.wholeAt(s, addr.Args[0]); v != nil {
			return e.tab.Proj(v, addr.N, addr.Name, elem(addr.Typ))
		}
	}
	return nil
}

// loadFields puts a small struct together from what is known of its fields:
// a key, a result.
func (e *exec) loadFields(s *state, addr *Term, st *types.Struct, typ types.Type, at ssa.Value, as resource.As) *Term {
	known := e.isFresh(s, addr) && !e.isStale(s, addr)
	if !known {
		for i := range st.NumFields() {
			f := e.tab.Field(addr, i, st.Field(i).Name(), types.NewPointer(st.Field(i).Type()))
			if f == nil {
				return nil
			}
			known = known || s.mem.get(f) != nil
		}
	}
	if !known {
		return nil
	}
	fields := make([]*Term, st.NumFields())
	zero := true
	for i := range fields {
		f := e.tab.Field(addr, i, st.Field(i).Name(), types.NewPointer(st.Field(i).Type()))
		if f == nil {
			return nil
		}
		fields[i] = e.load(s, f, st.Field(i).Type(), at, as.Of(i))
		e.readFrom(s, fields[i], f)
		zero = zero && e.isZero(fields[i])
	}
	if zero {
		return e.tab.Zero
	}
	return e.tab.Struct(fields, typ)
}

// Structs of so many fields are followed field by field: keys and results, and
// in literals the metadata of an object.
const (
	smallStruct  = 8
	maxStruct    = 16
	optionStruct = 64 // one field of many was set: the options of a call
)

// isStale reports that the path lost track of what an address holds.
func (e *exec) isStale(s *state, addr *Term) bool { return e.lostAt(s, addr, !isReference(addr)) }

// isLost reports that it also lost track of the references there.
func (e *exec) isLost(s *state, addr *Term) bool { return e.lostAt(s, addr, false) }

// lostAt reports that anything at an address may have changed since the path knew it,
// or data in it.
func (e *exec) lostAt(s *state, addr *Term, orData bool) bool {
	for t := addr; ; {
		if all, ok := s.stale.find(t); ok && (all || orData) {
			return true
		}
		switch t.Kind {
		case resource.Field, resource.Index, resource.Load, resource.Proj:
			t = t.Args[0]
		default:
			return false
		}
	}
}

// isFresh reports that an address lies in a variable of this function that
// held its zero value when the path came by its declaration.
func (e *exec) isFresh(s *state, addr *Term) bool {
	for addr.Kind == resource.Field || addr.Kind == resource.Index {
		if _, ok := s.stale.find(addr); ok {
			return false
		}
		addr = addr.Args[0]
	}
	if _, ok := s.stale.find(addr); ok || !addr.IsResult(0) || s.mem.get(addr) != nil {
		return false
	}
	_, ok := addr.At.(*ssa.Alloc)
	return ok
}

// store changes memory. A value that nothing is known of, stored where a
// constant was found, is taken to differ from it: the guard that found it was
// there for that.
func (e *exec) store(s *state, addr, val *Term) {
	if !isLocal(addr.Root()) && s.constant(val) != nil && e.holds(s, addr, val) {
		return // as it was: where paths meet on which it is changed and not, it is not lost
	}
	if s.constant(val) == nil && val.Kind == resource.Value && addr.Kind == resource.Field {
		old := s.mem.get(addr)
		if old == nil && !e.isStale(s, addr) {
			old = e.tab.Load(addr, elem(addr.Typ))
		}
		if old != nil && s.constant(old) != nil && old != val {
			s.facts.set(val, fact{ne: insert(s.facts.get(val).ne, s.constant(old))})
		}
	}
	for a := range s.mem.after(addr) {
		if a.Under(addr) {
			s.mem.del(a)
		}
	}
	if addr.Kind == resource.Field && !isLocal(addr.Root()) {
		for a := range s.mem.all() {
			if a != addr && mayAlias(a, addr) {
				s.mem.del(a)
				s.stale.set(a, true)
			}
		}
	}
	s.stale.del(addr)
	for a := range s.stale.after(addr) {
		if a.Under(addr) {
			s.stale.del(a)
		}
	}
	for base := addr; base.Kind == resource.Field || base.Kind == resource.Index; base = base.Args[0] {
		e.forgetCalls(s, base.Args[0])
	}
	s.mem.set(addr, val)
	if r, ok := s.res.find(val); ok && addr.Kind != resource.Field {
		s.res.set(addr, r)
	} else if val.Kind == resource.Load && kube.IsAPIObject(val.Typ) {
		s.res.set(addr, s.resOf(e, val.Args[0]))
	}
}

// forgetCalls drops the results of methods called on an object that changes.
func (e *exec) forgetCalls(s *state, base *Term) {
	for a := range s.mem.after(base) {
		if a.Kind == resource.Field && a.N < 0 && a.Args[0] == base {
			s.mem.del(a)
			s.stale.set(a, true)
		}
	}
}

// mayAlias reports that two addresses may be the same though they look
// different: the same field of two objects, neither of which was made here.
func mayAlias(a, b *Term) bool {
	return a.Kind == resource.Field && b.Kind == resource.Field && a.N == b.N && a.Name == b.Name &&
		a.Args[0].Type == b.Args[0].Type && !isLocal(a.Root()) && !isLocal(b.Root())
}

// lose tells that anything below an address may have changed.
func (e *exec) lose(s *state, base *Term) {
	if base == nil || base.IsConst() {
		return
	}
	for a := range s.mem.after(base) {
		if a.Under(base) {
			s.mem.del(a)
		}
	}
	s.mem.del(base)
	s.stale.set(base, true)
}

// loseThrough tells that unknown code received a value: whatever it points at,
// and whatever a closure captured, may have changed.
func (e *exec) loseThrough(s *state, t *Term, typ types.Type) {
	e.settleThrough(s, t)
	e.loseBelow(s, t, typ)
}

// loseBelow is loseThrough for memory alone.
func (e *exec) loseBelow(s *state, t *Term, typ types.Type) {
	switch t.Kind {
	case resource.Closure:
		for i, b := range t.Args {
			assigned, changed, _ := e.prog.Captured(t.Fn, i)
			if assigned {
				e.lose(s, b)
			} else if held := s.mem.get(b); changed && held != nil {
				e.loseBelow(s, held, held.Typ)
			}
		}
		return
	case resource.Pure, resource.Const, resource.Func:
		return
	}
	if typ == nil {
		typ = t.Typ
	}
	if typ == nil {
		return
	}
	switch typ.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Map, *types.Slice:
		e.loseData(s, t)
	}
}

// loseField tells that a field of the struct at base was assigned something.
func (e *exec) loseField(s *state, base *Term, n int) {
	st, ok := structOf(elem(base.Typ))
	if !ok || n >= st.NumFields() {
		e.lose(s, base)
		return
	}
	if f := e.tab.Field(base, n, st.Field(n).Name(), types.NewPointer(st.Field(n).Type())); f != nil {
		e.lose(s, f)
	}
}

// loseFields tells that unknown code received these fields of the struct at base, by
// their addresses, and no others. It reports false where they have no names.
func (e *exec) loseFields(s *state, base *Term, fields []int) bool {
	st, ok := structOf(elem(base.Typ))
	if !ok || e.placeOf(s, base).part != noPart {
		return false
	}
	addrs := make([]*Term, len(fields))
	for i, n := range fields {
		f := st.Field(n)
		if addrs[i] = e.tab.Field(base, n, f.Name(), types.NewPointer(f.Type())); addrs[i] == nil {
			return false
		}
	}
	for i, n := range fields {
		held := addrs[i]
		if _, pointer := st.Field(n).Type().Underlying().(*types.Pointer); pointer || types.IsInterface(st.Field(n).Type()) {
			if held = e.heldBy(s, addrs[i]); held == nil {
				held = e.tab.Load(addrs[i], st.Field(n).Type())
			}
		}
		if held == nil {
			return false
		}
		e.loseThrough(s, held, held.Typ)
	}
	e.forgetCalls(s, base)
	return true
}

// wasWritten reports that a field of a status was set on this path, and is written
// since. The guard of the write asks for it in the next turn, and other code that sees
// the object in between does not take back what the API server has.
func (e *exec) wasWritten(s *state, addr *Term) bool {
	p := e.placeOf(s, addr)
	if p.part != statusPart || p.path == "" {
		return false
	}
	res := s.resOf(e, p.object)
	w, ok := s.writes.find(res)
	if !ok || !slices.Contains(w.paths, p.path) {
		return false
	}
	_, pending := s.objects.first(func(t *Term, o object) bool {
		return s.resOf(e, t) == res && slices.ContainsFunc(o.dirty, func(c *change) bool { return c.part != otherPart && overlaps(c.path, p.path) })
	})
	return !pending
}

// loseData tells that code which cannot be seen received a pointer. It may have
// changed what the object holds, but overwrites nothing: a struct still refers
// to the objects and clients that it referred to.
func (e *exec) loseData(s *state, base *Term) {
	if elem(base.Typ) != nil && isReference(base) || base.IsConst() {
		e.lose(s, base)
		return
	}
	// Of a struct that was stored as a whole, the references are left.
	if st, ok := structOf(elem(base.Typ)); ok && s.mem.get(base) != nil {
		for i := range st.NumFields() {
			f := st.Field(i)
			addr := e.tab.Field(base, i, f.Name(), types.NewPointer(f.Type()))
			if addr != nil && isReference(addr) && s.mem.get(addr) == nil {
				if v := e.tab.Proj(s.mem.get(base), i, f.Name(), f.Type()); v != nil {
					s.mem.set(addr, v)
				}
			}
		}
		s.mem.del(base)
	}
	var written []*Term // to which fields were set, and which others hold as well
	for a, v := range s.mem.after(base) {
		if a.Under(base) && e.wasWritten(s, a) {
			written = append(written, v)
			if v.Kind == resource.Load {
				s.mem.set(v.Args[0], v)
			}
		}
	}
	for a, v := range s.mem.after(base) {
		if a.Under(base) && !isReference(a) && !slices.Contains(written, v) {
			s.mem.del(a)
		}
	}
	if _, ok := s.stale.find(base); !ok {
		s.stale.set(base, false)
	}
}

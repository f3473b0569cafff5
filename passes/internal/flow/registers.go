package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// memory is the domain of what registers and addresses hold (see also memory.go).
type memory struct {
	env   rows[register, *Term] // what the registers hold
	mem   rows[*Term, *Term]    // what addresses hold, where the path changed or read it
	stale rows[*Term, bool]     // addresses below which the path lost track: of all (true), or of all but references
}

func (m *memory) share() { m.env.share(); m.mem.share(); m.stale.share() }

func (m *memory) size() int { return m.env.len() + m.mem.len() + m.stale.len() }

func (m *memory) key(e *exec, s *state, in detail, d *digest) {
	// The shape of control: what is known of the results and flags in registers.
	if in >= looped {
		return
	}
	var buf [maxDifferent + 4]int
	for v, t := range m.env.all() {
		switch {
		case in == all:
			d.add('e', int(v), t.ID)
		case e.flow.control.Has(int(v)):
			d.add('e', append(s.known(buf[:0], t), int(v))...)
		}
	}
	for a, v := range m.mem.all() {
		switch {
		case in == all:
			d.add('m', a.ID, v.ID)
		case isControlType(v.Typ) && a.Kind != resource.Field:
			d.add('m', append(s.known(buf[:0], v), a.ID)...)
		}
	}
	if in != all {
		return
	}
	for t, all := range m.stale.all() {
		d.add('s', t.ID, flag(all, 0))
	}
}

// join keeps what both hold in memory. What registers hold is joined last (see
// [state.joinRegisters]).
func (m *memory) join(_ *exec, a, b, _ *state) {
	for addr, v := range m.mem.all() {
		if b.mem.get(addr) != v {
			m.mem.del(addr)
			m.stale.set(addr, true)
		}
	}
	for addr := range b.mem.all() {
		if _, ok := a.mem.find(addr); !ok {
			m.stale.set(addr, true)
		}
	}
	for addr, all := range b.stale.all() {
		m.stale.set(addr, m.stale.get(addr) || all)
	}
}

// joinRegisters gives a register that holds one thing or another a name of its own, which
// is known to be what both are known to be. One of them may have that name from an
// earlier join, of which the other has never heard: so this comes after what the two
// know of the same terms.
func (j *state) joinRegisters(e *exec, a, b *state) {
	for v, t := range a.env.all() {
		other, ok := b.env.find(v)
		if other == t {
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
		j.believeEither(e, name, a, t, b, other)
		if r := a.resOf(e, t); r == b.resOf(e, other) {
			j.res.set(name, r)
		}
	}
}

// unnamed notes that a register holds what has no other name than its own: for a phi,
// that has to be renewed (see arrive).
func (e *exec) unnamed(r register) {
	if phi, ok := e.flow.values[r].(*ssa.Phi); ok {
		e.unnamedPhis[phi] = true
	}
}

func (m *memory) forget(e *exec, s *state, v *renewal) {
	for a, held := range m.mem.all() {
		switch {
		case v.gone(a):
			m.mem.del(a)
		case v.gone(held):
			m.mem.set(a, v.old)
		}
	}
	register := e.register(v.at)
	held, older := false, false
	for r, t := range m.env.all() {
		if v.gone(t) {
			held = held || t == v.now && r != register
			older = older || t != v.now
			m.env.set(r, v.old)
		}
	}
	v.follows = held && !older
	for t := range m.stale.all() {
		if v.gone(t) {
			m.stale.del(t)
		}
	}
}

func (m *memory) tell(x *ending, o *Outcome) {
	for a, v := range m.mem.all() {
		if !x.visible(a) || a.N < 0 || v.Kind == resource.Load && v.Args[0] == a || isName(v) {
			continue
		}
		if v.Kind == resource.Closure {
			o.Lost = append(o.Lost, a)
			continue
		}
		o.Stores = append(o.Stores, Store{a, x.term(v)})
	}
	for a, all := range m.stale.all() {
		switch {
		case !x.visible(a) || a.Kind == resource.Const:
		case all:
			o.Lost = append(o.Lost, a)
		default:
			o.Unsure = append(o.Unsure, a)
		}
	}
}

func (m *memory) mark(c *collector) {
	m.env.keep(func(r register, t *Term) bool {
		alive := c.e.flow.alive(c.at, r)
		if alive {
			c.mark(t)
		}
		return alive
	})
	m.env.bound(maxRows, c.e.unnamed)
}

// sweep follows what is marked through memory, and drops the rest of it.
func (m *memory) sweep(c *collector) {
	for changed := true; changed; {
		changed = false
		for _, row := range m.mem.list {
			if !c.has(row.val) && c.reached(row.key) {
				c.mark(row.val)
				changed = true
			}
		}
	}
	m.mem.keep(func(a, _ *Term) bool { return c.reached(a) })
	m.stale.keep(func(a *Term, _ bool) bool { return c.reached(a) })
}

// believeEither notes what is known of a name for what is t on the path a, and o on the path b.
func (s *state) believeEither(e *exec, name *Term, a *state, t *Term, b *state, o *Term) {
	both := a.knownFact(t).either(b.knownFact(o))
	if both.eq == nil && a.isNotNil(e, t) && b.isNotNil(e, o) { // by what it is
		both.ne = insert(both.ne, e.tab.Nil)
	}
	s.believe(name, both)
	if e.positive(a, t) && e.positive(b, o) {
		s.facts.set(e.tab.Pure("<", e.tab.Constant("0"), name), fact{eq: e.tab.True})
	}
	if a.holdsError(e, t) && b.holdsError(e, o) {
		s.facts.set(e.tab.Pure(holdsError, name), fact{eq: e.tab.True})
		e.notEmpty(s, name)
	}
}

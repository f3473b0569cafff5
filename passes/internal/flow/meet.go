package flow

import (
	"cmp"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// held is what two states that are joined hold at one address: two objects in memory
// that stand for the same resource, such as the one that was read and the one that an
// update of it returned.
type held struct {
	addr, res *Term
	name      *meeting
	object    object // what the two states know of it
	notNil    bool
}

// meeting names the object that an address holds where paths have met, whichever of
// theirs it is. It is no value of the program.
type meeting struct {
	addr, res *Term
	typ       types.Type
}

func (m *meeting) Name() string                  { return "meet" }
func (m *meeting) String() string                { return "meet " + m.addr.String() }
func (m *meeting) Type() types.Type              { return m.typ }
func (m *meeting) Parent() *ssa.Function         { return nil }
func (m *meeting) Referrers() *[]ssa.Instruction { return nil }
func (m *meeting) Pos() token.Pos                { return token.NoPos }

type meetingKey struct{ addr, res *Term }

// sameResource finds the addresses at which two states hold different objects that
// stand for the same resource. A loop that replaces an object by what the server has
// answered would have another resource in each turn otherwise.
func (s *state) sameResource(e *exec, o *state) []held {
	var out []held
	add := func(a *Term) {
		v, w := s.heldAt(e, a), o.heldAt(e, a)
		if v == nil || w == nil || v == w || !e.isAPIObject(v) && !e.isAPIObject(w) {
			return
		}
		r := s.resOf(e, v)
		if r != o.resOf(e, w) || r == v && r == w {
			return
		}
		key := meetingKey{a, r}
		if e.meetings[key] == nil {
			e.meetings[key] = &meeting{a, r, cmp.Or(v.Typ, w.Typ)}
		}
		out = append(out, held{a, r, e.meetings[key], joinObject(s.objects.get(v), o.objects.get(w)), s.isNotNil(e, v) && o.isNotNil(e, w)})
	}
	for a := range s.mem.all() {
		add(a)
	}
	for a := range o.mem.all() {
		if _, both := s.mem.find(a); !both {
			add(a)
		}
	}
	return out
}

// heldAt is what an address is known to hold, or nil. What a callee has stored there
// has no type.
func (s *state) heldAt(e *exec, a *Term) *Term {
	v := s.mem.get(a)
	if v == nil && !e.isStale(s, a) && a.Root().Visible() {
		v = e.tab.Load(a, elem(a.Typ))
	}
	if v == nil || v.IsConst() {
		return nil
	}
	return v
}

func (s *state) isNotNil(e *exec, t *Term) bool { return s.equal(e, t, e.tab.Nil) == isFalse }

// join stores the object at its address in the joined state.
func (m held) join(e *exec, j *state) {
	name := e.tab.Value(m.name, 0, m.name.typ)
	if _, used := j.res.find(name); used {
		j.forget(e, m.name) // it stood for what was held there before
	}
	j.mem.set(m.addr, name)
	j.stale.del(m.addr)
	j.res.set(name, m.res)
	j.put(name, m.object)
	if m.notNil {
		j.facts.set(name, fact{ne: []*Term{e.tab.Nil}})
	}
}

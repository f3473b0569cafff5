package flow

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// beliefs are the domain of what the branches taken imply (see also assume.go).
type beliefs struct {
	facts rows[*Term, fact]
}

// fact is what is known of a value: that it equals a constant, or that it
// differs from some.
type fact struct {
	eq *Term
	ne []*Term // ascending by ID
}

// knownFact is what is known of a value, which may be a constant.
func (b *beliefs) knownFact(t *Term) fact {
	if t.IsConst() {
		return fact{eq: t}
	}
	return b.facts.get(t)
}

// known appends what is known of a value, for comparing states.
func (b *beliefs) known(to []int, t *Term) []int { return b.knownFact(t).row(to) }

// row appends what a fact says, for comparing states.
func (f fact) row(to []int) []int {
	if f.eq != nil {
		return append(to, 1, f.eq.ID)
	}
	to = append(to, 2)
	for _, n := range f.ne {
		to = append(to, n.ID)
	}
	return to
}

// either is what is known of a value of which one or the other is.
func (f fact) either(o fact) fact {
	if f.eq != nil && f.eq == o.eq {
		return f
	}
	return fact{ne: meet(f.ne, o.ne)}
}

// meet are the terms that both lists have.
func meet(a, b []*Term) []*Term {
	var out []*Term
	for _, t := range a {
		if slices.Contains(b, t) {
			out = append(out, t)
		}
	}
	return out
}

// believe sets what is known of a value; nothing, if the fact says nothing.
func (b *beliefs) believe(t *Term, f fact) {
	if f.eq == nil && len(f.ne) == 0 {
		b.facts.del(t)
	} else {
		b.facts.set(t, f)
	}
}

func (b *beliefs) share() { b.facts.share() }

func (b *beliefs) size() int { return b.facts.len() }

func (b *beliefs) key(_ *exec, _ *state, in detail, d *digest) {
	if in != all {
		return
	}
	var buf [maxDifferent + 4]int
	for t, f := range b.facts.all() {
		d.add('k', append(f.row(buf[:0]), t.ID)...)
	}
}

func (b *beliefs) join(_ *exec, one, other, _ *state) {
	for t, f := range one.facts.all() {
		if with, ok := other.facts.find(t); !ok {
			b.facts.del(t)
		} else if f.eq == nil || f.eq != with.eq {
			b.believe(t, f.either(with))
		}
	}
}

// forget keeps what is known of a counter for its earlier value.
func (b *beliefs) forget(e *exec, s *state, v *renewal) {
	kept := map[*Term]fact{}
	if v.follows {
		if f, ok := b.facts.find(v.now); ok && !v.gone(f.eq) {
			kept[v.old] = f
		}
		zero := e.tab.Constant("0")
		if b.facts.get(e.tab.Pure("<", zero, v.now)).eq == e.tab.True {
			kept[e.tab.Pure("<", zero, v.old)] = fact{eq: e.tab.True}
		}
		if s.holdsError(e, v.now) {
			kept[e.tab.Pure(holdsError, v.old)] = fact{eq: e.tab.True}
		}
	}
	for t, f := range b.facts.all() {
		if v.gone(t) || v.gone(f.eq) {
			b.facts.del(t)
		}
	}
	for t, f := range kept {
		b.facts.set(t, f)
	}
}

// tell tells of what only this function can name, and of what its caller can.
func (b *beliefs) tell(x *ending, o *Outcome) {
	e := x.e
	for _, t := range inOrder(x.outs) {
		out := x.outs[t]
		if isErrorType(t.Typ) && x.s.equal(e, t, e.tab.Nil) != isTrue {
			x.noSentinel(o, t, out)
		}
		if f, ok := b.facts.find(t); ok {
			o.Facts = append(o.Facts, Fact{out, f.eq, f.ne})
		} else if t.Kind == resource.Struct && x.s.zeroStruct(e, t) == isFalse {
			o.Facts = append(o.Facts, Fact{out, nil, []*Term{e.tab.Zero}})
		} else if e.neverNil(t) {
			o.Facts = append(o.Facts, Fact{out, nil, []*Term{e.tab.Nil}})
		}
	}
	for t, f := range b.facts.all() {
		if addr := e.answers[t]; addr != nil && x.visible(addr) {
			if load := e.tab.Load(addr, t.Typ); load != nil {
				o.Facts = append(o.Facts, Fact{e.tab.Pure("answer", load), f.eq, f.ne})
			}
		}
		if x.visible(t) && (f.eq == nil || x.visible(f.eq)) {
			o.Facts = append(o.Facts, Fact{t, f.eq, f.ne})
		}
	}
}

// noSentinel tells of an error which of the package's error variables it is not.
func (x *ending) noSentinel(o *Outcome, t, out *Term) {
	e := x.e
	for _, g := range e.prog.Sentinels() {
		target := e.tab.Load(e.tab.Global(e.prog.Global(g), g.Type()), elem(g.Type()))
		if x.s.errorIs(e, t, target) == isFalse {
			o.Facts = append(o.Facts, Fact{e.tab.PureOf("errors.Is", types.Typ[types.Bool], out, target), e.tab.False, nil})
		}
	}
}

func (b *beliefs) mark(*collector) {}

func (b *beliefs) sweep(c *collector) {
	b.facts.keep(func(t *Term, _ fact) bool { return c.asks(t) })
	b.facts.bound(maxRows, func(*Term) {})
}

// asks reports that a fact of a term can still be asked for.
func (c *collector) asks(t *Term) bool {
	flow := c.e.flow
	switch t.Kind {
	case resource.Param, resource.FreeVar:
		return true
	case resource.Value, resource.Out:
		return c.has(t) || flow.small && c.e.answers[t] != nil
	case resource.Load, resource.Proj:
		name := t.Name
		if t.Kind == resource.Load {
			name = t.Args[0].Name
		}
		name, _, _ = strings.Cut(name, ",")
		return c.has(t) || flow.asks(c.at, name) || flow.small && t.Visible()
	case resource.Pure:
		if c.has(t) || t.Name == typeIn && c.asks(t.Args[0]) { // a flag that is tested again, a type
			return true
		}
		for _, a := range t.Args {
			if !a.IsConst() && !isSentinel(a) && !c.has(a) && !(flow.small && a.Visible()) && !flow.asksLoad(c.at, a) {
				return false
			}
		}
		return true
	}
	return c.has(t)
}

// asksLoad reports that a block, or one that it leads to, asks for a field.
func (s *shape) asksLoad(b *ssa.BasicBlock, t *Term) bool {
	return t.Kind == resource.Load && s.asks(b, t.Args[0].Name) || t.Kind == resource.Proj && s.asks(b, t.Name)
}

package reconcilecost

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
)

// state is what the paths cost that have come to one point of those of the engine, which
// knows what holds there.
type state struct {
	price
	defers *deferred
	tries  tries // in the loops around
	at     flow.Point
	end    callEnd // of the call that is being made
}

type deferred struct {
	call *ssa.Defer
	next *deferred
}

// tries are what became of the writes of calls that may be made again, in the order of
// the source. They are never changed.
type tries []tried

type tried struct {
	call  ssa.Instruction
	wrote bool
}

// with adds what became of a call.
func (t tries) with(call ssa.Instruction, wrote bool) tries {
	at, known := slices.BinarySearchFunc(t, call, func(a tried, call ssa.Instruction) int { return cmp.Compare(a.call.Pos(), call.Pos()) })
	if known && t[at].wrote == wrote {
		return t
	}
	if t = slices.Clone(t); known {
		t[at].wrote = wrote
		return t
	}
	return slices.Insert(t, at, tried{call, wrote})
}

// within are those of the calls in a loop, and outside the others.
func (t tries) within(l *loop) tries {
	return slices.DeleteFunc(slices.Clone(t), func(a tried) bool { return !l.has(a.call.Block()) })
}

func (t tries) outside(l *loop) tries {
	return slices.DeleteFunc(slices.Clone(t), func(a tried) bool { return l.has(a.call.Block()) })
}

// fork copies a state, to be changed.
func (s *state) fork() *state {
	c := *s
	return &c
}

// agrees reports that whatever follows one state follows the other.
func (s *state) agrees(o *state) bool {
	return s.at == o.at && s.defers == o.defers && slices.Equal(s.tries, o.tries)
}

// merged merges the states that agree.
func merged(states []*state) []*state {
	byPoint := map[flow.Point][]*state{}
	var out []*state
	for _, s := range states {
		i := slices.IndexFunc(byPoint[s.at], s.agrees)
		if i >= 0 {
			byPoint[s.at][i].merge(&s.price)
			continue
		}
		c := s.fork()
		byPoint[s.at] = append(byPoint[s.at], c)
		out = append(out, c)
	}
	return out
}

// joined makes one state of many.
func joined(states []*state) *state {
	one := states[0].fork()
	for _, s := range states[1:] {
		one.merge(&s.price)
		one.tries = slices.DeleteFunc(slices.Clone(one.tries), func(t tried) bool { return !slices.Contains(s.tries, t) })
	}
	return one
}

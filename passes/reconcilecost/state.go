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
	worst  cost
	trace  *trace   // of the worst path
	best   int      // status writes of the best path
	wrote  bool     // the worst path has written a status
	held   []string // the kinds that a batch has noted a write of, ascending
	made   []int    // which steps of the function some path has made, ascending
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

// merge takes the worse of two paths as the worst, and the better as the best.
func (s *state) merge(o *state) {
	if o.worst.worse(s.worst) {
		s.worst, s.trace, s.wrote = o.worst, o.trace, o.wrote
	}
	s.best = min(s.best, o.best)
	s.held, s.made = union(s.held, o.held), union(s.made, o.made)
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
			byPoint[s.at][i].merge(s)
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
		one.merge(s)
		one.tries = slices.DeleteFunc(slices.Clone(one.tries), func(t tried) bool { return !slices.Contains(s.tries, t) })
	}
	return one
}

package reconcilecost

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
)

// maxStarts bounds how often one loop is walked for paths that come to it.
const maxStarts = 4

// leaving is a state that leaves a loop.
type leaving struct {
	from, to *ssa.BasicBlock
	state    *state
}

// loop walks a loop for the states that reach it, and returns those that leave it.
func (w *walker) loop(l *loop, starts []*state) []leaving {
	var out []leaving
	for _, group := range grouped(starts) {
		start := joined(group)
		var points []flow.Point
		for _, s := range group {
			points = append(points, s.at)
		}
		var first []*state
		for _, at := range w.sum.paths.Turns(points, l.head.Index, l.blocks.Has) {
			first = append(first, &state{at: at, price: price{made: start.made}, defers: start.defers, tries: start.tries})
		}
		again, left := w.region(l, l.head, first)
		turn := w.dearestTurn(l, again)
		var made []int
		for _, s := range again {
			made = union(made, s.made)
		}
		worst, trace := start.worst, start.trace
		if turn != nil && turn.trace != nil && turn.trace.ops {
			worst = worst.plus(turn.worst.times(l.turns.value(typicalTurns)))
			trace = trace.add(step{kind: loopStep, loop: l, turns: l.turns, sub: turn.trace})
		}
		for _, x := range left {
			e := x.state.fork()
			e.tries = e.tries.outside(l)
			// A loop that is left in the middle of a turn has made one turn less. Where
			// that part is no dearer than a turn it is counted as one.
			if turn == nil || x.from == l.head || e.worst.worse(turn.worst) {
				e.worst, e.trace = worst.plus(e.worst), trace.add(step{kind: groupStep, sub: e.trace})
			} else {
				e.worst, e.trace = worst, trace
			}
			e.best += start.best
			e.wrote = e.wrote || start.wrote || turn != nil && turn.wrote
			e.held, e.made = union(e.held, start.held), union(e.made, made)
			if turn != nil {
				e.held = union(e.held, turn.held)
			}
			out = append(out, leaving{x.from, x.to, e})
		}
	}
	return out
}

// grouped puts together the states from which a loop is walked: those that have written
// as often, and last all that have written less.
func grouped(starts []*state) [][]*state {
	slices.SortStableFunc(starts, func(a, b *state) int { return cmp.Compare(b.worst.status, a.worst.status) })
	var groups [][]*state
	for _, s := range starts {
		last := len(groups) - 1
		if last >= 0 && (groups[last][0].worst.status == s.worst.status || len(groups) == maxStarts) {
			groups[last] = append(groups[last], s)
		} else {
			groups = append(groups, []*state{s})
		}
	}
	return groups
}

// dearestTurn is the turn of a loop, or of a function that calls itself, that costs most. One that only makes a write
// again, after it failed, comes on top of any path and does not count.
func (w *walker) dearestTurn(l *loop, again []*state) *state {
	for _, s := range again {
		for _, t := range s.tries.within(l) {
			w.note(t.call, t.wrote)
		}
	}
	var dearest *state
	for _, s := range again {
		retry := slices.ContainsFunc(s.tries.within(l), func(t tried) bool { return !t.wrote && w.p.retried(t.call) })
		if !retry && (dearest == nil || s.worst.worse(dearest.worst)) {
			dearest = s
		}
	}
	return dearest
}

func (w *walker) note(call ssa.Instruction, wrote bool) {
	t := w.p.retries[call]
	if t == nil {
		t = &turned{}
		w.p.retries[call] = t
	}
	t.wrote = t.wrote || wrote
	t.failed = t.failed || !wrote
}

// turned tells of a call in a loop what had become of its writes where the loop
// turned.
type turned struct{ wrote, failed bool }

// retried reports that a loop makes a call again after it failed, and only then.
func (p *program) retried(instr ssa.Instruction) bool {
	t := p.retries[instr]
	return t != nil && t.failed && !t.wrote
}

// repeat adds to the outcomes what a function costs that calls itself.
func (w *walker) repeat() {
	turns := Turns{Symbol: Unbounded}
	if w.sum.recursive {
		for _, o := range w.sum.outcomes {
			if o.trace != nil && o.trace.ops {
				o.trace = (*trace)(nil).add(step{kind: loopStep, turns: turns, sub: o.trace})
				o.worst = o.worst.times(turns.value(typicalTurns))
			}
		}
		return
	}
	turn := w.dearestTurn(nil, w.again)
	if turn == nil || turn.trace == nil || !turn.trace.ops {
		return
	}
	for _, o := range w.sum.outcomes {
		worst, made := turn.worst.times(turns.value(typicalTurns)), (*trace)(nil).add(step{kind: loopStep, turns: turns, sub: turn.trace})
		if o.worst.worse(turn.worst) { // as where a loop is left
			worst, made = worst.plus(o.worst), made.add(step{kind: groupStep, sub: o.trace})
		}
		o.worst, o.trace, o.wrote = worst, made, o.wrote || turn.wrote
		for _, s := range w.again {
			o.made = union(o.made, s.made)
		}
	}
}

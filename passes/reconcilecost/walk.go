package reconcilecost

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// noPath is the best cost where every path fails.
const noPath = 1 << 20

// walker walks one function for one context.
type walker struct {
	p       *program
	fn      *ssa.Function
	ctx     bindings
	shape   *shape
	sum     *summary
	known   map[same]int // the steps noted
	exits   []*outcome
	endless []int               // what paths make that do not come back
	again   []*state            // those in which the function calls itself
	running map[string]*summary // the functions that are being walked
}

// summarise walks a function, or remembers what was found.
func (p *program) summarise(fn *ssa.Function, ctx bindings, running map[string]*summary) *summary {
	key := ctx.key(fn)
	if sum := p.summaries[key]; sum != nil {
		return sum
	}
	if sum := running[key]; sum != nil {
		return sum // without outcomes as yet: a call that goes round adds nothing by itself
	}
	if p.contexts[fn] >= maxContexts && len(ctx) > 0 {
		return p.summarise(fn, nil, running)
	}
	p.contexts[fn]++
	sum := &summary{fn: fn, ctx: ctx, paths: p.paths(fn)}
	running[key] = sum
	w := &walker{p: p, fn: fn, ctx: ctx, shape: p.shape(fn), sum: sum, known: map[same]int{}, running: running}
	var starts []*state
	for _, at := range sum.paths.Start() {
		starts = append(starts, &state{at: at})
	}
	w.region(nil, fn.Blocks[0], starts)
	delete(running, key)
	for _, o := range w.exits {
		o.made = union(o.made, w.endless)
	}
	sum.outcomes = outcomes(w.exits)
	w.repeat()
	p.summaries[key] = sum
	return sum
}

// region walks the blocks of a loop once, or those of the whole function. It
// returns the states that reach the head again, and those that leave.
func (w *walker) region(l *loop, head *ssa.BasicBlock, starts []*state) (again []*state, left []leaving) {
	pending := map[*ssa.BasicBlock][]*state{head: starts}
	deliver := func(from, to *ssa.BasicBlock, s *state) {
		switch {
		case !l.has(to):
			left = append(left, leaving{from, to, s})
		case to == head:
			again = append(again, s)
		default:
			pending[to] = append(pending[to], s)
		}
	}
	for _, b := range w.shape.order {
		states := merged(pending[b])
		delete(pending, b)
		if inner := w.shape.heads[b]; inner != nil && inner != l {
			for _, x := range w.loop(inner, states) {
				deliver(x.from, x.to, x.state)
			}
			continue
		}
		for _, s := range states {
			w.block(b, s, deliver)
		}
	}
	return again, left
}

// block walks a block, from one state to those at its end.
func (w *walker) block(b *ssa.BasicBlock, s *state, deliver func(from, to *ssa.BasicBlock, s *state)) {
	states := []*state{s}
	call := 0
	for _, instr := range b.Instrs {
		switch instr := instr.(type) {
		case *ssa.Call:
			var next []*state
			for _, s := range states {
				next = append(next, w.call(s, instr)...)
			}
			states = w.called(next, call)
			call++
		case *ssa.RunDefers:
			var next []*state
			for _, s := range states {
				next = append(next, w.runDefers(s))
			}
			states = w.called(next, call)
			call++
		case *ssa.Defer:
			for i, s := range states {
				s = s.fork()
				s.defers = &deferred{instr, s.defers}
				states[i] = s
			}
		case *ssa.Go:
			for i, s := range states {
				states[i] = w.dearest(w.invoke(s, instr), s)
			}
		}
	}
	for _, s := range states {
		if _, returns := b.Instrs[len(b.Instrs)-1].(*ssa.Return); returns {
			w.exit(s)
			continue
		}
		for i, to := range b.Succs {
			made := s.trace
			if cond, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
				if w.ctx.excludes(cond.Cond, i == 0) {
					continue
				}
				made = made.add(step{kind: branchStep, instr: cond, taken: i == 0})
			}
			for _, at := range w.sum.paths.Enter(s.at, to.Index) {
				next := s.fork()
				next.at, next.trace = at, made
				deliver(b, to, next)
			}
		}
	}
}

// exit ends paths with the function.
func (w *walker) exit(s *state) {
	ends := w.sum.paths.Outcomes(s.at)
	if len(ends) == 0 {
		ends = []int{anyEnd}
	}
	for _, end := range ends {
		w.exits = append(w.exits, &outcome{s.price, end})
	}
}

// called brings states over the call of that number in its block, to each point where
// their paths may go on.
func (w *walker) called(states []*state, call int) []*state {
	var out []*state
	for i, s := range states {
		if slices.Contains(states[:i], s) { // by another function that may be called
			continue
		}
		for _, at := range w.sum.paths.Call(s.at, call, s.end.fits) {
			next := s.fork()
			next.at, next.end = at, callEnd{}
			out = append(out, next)
		}
	}
	return merged(out)
}

func (w *walker) runDefers(s *state) *state {
	for s = s.fork(); s.defers != nil; s.defers = s.defers.next {
		s = w.dearest(w.invoke(s, s.defers.call), s)
	}
	return s
}

// dearest is the one of the states that a call leads to whose path costs most:
// what a deferred call or a goroutine returns is not seen.
func (w *walker) dearest(states []*state, before *state) *state {
	if len(states) == 0 {
		return before
	}
	s := joined(states)
	s.end = callEnd{}
	return s
}

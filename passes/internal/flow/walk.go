package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// run walks all states, and those that come of them.
func (e *exec) run() {
	q := e.queue
	for i := q.next(); i >= 0; i = q.next() {
		q.at = i
		w := &q.blocks[i]
		due := w.due
		w.due = nil
		q.ready.Clear(q.flow.order[i])
		for _, j := range due {
			if e.work += j.state.size(); e.work > maxWork {
				e.cut = true
				return
			}
			if w.walks++; w.walks > hardStates {
				e.cut = true
				break
			}
			s := j.state
			if j.due = false; j.open {
				s = s.clone()
			}
			e.walk(e.fn.Blocks[i], s)
		}
	}
}

// enter queues a state for a block unless an equal one was there before.
func (e *exec) enter(b *ssa.BasicBlock, s *state) {
	w := &e.queue.blocks[b.Index]
	key := s.key(e, all)
	if slices.Contains(w.seen, key) {
		e.paths.enter(s, b, key)
		return
	}
	w.seen = append(w.seen, key)
	if len(w.seen) <= e.flow.apart {
		e.paths.enter(s, b, key)
		e.queue.add(b.Index, &joint{state: s, key: key})
		return
	}
	group := s.key(e, control)
	if w.joined[group] == nil && len(w.joined) >= e.flow.apart {
		group = s.key(e, looped)
	}
	if w.joined[group] == nil && len(w.joined) >= 2*e.flow.apart {
		group = s.key(e, counts)
	}
	if w.joined[group] == nil && len(w.joined) >= e.flow.groups {
		group = s.key(e, turns)
		e.cut = true
	}
	with := w.joined[group]
	if with == nil {
		e.paths.enter(s, b, key)
		with = &joint{state: s, key: key, open: true}
		if w.joined == nil {
			w.joined = map[digest]*joint{}
		}
		w.joined[group] = with
	} else {
		j := with.state.join(e, s)
		j.collect(e, b)
		e.work += j.size()
		key = j.key(e, all)
		e.paths.join(s, j, b, key)
		if key == with.key {
			return
		}
		with.state, with.key = j, key
		if slices.Contains(w.seen, key) {
			return
		}
		w.seen = append(w.seen, key)
	}
	e.queue.add(b.Index, with)
}

// arrive brings a state over an edge.
func (e *exec) arrive(from, to *ssa.BasicBlock, s *state) {
	edge := slices.Index(to.Preds, from)
	type def struct {
		phi *ssa.Phi
		t   *Term
	}
	var defs []def
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		defs = append(defs, def{phi, e.value(s, phi.Edges[edge])})
	}
	for _, d := range defs {
		s.env.set(e.register(d.phi), d.t)
	}
	for _, d := range defs {
		if !e.unnamedPhis[d.phi] {
			continue
		}
		// The name stands for another value from here on, as that of an
		// instruction does which runs again; but for a resource that stays.
		if name := e.tab.Value(d.phi, 0, d.phi.Type()); s.resOf(e, d.t) != name {
			s.forget(e, d.phi)
			if slices.ContainsFunc(d.t.Leaves(), func(leaf *Term) bool { return leaf.At == d.phi }) {
				s.env.set(e.register(d.phi), name)
			}
		}
	}
	s.collect(e, to)
	e.enter(to, s)
}

// walk brings a state through a block.
func (e *exec) walk(b *ssa.BasicBlock, s *state) {
	states := []*state{s}
	e.forking = -1
	for _, instr := range b.Instrs {
		switch instr := instr.(type) {
		case *ssa.Phi:
			continue
		case *ssa.If:
			for _, s := range states {
				c := e.value(s, instr.Cond)
				switch s.decide(e, c) {
				case isTrue:
					e.arrive(b, b.Succs[0], s)
				case isFalse:
					e.arrive(b, b.Succs[1], s)
				default:
					other := s.clone()
					if s.assume(e, c, true) {
						e.noteDeletion(s, c, true)
						s.noteGone(e, c, true)
						e.arrive(b, b.Succs[0], s)
					}
					if other.assume(e, c, false) {
						e.noteDeletion(other, c, false)
						other.noteGone(e, c, false)
						e.arrive(b, b.Succs[1], other)
					}
				}
			}
			return
		case *ssa.Jump:
			for _, s := range states {
				e.arrive(b, b.Succs[0], s)
			}
			return
		case *ssa.Return:
			for _, s := range states {
				e.leave(s, instr)
			}
			return
		case *ssa.Panic:
			return
		case *ssa.Call, *ssa.RunDefers:
			var next []*state
			e.forking++
			for _, s := range states {
				next = append(next, e.fork(s, instr)...)
			}
			e.paths.rest(next, e.forking)
			states = next
			if len(states) > 8 {
				states = e.distinct(states)
			}
			if len(states) == 0 {
				return
			}
		default:
			for _, s := range states {
				e.step(s, instr)
			}
		}
	}
}

// distinct drops equal states, and joins those that agree in control where
// there are too many.
func (e *exec) distinct(states []*state) []*state {
	if len(states) > hardInstr {
		return e.merge(states, control)
	}
	return e.merge(states, all)
}

// merge drops equal states, or joins those that agree in control.
func (e *exec) merge(states []*state, what detail) []*state {
	at := map[digest]int{}
	var out []*state
	for _, s := range states {
		k := s.key(e, what)
		if i, ok := at[k]; ok {
			e.paths.merge(s.at, out[i].at)
			if what == control {
				out[i] = out[i].join(e, s)
			}
			continue
		}
		at[k] = len(out)
		out = append(out, s)
	}
	if len(out) > hardStates {
		e.cut = true
		out = out[:hardStates]
	}
	return out
}

// leave ends a path, or begins the next turn of a repeated callback.
func (e *exec) leave(s *state, ret *ssa.Return) {
	results := make([]*Term, len(ret.Results))
	for i, r := range ret.Results {
		results[i] = e.value(s, r)
	}
	e.leaveOpen(s)
	e.judgeFailures(s, results)
	e.endTries(s, results, ret)
	e.endObjects(s, results)
	e.exits = append(e.exits, exit{s, results})
	if e.repeats() && e.again(s, results) {
		next := s.clone()
		next.env, next.defers = rows[register, *Term]{}, nil
		for _, p := range e.fn.Params {
			next.forget(e, p)
		}
		next.collect(e, e.fn.Blocks[0])
		e.enter(e.fn.Blocks[0], next)
	}
}

// again reports that a repeated callback may be called once more after it
// returned that, and adds what this implies.
func (e *exec) again(s *state, results []*Term) bool {
	switch e.repeat {
	case kube.Always:
		return true
	case kube.WhileTrue:
		return len(results) == 1 && s.decide(e, results[0]) != isFalse
	case kube.WhileFalse:
		return len(results) == 2 && s.decide(e, results[0]) != isTrue && s.equal(e, results[1], e.tab.Nil) != isFalse
	}
	return false
}

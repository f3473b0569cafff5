package flow

import "github.com/atomicstatus/atomicstatus/passes/internal/resource"

// This file tells which objects code can reach from what it is handed.

// settleThrough settles all objects that code which cannot be seen can reach
// from a value.
func (e *exec) settleThrough(s *state, t *Term) {
	switch t.Kind {
	case resource.Const, resource.Func, resource.Pure:
		return
	case resource.Closure:
		for _, b := range t.Args {
			e.settleThrough(s, b)
			if held := e.heldBy(s, b); held != nil {
				e.settleThrough(s, held)
			}
		}
		return
	case resource.Struct:
		for _, a := range t.Args {
			e.settleThrough(s, a)
		}
		return
	}
	if p := e.placeOf(s, t); p.part != noPart {
		e.settle(s, p.object)
		return
	}
	e.settle(s, t)
	for a, v := range s.mem.after(t) {
		if a.Under(t) && e.isAPIObject(v) {
			e.settle(s, v)
		}
	}
	for o := range s.objects.after(t) {
		if o.Under(t) {
			e.settle(s, o)
		}
	}
}

// heldBy is what a captured variable holds, if that is known.
func (e *exec) heldBy(s *state, cell *Term) *Term {
	if held := s.mem.get(cell); held != nil && held != cell {
		return held
	}
	if l := e.tab.Load(cell, elem(cell.Typ)); l != nil && e.isAPIObject(l) {
		return l
	}
	return nil
}

// runLiteral brings a state over a function literal that can be seen and is of no
// interest: it writes no status, and reads nothing.
func (e *exec) runLiteral(s *state, fn *Term) {
	for i, b := range fn.Args {
		held := e.heldBy(s, b)
		switch _, changed, status := e.prog.Captured(fn.Fn, i); {
		case held == nil:
		case status:
			e.settleThrough(s, held)
		case changed && e.isAPIObject(held):
			e.touch(s, held)
		}
	}
	e.loseBelow(s, fn, nil)
}

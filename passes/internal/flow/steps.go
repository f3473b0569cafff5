package flow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// This file unrolls the loops over a list of functions that is written out in the
// program: the steps of a reconcile, called one after the other. Their number is
// known, so the index is counted, and each turn calls the function that is at hand.

// maxSteps bounds how many turns of a loop are told apart.
const maxSteps = 32

// findSteps finds the loops over lists of functions, and what counts their turns.
func (s *shape) findSteps() {
	s.turns = map[*ssa.BinOp]bool{}
	for _, l := range s.loops {
		if l.head == nil {
			continue
		}
		for _, instr := range l.head.Instrs {
			if next, ok := instr.(*ssa.BinOp); ok && next.Op == token.ADD && s.countsSteps(l, next) {
				s.turns[next] = true
				l.steps = true
			}
		}
	}
}

// countsSteps reports that a number is the index of a range over a list of functions.
func (s *shape) countsSteps(l *loop, next *ssa.BinOp) bool {
	phi, ok := next.X.(*ssa.Phi)
	if !ok || phi.Block() != l.head || !slices.Contains(phi.Edges, ssa.Value(next)) {
		return false
	}
	for _, use := range *next.Referrers() {
		if at, ok := use.(*ssa.IndexAddr); ok && at.Index == next && l.has(at.Block()) && isStepList(at.X) {
			return true
		}
	}
	return false
}

// isStepList reports that a value is a literal list of functions, or of structs that
// hold them, which is read and nothing else.
func isStepList(v ssa.Value) bool {
	slice, ok := v.(*ssa.Slice)
	if !ok || slice.Low != nil || slice.High != nil {
		return false
	}
	list, ok := slice.X.(*ssa.Alloc)
	if !ok {
		return false
	}
	array, ok := elem(list.Type()).Underlying().(*types.Array)
	if !ok || array.Len() > maxSteps || !holdsFunc(array.Elem()) {
		return false
	}
	for _, use := range *slice.Referrers() {
		switch use := use.(type) {
		case *ssa.IndexAddr, *ssa.DebugRef:
		case *ssa.Call:
			if b, ok := use.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func holdsFunc(t types.Type) bool {
	if st, ok := structOf(t); ok {
		for f := range st.Fields() {
			if _, ok := f.Type().Underlying().(*types.Signature); ok {
				return true
			}
		}
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// ofSteps reports that a call is that of one function of a list, which is another
// one in each turn of the loop: nothing is called again.
func (e *exec) ofSteps(c ssa.CallInstruction) bool {
	l := e.flow.inner[c.Block().Index]
	return l != nil && l.steps && !c.Common().IsInvoke() && c.Common().StaticCallee() == nil
}

// repeater is the innermost loop that makes a call again and again.
func (e *exec) repeater(c ssa.CallInstruction) *loop {
	l := e.flow.inner[c.Block().Index]
	if e.ofSteps(c) {
		return l.outer
	}
	return l
}

// array is what an element is taken of: of a list that is unrolled, the array behind
// it, whose elements are known.
func (e *exec) array(s *state, i *ssa.IndexAddr) *Term {
	if isStepList(i.X) {
		return e.value(s, i.X.(*ssa.Slice).X)
	}
	return e.value(s, i.X)
}

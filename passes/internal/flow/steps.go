package flow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// This file unrolls the loops over a list of functions that is written out in the
// program, or of values with a method that does one: the steps of a reconcile, called one
// after the other. Their number is known, so the index is counted, and each turn calls
// what is at hand.

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

// isStepList reports that a value is a literal list of steps, or of structs that hold
// them, which is read and nothing else.
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
	if !ok || array.Len() > maxSteps || !holdsStep(array.Elem()) {
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

func holdsStep(t types.Type) bool {
	if st, ok := structOf(t); ok {
		for f := range st.Fields() {
			if IsStep(f.Type()) {
				return true
			}
		}
	}
	return IsStep(t)
}

// IsStep reports that a value of the type is a function, or has a method that does
// something: it takes a context.
func IsStep(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Signature:
		return true
	case *types.Interface:
		for m := range t.Methods() {
			if p := m.Signature().Params(); p.Len() > 0 && kube.IsContext(p.At(0).Type()) {
				return true
			}
		}
	}
	return false
}

// ofSteps reports that a call is that of one step of a list, which is another one in
// each turn of the loop: nothing is called again.
func (e *exec) ofSteps(c ssa.CallInstruction) bool {
	l := e.flow.inner[c.Block().Index]
	switch c := c.Common(); {
	case l == nil || !l.steps || c.StaticCallee() != nil:
		return false
	case c.IsInvoke():
		return isStepOfList(c.Value)
	}
	return true
}

// isStepOfList reports that a value is an element of a list of steps, or a field of one.
func isStepOfList(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.UnOp:
		return isStepOfList(v.X)
	case *ssa.FieldAddr:
		return isStepOfList(v.X)
	case *ssa.Field:
		return isStepOfList(v.X)
	case *ssa.IndexAddr:
		return isStepList(v.X)
	case *ssa.Alloc: // the variable of the loop
		for _, use := range *v.Referrers() {
			if store, ok := use.(*ssa.Store); ok && store.Addr == v {
				return isStepOfList(store.Val)
			}
		}
	}
	return false
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

package shared

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// onAPath is the origin of what is changed where that comes from a variable which
// holds a cached object on one path and another object on the other:
//
//	pod, err := lister.Get(name)
//	if apierrors.IsNotFound(err) {
//		pod, err = client.Create(ctx, newPod(), metav1.CreateOptions{})
//	}
//	…
//	pod.Labels["seen"] = "true"
//
// It is that of the cached object if the change is sure to be reached from the edge
// on which the variable gets it: on every side of the branches in between, but for
// those of which the edge tells the answer (the object is there, and the error of
// the call that read it is nil), and those that ask for an error of a call made
// since, which may well be nil. So a flag that remembers the edge, or a test of the
// object, is never taken for what it is not.
func (a *Analysis) onAPath(v ssa.Value, by ssa.Instruction) Origin {
	last := variable(v)
	if last == nil {
		return other
	}
	w := way{a: a, last: last, by: by.Block(), state: map[stop]bool{}}
	w.collect(last)
	for _, phi := range w.web {
		for i, e := range phi.Edges {
			o := a.origin(e)
			if o.Kind != Cache {
				continue
			}
			w.read, w.first = o.Read, phi
			clear(w.state)
			if w.sure(stop{phi.Block(), phi, i}) {
				return o
			}
		}
	}
	return other
}

// variable is the variable with several values that an address leads from.
func variable(v ssa.Value) *ssa.Phi {
	for {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return nil
			}
			v = x.X
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.Phi:
			return x
		default:
			return nil
		}
	}
}

// way is the way from an edge to a change.
type way struct {
	a     *Analysis
	web   []*ssa.Phi // what the last variable gets its value through
	first *ssa.Phi
	last  *ssa.Phi
	by    *ssa.BasicBlock // where the change is
	read  ssa.Instruction // what handed out the object
	state map[stop]bool   // whether the change is sure to be reached from there
}

// stop is a block on the way, the variable that holds the object there, and the edge
// by which it got it.
type stop struct {
	block *ssa.BasicBlock
	holds *ssa.Phi
	edge  int
}

const maxWeb = 32

func (w *way) collect(phi *ssa.Phi) {
	if slices.Contains(w.web, phi) || len(w.web) > maxWeb {
		return
	}
	w.web = append(w.web, phi)
	for _, e := range phi.Edges {
		if next, ok := e.(*ssa.Phi); ok {
			w.collect(next)
		}
	}
}

// sure reports that the change is reached from a block with the object in place. A
// loop is taken to end.
func (w *way) sure(s stop) bool {
	if s.block == w.by && s.holds == w.last {
		return true
	}
	if known, ok := w.state[s]; ok {
		return known
	}
	w.state[s] = true
	sides := s.block.Succs
	if br, ok := s.block.Instrs[len(s.block.Instrs)-1].(*ssa.If); ok {
		sides = w.sides(s, br)
	}
	ok := len(sides) > 0
	for _, side := range sides {
		ok = ok && w.enter(s, side)
	}
	w.state[s] = ok
	return ok
}

// enter follows an edge between two blocks.
func (w *way) enter(s stop, to *ssa.BasicBlock) bool {
	edge := slices.Index(to.Preds, s.block)
	for _, phi := range w.web {
		if phi.Block() != to {
			continue
		}
		if e := phi.Edges[edge]; e == ssa.Value(s.holds) || w.a.origin(e).Kind == Cache {
			return w.sure(stop{to, phi, edge})
		}
	}
	if to == s.holds.Block() { // another value takes its place
		return false
	}
	return w.sure(stop{to, s.holds, s.edge})
}

// sides are the sides of a branch that a path may take.
func (w *way) sides(s stop, br *ssa.If) []*ssa.BasicBlock {
	all := s.block.Succs
	cmp, ok := br.Cond.(*ssa.BinOp)
	if !ok || cmp.Op != token.EQL && cmp.Op != token.NEQ {
		return all
	}
	if c, ok := cmp.Y.(*ssa.Const); !ok || !c.IsNil() {
		return all
	}
	whenNil, whenNot := all[:1], all[1:]
	if cmp.Op == token.NEQ {
		whenNil, whenNot = whenNot, whenNil
	}
	x := cmp.X
	if x == ssa.Value(s.holds) {
		return whenNot
	}
	if phi, ok := x.(*ssa.Phi); ok && phi.Block() == s.holds.Block() {
		x = phi.Edges[s.edge]
	}
	var call ssa.Instruction
	switch x := x.(type) {
	case *ssa.Const:
		if x.IsNil() {
			return whenNil
		}
	case *ssa.Extract:
		call, _ = x.Tuple.(ssa.Instruction)
	case *ssa.Call:
		call = x
	}
	if call != nil && kube.IsErrorType(x.Type()) && (call == w.read || w.first.Block().Dominates(call.Block())) {
		return whenNil
	}
	return all
}

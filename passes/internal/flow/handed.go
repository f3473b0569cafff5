package flow

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// handed are the places in an object whose value a call gets, as it is or in
// something that is made of it: what the call puts there is up to it, even if it
// reads the object again first. The object itself is not what is meant.
func (e *exec) handed(s *state, call ssa.CallInstruction, obj *Term) []place {
	var places []place
	seen := map[ssa.Value]bool{}
	var visit func(v ssa.Value)
	follow := func(i ssa.Instruction) {
		for _, op := range i.Operands(nil) {
			if *op != nil {
				visit(*op)
			}
		}
	}
	visit = func(v ssa.Value) {
		if seen[v] {
			return
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.UnOp:
			if v.Op != token.MUL {
				return
			}
			if p := e.placeOf(s, e.value(s, v.X)); p.object == obj && p.part != noPart {
				places = append(places, p)
			} else if cell, ok := v.X.(*ssa.Alloc); ok {
				visit(cell)
			}
		case *ssa.Call:
			if _, builtin := v.Call.Value.(*ssa.Builtin); !builtin {
				follow(v)
			}
		case *ssa.Alloc:
			for _, use := range *v.Referrers() {
				switch use := use.(type) {
				case *ssa.Store:
					visit(use.Val)
				case *ssa.IndexAddr, *ssa.FieldAddr:
					for _, u := range *use.(ssa.Value).Referrers() {
						if store, ok := u.(*ssa.Store); ok {
							visit(store.Val)
						}
					}
				}
			}
		case *ssa.MakeInterface, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.Convert, *ssa.Slice, *ssa.Extract, *ssa.Phi, *ssa.MakeClosure:
			follow(v.(ssa.Instruction))
		}
	}
	follow(call)
	return places
}

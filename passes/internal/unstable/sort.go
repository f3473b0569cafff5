package unstable

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

func (u *unit) markSorted(at place) {
	if !u.sorted[at] {
		u.sorted[at] = true
		u.grown = true
	}
}

// sort notes that a list is sorted, and so all that shares its elements, or that it
// was copied from: they are sorted for a comparison.
func (u *unit) sort(v ssa.Value, seen map[ssa.Value]bool) {
	if seen[v] {
		return
	}
	seen[v] = true
	at := u.place(v)
	u.markSorted(at)
	if load, ok := v.(*ssa.UnOp); ok && at.root == v {
		u.sort(load.X, seen)
	}
	if at.path != "" {
		return
	}
	switch root := at.root.(type) {
	case *ssa.Phi:
		for _, e := range root.Edges {
			u.sort(e, seen)
		}
	case *ssa.Call:
		if b, ok := root.Call.Value.(*ssa.Builtin); ok {
			if b.Name() == "append" {
				u.sort(root.Call.Args[0], seen)
				if len(kube.Variadic(root.Call.Args[1])) == 0 {
					u.sort(root.Call.Args[1], seen)
				}
			}
			return
		}
		if resultOf(&root.Call) == kube.Same && len(root.Call.Args) > 0 {
			u.sort(root.Call.Args[0], seen)
		}
	case *ssa.UnOp:
		u.sort(root.X, seen)
	case *ssa.Alloc, *ssa.FreeVar:
		for _, s := range u.storesTo(root) {
			if kube.IsSlice(s.Val.Type()) {
				u.sort(s.Val, seen)
			}
		}
	}
}

// swaps notes a list of which a loop swaps elements: it is sorted by hand.
func (u *unit) swaps(s *ssa.Store) {
	to, from := elementOf(s.Addr), loadedFrom(s.Val)
	if to == nil || from == nil || to.Index == from.Index || u.place(to) != u.place(from) || len(u.around(s)) == 0 {
		return
	}
	for _, instr := range s.Block().Instrs {
		back, ok := instr.(*ssa.Store)
		if !ok {
			continue
		}
		if there, here := elementOf(back.Addr), loadedFrom(back.Val); there != nil && here != nil && there.Index == from.Index && here.Index == to.Index && u.place(there) == u.place(to) {
			u.sort(to.X, map[ssa.Value]bool{})
		}
	}
}

func elementOf(addr ssa.Value) *ssa.IndexAddr {
	e, _ := addr.(*ssa.IndexAddr)
	return e
}

// loadedFrom is the element of a list that a value was read from, or nil.
func loadedFrom(v ssa.Value) *ssa.IndexAddr {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		return elementOf(load.X)
	}
	return nil
}

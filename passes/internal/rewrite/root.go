package rewrite

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// root is what tells an API object in memory from others within a function: the
// variable that it lives in, the parameter, or the value of the pointer. A pointer
// into an object leads to it; a variable that holds the pointer stands for it if it is
// given one value only. What does not lead to memory has none, nor has what leads to
// itself, as a variable that moves on along a list.
func root(v ssa.Value) ssa.Value {
	for range maxLinks {
		switch v.Type().Underlying().(type) {
		case *types.Basic, *types.Struct, *types.Signature:
			return nil
		}
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
			continue
		case *ssa.ChangeInterface:
			v = x.X
			continue
		case *ssa.ChangeType:
			v = x.X
			continue
		}
		if x, ok := v.(*ssa.UnOp); ok && x.Op == token.MUL {
			if cell, ok := x.X.(*ssa.Alloc); ok {
				if value := only(cell); value != nil {
					v = value
					continue
				}
				return cell
			}
			if cell, ok := x.X.(*ssa.FreeVar); ok {
				return cell
			}
		}
		if kube.IsAPIObject(v.Type()) {
			return v
		}
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.Slice:
			v = x.X
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return nil
			}
			v = x.X
		default:
			return v
		}
	}
	return nil
}

// maxLinks is how many steps from a pointer to its root are followed.
const maxLinks = 64

// only is the one value that a variable is given, or nil.
func only(cell *ssa.Alloc) ssa.Value {
	var value ssa.Value
	for _, use := range *cell.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			if use.Addr != cell || value != nil {
				return nil
			}
			value = use.Val
		case *ssa.UnOp, *ssa.DebugRef:
		default: // a closure may give it another one
			return nil
		}
	}
	return value
}

// made reports that the memory of a root was made in the function, or is a variable of
// the one around it: nobody else sees what happens to it before it is handed on.
func made(root ssa.Value) bool {
	switch root.(type) {
	case *ssa.Alloc, *ssa.FreeVar, *ssa.MakeSlice, *ssa.MakeMap, *ssa.MakeChan, *ssa.Const:
		return true
	}
	return false
}

package unstable

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// followed reports that all paths to a write, here or in a caller, go through an
// instruction that sets a field to the time, which is reached whenever a reconcile
// runs; and that no guard of the write leaves out the field.
func (u *unit) followed(at ssa.Instruction, field string, depth int) bool {
	for _, b := range at.Parent().Blocks {
		for k, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok || !u.prog.Writes(call) {
				continue
			}
			if (b == at.Block() && k > indexOf(at) || b != at.Block() && at.Block().Dominates(b)) && !u.guarded(call, at, field, depth) {
				return u.called(at.Parent(), 0, nil)
			}
		}
	}
	if depth >= maxCallers {
		return false
	}
	return u.called(at.Parent(), depth, func(caller *unit, call ssa.CallInstruction) bool {
		return caller.followed(call, field, depth+1)
	})
}

// guarded reports that a write that comes after a field was set is made only if
// something else has changed: a test decides on it that leaves out the field, here or,
// where the write is one of a function, in that.
func (u *unit) guarded(write ssa.CallInstruction, since ssa.Instruction, field string, depth int) bool {
	for _, b := range write.Parent().Blocks {
		test, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || since != nil && b != since.Block() && !since.Block().Dominates(b) {
			continue
		}
		if _, decides := decides(b, write.Block()); decides && u.leavesOut(test.Cond, field) {
			return true
		}
	}
	fn := write.Common().StaticCallee()
	if fn == nil || fn.Blocks == nil || depth >= maxCallers {
		return false
	}
	callee := u.unitOf(fn)
	if callee == nil {
		return false
	}
	writes := false
	for call := range ssax.All[ssa.CallInstruction](fn) {
		if !u.prog.Writes(call) {
			continue
		}
		if writes = true; !callee.guarded(call, nil, field, depth+1) {
			return false
		}
	}
	return writes
}

// decides reports that the test at the end of a block leads to another block over one
// of its branches only, and tells which.
func decides(test, goal *ssa.BasicBlock) (branch int, ok bool) {
	if test == goal {
		return 0, false
	}
	yes, no := leads(test, test.Succs[0], goal), leads(test, test.Succs[1], goal)
	if no {
		branch = 1
	}
	return branch, yes != no
}

// leavesOut reports that a test compares a status, or parts of it, without a field.
func (u *unit) leavesOut(cond ssa.Value, field string) bool {
	switch c := cond.(type) {
	case *ssa.UnOp:
		return c.Op == token.NOT && u.leavesOut(c.X, field)
	case *ssa.Extract:
		call, ok := c.Tuple.(*ssa.Call)
		return ok && isBool(c.Type()) && u.leavesOut(call, field)
	case *ssa.Call:
		if x, ok := kube.Compares(&c.Call); ok {
			return u.aboutStatus(x.X) && !holds(kube.Unboxed(x.X).Type(), field)
		}
		about := 0
		for _, a := range c.Call.Args {
			if u.aboutStatus(a) {
				about++
			}
		}
		return about > 1 && isBool(c.Type()) && !reads(c.Call.StaticCallee(), field)
	case *ssa.BinOp:
		x, before := u.old(c.X)
		_, after := u.old(c.Y)
		return before && after && x != field
	}
	return false
}

// holds reports that a type has a field, at any depth that matters for a status: that
// of an object, or of its status.
func holds(t types.Type, field string) bool {
	s, ok := ssax.Deref(t).Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if f.Name() == field || (f.Name() == "Status" || f.Embedded()) && holds(f.Type(), field) {
			return true
		}
	}
	return false
}

// reads reports that a function which compares its parameters looks at a field, alone
// or with all the others. What cannot be seen leaves it out, for all that is known.
func reads(fn *ssa.Function, field string) bool {
	if fn == nil {
		return false
	}
	for instr := range ssax.All[ssa.Instruction](fn) {
		switch i := instr.(type) {
		case *ssa.FieldAddr:
			if fieldOf(i.X.Type(), i.Field) == field {
				return true
			}
		case *ssa.Field:
			if fieldOf(i.X.Type(), i.Field) == field {
				return true
			}
		case ssa.CallInstruction:
			if slices.ContainsFunc(i.Common().Args, func(a ssa.Value) bool { return holds(kube.Unboxed(a).Type(), field) }) {
				return true
			}
		}
	}
	return false
}

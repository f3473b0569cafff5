package statusphase

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// preceded tells whether every path to an instruction validates a transition
// before, in its function or in what calls the function. The phase that is
// stored then, if it is asked for an assignment, tells which branches leave it
// as it is.
func (c *check) preceded(at ssa.Instruction, store *ssa.Store) bool {
	fn := at.Parent()
	if !c.open(fn, at, store) {
		return true
	}
	if known, ok := c.callers[fn]; ok {
		return known
	}
	c.callers[fn] = true // a recursive call is no way in
	c.callers[fn] = c.calledAfter(fn)
	return c.callers[fn]
}

// calledAfter tells whether a function is only called, or only handed to a
// call, after a validator.
func (c *check) calledAfter(fn *ssa.Function) bool {
	if region, ok := c.writes.Repeats(fn); ok && region.Manager {
		if slices.ContainsFunc(c.writes.Manager(region.Call).Calls, hasName) {
			return true // the manager validates what the callback did
		}
	}
	if fn.Parent() != nil {
		return c.literalAfter(fn)
	}
	if fn.Object() == nil || token.IsExported(fn.Name()) {
		return false
	}
	calls, ok := c.writes.Callers(fn)
	if !ok || len(calls) == 0 {
		return false
	}
	for _, call := range calls {
		if !c.preceded(call, nil) {
			return false
		}
	}
	return true
}

// literalAfter tells the same of a function literal: it runs where it is called
// or passed on. One that is kept may run at any time.
func (c *check) literalAfter(fn *ssa.Function) bool {
	uses := literalUses(fn)
	for _, use := range uses {
		call, ok := use.(ssa.CallInstruction)
		if !ok || !c.preceded(call, nil) {
			return false
		}
	}
	return len(uses) > 0
}

// literalUses are the instructions of the function around a literal that use it.
func literalUses(fn *ssa.Function) []ssa.Instruction {
	var uses []ssa.Instruction
	var operands []*ssa.Value
	for _, b := range fn.Parent().Blocks {
		for _, instr := range b.Instrs {
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				if *op != ssa.Value(fn) {
					continue
				}
				if closure, ok := instr.(*ssa.MakeClosure); ok {
					uses = append(uses, *closure.Referrers()...)
				} else {
					uses = append(uses, instr)
				}
			}
		}
	}
	return slices.DeleteFunc(uses, func(i ssa.Instruction) bool { _, debug := i.(*ssa.DebugRef); return debug })
}

// open tells whether some path from the entry of a function reaches an
// instruction, or with none its end, without a validator.
func (c *check) open(fn *ssa.Function, at ssa.Instruction, store *ssa.Store) bool {
	seen := map[*ssa.BasicBlock]bool{fn.Blocks[0]: true}
	queue := []*ssa.BasicBlock{fn.Blocks[0]}
	for len(queue) > 0 {
		b := queue[0]
		queue = queue[1:]
		validated := false
		for _, i := range b.Instrs {
			if i == at {
				return true
			}
			if _, end := i.(*ssa.Return); end && at == nil {
				return true
			}
			if call, ok := i.(*ssa.Call); ok && c.validates(call) {
				validated = true
				break
			}
		}
		if validated {
			continue
		}
		for n, s := range b.Succs {
			if !seen[s] && !unchanged(b, n, store) {
				seen[s] = true
				queue = append(queue, s)
			}
		}
	}
	return false
}

// validates tells whether a call is one of a validator, or of a function of the
// package that calls one whatever it does.
func (c *check) validates(call *ssa.Call) bool {
	if validators.Match(&call.Call) != "" {
		return true
	}
	callee := call.Call.StaticCallee()
	if callee == nil {
		return false
	}
	if o := callee.Origin(); o != nil {
		callee = o
	}
	if callee.Blocks == nil {
		return false
	}
	if known, ok := c.always[callee]; ok {
		return known
	}
	c.always[callee] = false
	c.always[callee] = !c.open(callee, nil, nil)
	return c.always[callee]
}

// unchanged tells whether a branch is taken only where the phase is already
// what is to be stored.
func unchanged(b *ssa.BasicBlock, n int, store *ssa.Store) bool {
	if store == nil {
		return false
	}
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	test, ok := branch.Cond.(*ssa.BinOp)
	if !ok || test.Op != token.EQL && test.Op != token.NEQ || (test.Op == token.EQL) != (n == 0) {
		return false
	}
	return isPhase(test.X, store) && same(test.Y, store.Val) || isPhase(test.Y, store) && same(test.X, store.Val)
}

// isPhase tells whether a value was loaded from the field that is stored to, of
// any object: which one it is does not matter to a guard.
func isPhase(v ssa.Value, store *ssa.Store) bool {
	load, ok := unconverted(v).(*ssa.UnOp)
	if !ok {
		return false
	}
	from, ok := load.X.(*ssa.FieldAddr)
	return ok && fieldOf(from) == fieldOf(store.Addr.(*ssa.FieldAddr))
}

// same tells whether two values are equal for certain.
func same(a, b ssa.Value) bool {
	a, b = unconverted(a), unconverted(b)
	if a == b {
		return true
	}
	x, ok1 := a.(*ssa.Const)
	y, ok2 := b.(*ssa.Const)
	if ok1 && ok2 {
		return x.Value != nil && y.Value != nil && x.Value.ExactString() == y.Value.ExactString()
	}
	// Both loaded from one captured variable or parameter that a literal uses.
	l1, ok1 := a.(*ssa.UnOp)
	l2, ok2 := b.(*ssa.UnOp)
	if !ok1 || !ok2 || l1.X != l2.X {
		return false
	}
	_, free := l1.X.(*ssa.FreeVar)
	_, local := l1.X.(*ssa.Alloc)
	return free || local
}

// hasName tells whether a manager calls a validator: of those it is only known
// what they are called.
func hasName(name string) bool { return validators.HasBase(name) }

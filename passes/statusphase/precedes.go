package statusphase

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// preceded reports whether every path to an instruction validates a transition
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

// calledAfter reports whether a function is only called, or only handed to a
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
	for instr := range ssax.All[ssa.Instruction](fn.Parent()) {
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
	return slices.DeleteFunc(uses, func(i ssa.Instruction) bool { _, debug := i.(*ssa.DebugRef); return debug })
}

// open reports whether some path from the entry of a function reaches an
// instruction, or with none its end, without a validator.
func (c *check) open(fn *ssa.Function, at ssa.Instruction, store *ssa.Store) bool {
	paths := c.pathsOf(fn)
	switch {
	case at == nil:
		return slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool {
			_, ends := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
			return ends && paths.first.reaches(b) && !paths.validates(b)
		})
	case !paths.first.reaches(at.Block()) || !paths.before(at):
		return false
	}
	if store == nil {
		return true
	}
	skip := func(b *ssa.BasicBlock, n int) bool { return unchanged(b, n, store) }
	onTheWay := func(b *ssa.BasicBlock) bool {
		return skip(b, 0) && paths.first.leads(b, 0, at.Block()) || skip(b, 1) && paths.first.leads(b, 1, at.Block())
	}
	if !slices.ContainsFunc(paths.guards[guardOf(kube.FieldOf(store.Addr.(*ssa.FieldAddr)), store.Val)], onTheWay) {
		return true // there is the path by which the block was reached first
	}
	return paths.explore(fn, skip).reaches(at.Block())
}

// paths are those of a function from its entry, up to a validator.
type paths struct {
	validated []int                       // by block: the index of its first validator, or the number of its instructions
	guards    map[guard][]*ssa.BasicBlock // those that end with a comparison of a field
	first     *tree
}

// tree holds the first path to each block, by its index.
type tree struct {
	last         []branch // by which the block was reached
	enter, leave []int    // its number in pre-order, 0 if it is not reached, and that of the last one below
}

// reaches reports whether some path comes to a block.
func (t *tree) reaches(b *ssa.BasicBlock) bool { return t.enter[b.Index] > 0 }

// guard is what a block compares: a field with a constant, or with another value.
type guard struct {
	field *types.Var
	value string
}

func guardOf(field *types.Var, v ssa.Value) guard {
	if c, ok := unconverted(v).(*ssa.Const); ok && c.Value != nil {
		return guard{field, c.Value.ExactString()}
	}
	return guard{field, ""}
}

// branch is the n-th way out of a block.
type branch struct {
	block *ssa.BasicBlock
	n     int
}

// leads reports whether the first path to a block takes a branch.
func (t *tree) leads(b *ssa.BasicBlock, n int, to *ssa.BasicBlock) bool {
	next := b.Succs[n].Index
	return t.last[next] == branch{b, n} && t.enter[next] <= t.enter[to.Index] && t.leave[to.Index] <= t.leave[next]
}

// pathsOf finds the paths of a function.
func (c *check) pathsOf(fn *ssa.Function) *paths {
	if known := c.paths[fn]; known != nil {
		return known
	}
	p := &paths{validated: make([]int, len(fn.Blocks)), guards: map[guard][]*ssa.BasicBlock{}}
	for i, b := range fn.Blocks {
		p.validated[i] = len(b.Instrs)
		if at := slices.IndexFunc(b.Instrs, func(i ssa.Instruction) bool {
			call, ok := i.(*ssa.Call)
			return ok && c.validates(call)
		}); at >= 0 {
			p.validated[i] = at
		}
		if test := comparison(b); test != nil {
			for _, v := range [][2]ssa.Value{{test.X, test.Y}, {test.Y, test.X}} {
				if field := loadedFrom(v[0]); field != nil {
					g := guardOf(field, v[1])
					p.guards[g] = append(p.guards[g], b)
				}
			}
		}
	}
	p.first = p.explore(fn, func(*ssa.BasicBlock, int) bool { return false })
	if c.asking == 0 { // else what recursive functions do is not known yet
		c.paths[fn] = p
	}
	return p
}

// validates reports whether a block calls a validator.
func (p *paths) validates(b *ssa.BasicBlock) bool { return p.validated[b.Index] < len(b.Instrs) }

// before reports whether an instruction comes before the validators of its block.
func (p *paths) before(at ssa.Instruction) bool {
	return slices.Index(at.Block().Instrs[:p.validated[at.Block().Index]], at) >= 0
}

// explore finds the first path to each block, of those that take no branch which is
// to be skipped.
func (p *paths) explore(fn *ssa.Function, skip func(b *ssa.BasicBlock, n int) bool) *tree {
	t := &tree{make([]branch, len(fn.Blocks)), make([]int, len(fn.Blocks)), make([]int, len(fn.Blocks))}
	number := 0
	var visit func(b *ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		number++
		t.enter[b.Index] = number
		if !p.validates(b) {
			for n, s := range b.Succs {
				if !t.reaches(s) && !skip(b, n) {
					t.last[s.Index] = branch{b, n}
					visit(s)
				}
			}
		}
		t.leave[b.Index] = number
	}
	visit(fn.Blocks[0])
	return t
}

// validates reports whether a call is one of a validator, or of a function of the
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
	c.asking++
	c.always[callee] = !c.open(callee, nil, nil)
	c.asking--
	return c.always[callee]
}

// unchanged reports whether a branch is taken only where the phase is already
// what is to be stored.
func unchanged(b *ssa.BasicBlock, n int, store *ssa.Store) bool {
	test := comparison(b)
	if test == nil || (test.Op == token.EQL) != (n == 0) {
		return false
	}
	return isPhase(test.X, store) && same(test.Y, store.Val) || isPhase(test.Y, store) && same(test.X, store.Val)
}

// comparison is the test for equality that a block ends with, or nil.
func comparison(b *ssa.BasicBlock) *ssa.BinOp {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return nil
	}
	test, ok := branch.Cond.(*ssa.BinOp)
	if !ok || test.Op != token.EQL && test.Op != token.NEQ {
		return nil
	}
	return test
}

// isPhase reports whether a value was loaded from the field that is stored to, of
// any object: which one it is does not matter to a guard.
func isPhase(v ssa.Value, store *ssa.Store) bool {
	from := loadedFrom(v)
	return from != nil && from == kube.FieldOf(store.Addr.(*ssa.FieldAddr))
}

// loadedFrom is the field that a value was loaded from, or nil.
func loadedFrom(v ssa.Value) *types.Var {
	load, ok := unconverted(v).(*ssa.UnOp)
	if !ok {
		return nil
	}
	from, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	return kube.FieldOf(from)
}

// same reports whether two values are equal for certain.
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

// hasName reports whether a manager calls a validator: of those it is only known
// what they are called.
func hasName(name string) bool { return validators.HasBase(name) }

package reconcilecost

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// loop is a natural loop of a function.
type loop struct {
	head   *ssa.BasicBlock
	blocks ssax.Bits // by their indices
	outer  *loop
	turns  Turns
	pos    token.Pos // of the statement, or of the first instruction
}

func (l *loop) has(b *ssa.BasicBlock) bool {
	return l == nil || b.Parent() == l.head.Parent() && l.blocks.Has(b.Index)
}

// shape is what is known of the blocks of a function before it is walked.
type shape struct {
	order []*ssa.BasicBlock // reverse post-order
	heads map[*ssa.BasicBlock]*loop
	inner map[*ssa.BasicBlock]*loop // the innermost loop of a block
}

func shapeOf(fn *ssa.Function) *shape {
	s := &shape{order: ssax.Order(fn), heads: map[*ssa.BasicBlock]*loop{}, inner: map[*ssa.BasicBlock]*loop{}}
	s.findLoops(fn)
	return s
}

func (s *shape) findLoops(fn *ssa.Function) {
	for _, natural := range slices.Backward(ssax.Loops(fn)) { // outer loops before inner ones
		l := &loop{head: natural.Head, blocks: natural.Blocks, outer: s.inner[natural.Head]}
		for b := range l.blocks.All() {
			s.inner[fn.Blocks[b]] = l
		}
		s.heads[l.head] = l
		l.describe(fn)
	}
}

// describe finds the statement of the loop, and how often it turns: the innermost
// statement whose body holds all calls of the loop.
func (l *loop) describe(fn *ssa.Function) {
	l.turns = Turns{Symbol: "N"}
	var calls []token.Pos
	for b := range l.blocks.All() {
		for _, instr := range fn.Blocks[b].Instrs {
			if c, ok := instr.(ssa.CallInstruction); ok && c.Pos().IsValid() {
				calls = append(calls, c.Pos())
			}
		}
	}
	if len(calls) == 0 || fn.Syntax() == nil {
		return
	}
	l.pos = slices.Min(calls)
	var around []ast.Node // the statements that hold them, outermost first
	for n := range ast.Preorder(fn.Syntax()) {
		repeated, body := repeatedParts(n)
		if body != nil && !slices.ContainsFunc(calls, func(p token.Pos) bool {
			return !slices.ContainsFunc(repeated, func(part ast.Node) bool { return part.Pos() <= p && p < part.End() })
		}) {
			around = append(around, n)
		}
	}
	if len(around) == 0 {
		return
	}
	l.set(around[len(around)-1])
	// Where a loop holds nothing but another one, both were found to be the inner.
	for i, outer := len(around)-2, l.outer; i >= 0 && outer != nil && outer.pos == around[i+1].Pos(); i, outer = i-1, outer.outer {
		outer.set(around[i])
	}
}

// repeatedParts are the parts of a loop statement that every turn runs.
func repeatedParts(n ast.Node) (parts []ast.Node, body *ast.BlockStmt) {
	switch n := n.(type) {
	case *ast.RangeStmt:
		return []ast.Node{n.Body}, n.Body
	case *ast.ForStmt:
		parts = append(parts, n.Body)
		if n.Cond != nil {
			parts = append(parts, n.Cond)
		}
		if n.Post != nil {
			parts = append(parts, n.Post)
		}
		return parts, n.Body
	}
	return nil, nil
}

func (l *loop) set(stmt ast.Node) {
	l.pos = stmt.Pos()
	switch n := stmt.(type) {
	case *ast.RangeStmt:
		l.turns = rangeTurns(n.X, l.receives())
	case *ast.ForStmt:
		l.turns = forTurns(n)
	}
}

// receives reports whether the loop ranges over a channel.
func (l *loop) receives() bool {
	return slices.ContainsFunc(l.head.Instrs, func(instr ssa.Instruction) bool {
		recv, ok := instr.(*ssa.UnOp)
		return ok && recv.Op == token.ARROW
	})
}

// rangeTurns is how often a loop over an expression turns.
func rangeTurns(x ast.Expr, channel bool) Turns {
	if channel {
		return Turns{Symbol: "N"}
	}
	if lit, ok := ast.Unparen(x).(*ast.BasicLit); ok && lit.Kind == token.INT {
		return constTurns(lit)
	}
	if lit, ok := x.(*ast.CompositeLit); ok {
		return Turns{N: len(lit.Elts)}
	}
	if _, ok := ast.Unparen(x).(*ast.CallExpr); ok { // its length has no name
		return Turns{Symbol: "len(" + shortCall(x) + ")"}
	}
	if part, ok := ast.Unparen(x).(*ast.SliceExpr); ok {
		return Turns{Symbol: "len(" + types.ExprString(part.X) + "[…])"}
	}
	return Turns{Symbol: "len(" + types.ExprString(x) + ")"}
}

// shortCall prints a call without its arguments.
func shortCall(x ast.Expr) string {
	call := ast.Unparen(x).(*ast.CallExpr)
	if len(call.Args) == 0 {
		return types.ExprString(call)
	}
	return types.ExprString(call.Fun) + "(…)"
}

// forTurns is how often a loop with three clauses turns: for i := 0; i < n; i++.
func forTurns(n *ast.ForStmt) Turns {
	cond, ok := n.Cond.(*ast.BinaryExpr)
	_, counts := n.Post.(*ast.IncDecStmt)
	if !ok || !counts || cond.Op != token.LSS && cond.Op != token.LEQ {
		return Turns{Symbol: "N"}
	}
	init, ok := n.Init.(*ast.AssignStmt)
	if !ok || len(init.Rhs) != 1 {
		return Turns{Symbol: "N"}
	}
	start, ok := init.Rhs[0].(*ast.BasicLit)
	if !ok || start.Value != "0" && start.Value != "1" {
		return Turns{Symbol: "N"}
	}
	if end, ok := ast.Unparen(cond.Y).(*ast.BasicLit); ok && end.Kind == token.INT {
		turns := constTurns(end)
		if first, err := strconv.Atoi(start.Value); err == nil && turns.Symbol == "" {
			turns.N -= first
			if cond.Op == token.LEQ {
				turns.N++
			}
			turns.N = max(turns.N, 0)
		}
		return turns
	}
	return Turns{Symbol: types.ExprString(cond.Y)}
}

func constTurns(lit *ast.BasicLit) Turns {
	if n, ok := constant.Int64Val(constant.MakeFromLiteral(lit.Value, lit.Kind, 0)); ok && n >= 0 && n < 1<<20 {
		return Turns{N: int(n)}
	}
	return Turns{Symbol: "N"}
}

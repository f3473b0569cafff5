package reconcilecost

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// StepKind tells what a [Step] is.
type StepKind string

// The kinds of steps.
const (
	StatusWrite  StepKind = "status write"
	OtherRequest StepKind = "request"
	Condition    StepKind = "condition"
	FunctionCall StepKind = "call"
	LoopTurns    StepKind = "loop"
)

// Step is one step of a path, as a reader would follow it.
type Step struct {
	Kind StepKind
	// Text is what is done: the request and the kind of resource, the condition
	// that holds, the function called, or how often the loop turns.
	Text      string
	Pos       token.Position
	Retried   bool   // a conflict makes it run again
	Steps     []Step // of the call, or of one turn
	Condensed int    // requests that are no status writes, and are left out
}

// Loop names a loop that multiplies requests.
type Loop struct {
	Symbol string
	Pos    token.Position
}

// steps turns a trace into what a reader is shown.
func (p *program) steps(t *trace, protected bool, loops *[]Loop) []Step {
	all := flatten(t)
	var out []Step
	for i, s := range all {
		switch s.kind {
		case opStep:
			kind := OtherRequest
			if s.op.IsStatusWrite() {
				kind = StatusWrite
			}
			out = append(out, Step{Kind: kind, Text: requestText(s), Pos: p.fset.Position(s.instr.Pos()), Retried: protected || p.retried(s.instr)})
		case branchStep:
			if !decides(s, all[i+1:]) {
				continue
			}
			if text := p.conditionText(s); text != "" {
				out = append(out, Step{Kind: Condition, Text: text, Pos: p.fset.Position(conditionPos(s))})
			}
		case callStep:
			retries := s.repeat.Retries() || p.retried(s.instr)
			out = append(out, Step{
				Kind: FunctionCall, Text: calledName(s), Pos: p.fset.Position(s.instr.Pos()), Retried: retries,
				Steps: p.steps(s.sub, protected || retries, loops),
			})
		case loopStep:
			pos := token.NoPos
			switch {
			case s.loop != nil:
				pos = s.loop.pos
			case s.instr != nil:
				pos = s.instr.Pos()
			}
			text := s.turns.Symbol
			if text == "" {
				text = Const(s.turns.N).String()
			}
			l := Loop{text, p.fset.Position(pos)}
			if s.turns.Symbol != "" && !slices.Contains(*loops, l) {
				*loops = append(*loops, l)
			}
			out = append(out, Step{Kind: LoopTurns, Text: text, Pos: l.Pos, Steps: p.steps(s.sub, protected, loops)})
		}
	}
	return out
}

func flatten(t *trace) []step {
	var out []step
	for _, s := range t.steps() {
		if s.kind == groupStep {
			out = append(out, flatten(s.sub)...)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// decides reports whether a condition decides that the path goes on to its next
// request: on the other branch it might return without.
func decides(s step, rest []step) bool {
	i := slices.IndexFunc(rest, func(r step) bool { return r.kind != branchStep })
	if i < 0 {
		return false
	}
	next := rest[i]
	var target *ssa.BasicBlock
	switch {
	case next.kind == loopStep && next.loop != nil:
		target = next.loop.head
	case next.instr != nil:
		target = next.instr.Block()
	}
	b := s.instr.Block()
	if target == nil || target.Parent() != b.Parent() {
		return false
	}
	other := b.Succs[0]
	if s.taken {
		other = b.Succs[1]
	}
	seen := map[*ssa.BasicBlock]bool{target: true}
	var leaves func(b *ssa.BasicBlock) bool
	leaves = func(b *ssa.BasicBlock) bool {
		if seen[b] {
			return false
		}
		seen[b] = true
		if len(b.Succs) == 0 {
			return true
		}
		return slices.ContainsFunc(b.Succs, leaves)
	}
	return leaves(other)
}

func requestText(s step) string {
	verb := map[kube.Op]string{
		kube.StatusUpdate: "update the status of", kube.StatusPatch: "patch the status of", kube.StatusApply: "apply the status of",
		kube.Get: "get", kube.Update: "update", kube.Patch: "patch", kube.Create: "create", kube.Delete: "delete", kube.List: "list",
	}[s.op]
	if s.object == "" {
		return verb + " an object"
	}
	return verb + " " + s.object
}

func calledName(s step) string {
	fn := s.sum.fn
	name := fn.Name()
	switch {
	case fn.Parent() != nil:
		name = "the function literal"
		if c, ok := s.instr.(ssa.CallInstruction); ok && s.repeat != kube.Once {
			if callee := c.Common().StaticCallee(); callee != nil {
				name += " given to " + callee.Name()
			}
		}
	case fn.Signature.Recv() != nil:
		if recv := kube.Receiver(fn.Signature); recv != "" {
			name = recv + "." + name
		}
	}
	return name
}

// conditionPos is where the condition of a branch stands in the source.
func conditionPos(s step) token.Pos {
	cond := s.instr.(*ssa.If).Cond
	for {
		if neg, ok := cond.(*ssa.UnOp); ok && neg.Op == token.NOT {
			cond = neg.X
			continue
		}
		break
	}
	if load, ok := cond.(*ssa.UnOp); ok && load.Op == token.MUL && !load.Pos().IsValid() {
		return load.X.Pos()
	}
	return cond.Pos()
}

// conditionText is the condition that a branch of a path fulfils, as the source
// has it. It is empty for one that a reader takes for granted, an error that is
// nil, and for one that is none in the source.
func (p *program) conditionText(s step) string {
	cond, holds := s.instr.(*ssa.If).Cond, s.taken
	for {
		neg, ok := cond.(*ssa.UnOp)
		if !ok || neg.Op != token.NOT {
			break
		}
		cond, holds = neg.X, !holds
	}
	if cmp, ok := cond.(*ssa.BinOp); ok {
		equal := cmp.Op == token.EQL && holds || cmp.Op == token.NEQ && !holds
		if c, ok := cmp.Y.(*ssa.Const); ok && equal && c.IsNil() && kube.IsErrorType(cmp.X.Type()) {
			return ""
		}
	}
	pos := conditionPos(s)
	file := p.files[p.fset.File(s.instr.Parent().Pos())]
	if !pos.IsValid() || file == nil {
		return ""
	}
	var expr, tag ast.Expr
	var tags []*ast.SwitchStmt
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.OpPos == pos {
				expr = n
			}
		case *ast.CallExpr:
			if n.Lparen == pos {
				expr = n
			}
		case *ast.SelectorExpr:
			if n.Sel.Pos() == pos {
				expr = n
			}
		case *ast.Ident:
			if n.Pos() == pos && expr == nil {
				expr = n
			}
		case *ast.SwitchStmt:
			tags = append(tags, n)
		case *ast.CaseClause:
			for _, x := range n.List {
				if x.Pos() <= pos && pos < x.End() && len(tags) > 0 {
					expr, tag = x, tags[len(tags)-1].Tag
				}
			}
		}
		return true
	})
	return textOf(expr, tag, cond, holds)
}

func textOf(expr, tag ast.Expr, cond ssa.Value, holds bool) string {
	if expr == nil {
		return ""
	}
	if tag != nil {
		if holds {
			return types.ExprString(tag) + " == " + types.ExprString(expr)
		}
		return types.ExprString(tag) + " != " + types.ExprString(expr)
	}
	if call, ok := expr.(*ast.CallExpr); ok {
		if _, ok := cond.(*ssa.Call); !ok {
			return ""
		}
		expr = call
	}
	if holds {
		return types.ExprString(expr)
	}
	if x, ok := expr.(*ast.BinaryExpr); ok {
		opposite := map[token.Token]token.Token{
			token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
		}
		if op, ok := opposite[x.Op]; ok {
			return types.ExprString(&ast.BinaryExpr{X: x.X, Op: op, Y: x.Y})
		}
		return "!(" + types.ExprString(x) + ")"
	}
	return "!" + types.ExprString(expr)
}

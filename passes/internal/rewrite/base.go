package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/textedit"
)

// place is where a statement is put: before the i-th of a list, which may be its
// length.
type place struct {
	holder ast.Node // the block or clause
	list   []ast.Stmt
	i      int
}

// pos is where the statement that comes behind it begins, or the list ends.
func (p place) pos() token.Pos {
	if p.i < len(p.list) {
		return p.list[p.i].Pos()
	}
	return p.holder.End()
}

// gives says how sure it is that a statement makes an object what the API server
// has.
type gives int

const (
	nothing gives = iota
	empty         // it declares the object, with nothing in it
	perhaps       // it may read it, in a branch
	surely        // it reads it, or gives the variable a value
)

// base finds where the object of an update is as it was read: behind the last
// statement, of those that always come before the update, that reads it or makes
// it; where none does, at the beginning of what it came into as a parameter.
func (r *Rewriter) base(u *update) (place, bool) {
	var around []place // the lists that were looked at, with the statements around the update
	var may *place     // behind a statement that reads it in a branch
	for c := u.at; ; c = c.Parent() {
		if n := len(around); n > 0 && r.heads(c.Node(), u.object) {
			begin := around[n-1]
			begin.i = 0
			return r.checked(u, begin, true)
		}
		if c.Node() == ast.Node(u.decl) {
			return r.parameter(u, around)
		}
		p, ok := statement(c)
		if !ok {
			continue
		}
		for k := p.i - 1; k >= 0; k-- {
			behind := place{p.holder, p.list, k + 1}
			switch r.given(p.list[k], u.object) {
			case surely:
				return r.checked(u, r.pastError(behind, p.i), true)
			case perhaps:
				if may == nil {
					may = &behind
				}
			case empty:
				if may != nil {
					return r.checked(u, *may, false)
				}
				for j := k + 1; j < p.i; j++ {
					if r.handsOn(p.list[j], u.object) {
						return r.checked(u, r.pastError(place{p.holder, p.list, j + 1}, p.i), true)
					}
				}
				return r.checked(u, behind, true)
			}
		}
		around = append(around, p)
	}
}

// statement is the place of a statement in its list. Clauses are in none.
func statement(c inspector.Cursor) (place, bool) {
	switch c.Node().(type) {
	case *ast.CaseClause, *ast.CommClause:
		return place{}, false
	}
	switch kind, i := c.ParentEdge(); kind {
	case edge.BlockStmt_List, edge.CaseClause_Body, edge.CommClause_Body:
		holder := c.Parent().Node()
		return place{holder, textedit.Statements(holder), i}, true
	}
	return place{}, false
}

// pastError moves a place behind the statements that look at the error of the one
// before it, up to the statement with the update.
func (r *Rewriter) pastError(p place, end int) place {
	a, ok := p.list[p.i-1].(*ast.AssignStmt)
	if !ok {
		return p
	}
	given := map[types.Object]bool{}
	for _, lhs := range a.Lhs {
		if v := r.variable(lhs); v != nil && kube.IsErrorType(v.Type()) {
			given[v] = true
		}
	}
	for p.i < end {
		test, ok := p.list[p.i].(*ast.IfStmt)
		if !ok || test.Init != nil || !r.mentionsAny(test.Cond, given) {
			break
		}
		p.i++
	}
	return p
}

func (r *Rewriter) mentionsAny(n ast.Node, objects map[types.Object]bool) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && objects[r.pass.TypesInfo.Uses[id]] {
			found = true
		}
		return !found
	})
	return found
}

// checked reports that the object may be copied at a place: what it is named by is
// declared there, it is not nil, and no goto jumps over the copy.
func (r *Rewriter) checked(u *update, p place, made bool) (place, bool) {
	if p.list == nil {
		return p, false
	}
	at := p.pos()
	for _, v := range append([]*types.Var{u.object.root}, u.object.index...) {
		if v.Pos() >= at {
			return p, false
		}
	}
	if !made && !u.object.nilSafe() && r.comparedWithNil(u) {
		return p, false
	}
	for c := range u.at.Enclosing((*ast.FuncDecl)(nil)) {
		for g := range c.Preorder((*ast.BranchStmt)(nil)) {
			if b := g.Node().(*ast.BranchStmt); b.Tok == token.GOTO && b.Pos() < at {
				if label, ok := r.pass.TypesInfo.Uses[b.Label]; ok && label.Pos() >= at && p.holder.Pos() <= label.Pos() && label.Pos() < p.holder.End() {
					return p, false
				}
			}
		}
	}
	return p, true
}

// comparedWithNil reports that the function asks whether the object, or what it is
// reached through, is nil.
func (r *Rewriter) comparedWithNil(u *update) bool {
	var prefixes []string
	for e := u.object.expr; e != nil; {
		prefixes = append(prefixes, types.ExprString(e))
		switch x := ast.Unparen(e).(type) {
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		default:
			e = nil
		}
	}
	found := false
	ast.Inspect(u.decl, func(n ast.Node) bool {
		if b, ok := n.(*ast.BinaryExpr); ok && (b.Op == token.EQL || b.Op == token.NEQ) {
			for x, y := range map[ast.Expr]ast.Expr{b.X: b.Y, b.Y: b.X} {
				found = found || r.pass.TypesInfo.Types[y].IsNil() && slices.Contains(prefixes, types.ExprString(ast.Unparen(x)))
			}
		}
		return !found
	})
	return found
}

// heads reports that what comes before the body of a statement or function gives
// the object: if err := c.Get(ctx, key, app); …, for _, app := range …, func(app …).
func (r *Rewriter) heads(n ast.Node, o object) bool {
	switch n := n.(type) {
	case *ast.RangeStmt:
		return r.namedBy(n.Key, o) || r.namedBy(n.Value, o)
	case *ast.FuncLit:
		return r.declares(n.Type.Params, o)
	case *ast.TypeSwitchStmt, *ast.IfStmt, *ast.ForStmt, *ast.SwitchStmt:
		for _, part := range headOf(n) {
			if r.givenBy(part, o, false) == surely {
				return true
			}
		}
	case *ast.CaseClause: // the variable of a type switch
		return r.pass.TypesInfo.Implicits[n] == types.Object(o.root)
	case *ast.CommClause:
		return n.Comm != nil && r.givenBy(n.Comm, o, false) == surely
	}
	return false
}

// namedBy reports that an expression is the variable that an object begins with,
// or is indexed by.
func (r *Rewriter) namedBy(e ast.Expr, o object) bool {
	if e == nil {
		return false
	}
	v := r.variable(e)
	return v != nil && (v == o.root || slices.Contains(o.index, v))
}

func (r *Rewriter) declares(params *ast.FieldList, o object) bool {
	for _, field := range params.List {
		for _, id := range field.Names {
			if r.namedBy(id, o) {
				return true
			}
		}
	}
	return false
}

// headOf are the parts of a statement that run before its body, always.
func headOf(n ast.Node) []ast.Node {
	var parts []ast.Node
	add := func(n ast.Node) { parts = append(parts, n) }
	switch n := n.(type) {
	case *ast.IfStmt:
		if n.Init != nil {
			add(n.Init)
		}
		add(n.Cond)
	case *ast.ForStmt:
		if n.Init != nil {
			add(n.Init)
		}
	case *ast.RangeStmt:
		add(n.X)
	case *ast.SwitchStmt:
		if n.Init != nil {
			add(n.Init)
		}
		if n.Tag != nil {
			add(n.Tag)
		}
	case *ast.TypeSwitchStmt:
		if n.Init != nil {
			add(n.Init)
		}
		add(n.Assign)
	case *ast.LabeledStmt:
		return headOf(n.Stmt)
	case *ast.BlockStmt, *ast.SelectStmt:
	default:
		add(n)
	}
	return parts
}

// given says what a statement of a list makes of an object.
func (r *Rewriter) given(stmt ast.Stmt, o object) gives {
	best := nothing
	for _, part := range headOf(stmt) {
		best = max(best, r.givenBy(part, o, true))
	}
	if best == nothing && r.readsIn(stmt, o) {
		return perhaps
	}
	return best
}

// givenBy says what a node does with an object: it is assigned to, or sent where
// the answer lands in it. Function literals that are called on the spot, as by a
// retry, are looked into.
func (r *Rewriter) givenBy(n ast.Node, o object, literals bool) gives {
	best := nothing
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return literals
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				if !r.assigns(lhs, o) {
					continue
				}
				best = max(best, surely)
				if len(n.Lhs) == len(n.Rhs) {
					if isEmpty(n.Rhs[i]) {
						best = empty
					} else if r.mentionsRoot(n.Rhs[i], o) {
						best = nothing // app = app.DeepCopy(): what was pending still is
					}
				}
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				if r.namedBy(id, o) {
					best = surely
					if len(n.Values) == 0 || i < len(n.Values) && isEmpty(n.Values[i]) {
						best = empty
					}
				}
			}
		case *ast.CallExpr:
			switch r.classify(n).Op {
			case kube.Get, kube.Create, kube.Update, kube.Patch, kube.StatusPatch, kube.StatusApply:
				if !r.classify(n).Typed && r.passes(n, o) {
					best = surely
				}
			}
		}
		return true
	})
	return best
}

// assigns reports that an expression on the left of an assignment is the object, or
// something that it is reached through.
func (r *Rewriter) assigns(lhs ast.Expr, o object) bool {
	if r.namedBy(lhs, o) {
		return true
	}
	text := types.ExprString(lhs)
	for e := o.expr; ; {
		if types.ExprString(e) == text {
			return true
		}
		switch x := ast.Unparen(e).(type) {
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		default:
			return false
		}
	}
}

// isEmpty reports that an expression makes an object with nothing in it.
func isEmpty(e ast.Expr) bool {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e = u.X
	}
	switch x := e.(type) {
	case *ast.CompositeLit:
		return len(x.Elts) == 0
	case *ast.CallExpr:
		id, ok := x.Fun.(*ast.Ident)
		return ok && id.Name == "new"
	}
	return false
}

// passes reports that a call is given the object itself.
func (r *Rewriter) passes(call *ast.CallExpr, o object) bool {
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool {
		arg = ast.Unparen(arg)
		if u, ok := arg.(*ast.UnaryExpr); ok && u.Op == token.AND {
			arg = ast.Unparen(u.X)
		}
		return types.ExprString(arg) == o.text
	})
}

// readsIn reports that some branch of a statement reads the object.
func (r *Rewriter) readsIn(stmt ast.Stmt, o object) bool {
	return r.anyCall(stmt, func(call *ast.CallExpr) bool { return r.classify(call).Op == kube.Get && r.passes(call, o) })
}

// handsOn reports that a statement hands the object to some call: it may be what
// reads it.
func (r *Rewriter) handsOn(stmt ast.Stmt, o object) bool {
	return r.anyCall(stmt, func(call *ast.CallExpr) bool { return r.passes(call, o) })
}

func (r *Rewriter) anyCall(n ast.Node, is func(*ast.CallExpr) bool) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && is(call) {
			found = true
		}
		return !found
	})
	return found
}

// mentions reports that an expression of that text lies in a node.
func (r *Rewriter) mentions(n ast.Node, text string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && !found {
			found = types.ExprString(e) == text
		}
		return !found
	})
	return found
}

func (r *Rewriter) mentionsRoot(n ast.Node, o object) bool {
	return r.mentionsAny(n, map[types.Object]bool{o.root: true})
}

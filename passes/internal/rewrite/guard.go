package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// guard collects the conditions on the status that lead to the region: the ifs
// and cases around it, and those before it that leave. The callback asks them
// again of the object that it read, as the next reconcile would: another writer,
// or an earlier write that the cache had not seen, may have settled the matter.
// It returns false where the way to the region depends on the status in a manner
// that cannot be asked again. What callers have decided cannot be: then the
// changes must be such that it does no harm to make them twice, so they must not
// add to what is there.
func (r *Rewriter) guard(g *region, adds bool) bool {
	all := true
	var node ast.Node = g.list[g.write]
	at := g.list[g.start].Pos()
	add := func(cond ast.Expr, code string) {
		switch {
		case !r.decides(g, cond):
		case code != "" && r.askable(g, cond, at):
			if !slices.Contains(g.guards, code) {
				g.guards = append(g.guards, code)
			}
		default:
			all = false
		}
	}
	for node != g.f.decl {
		parent := g.f.parents[node]
		switch p := parent.(type) {
		case *ast.CaseClause:
			all = r.caseGuard(g, p, add) && all
		case *ast.IfStmt:
			switch node {
			case p.Body:
				add(p.Cond, r.negated(p.Cond))
			case p.Else:
				add(p.Cond, r.source(p.Cond))
			}
			if p.Init != nil && r.decidesAny(g, p.Init) {
				all = false
			}
		case *ast.ForStmt:
			if p.Cond != nil {
				add(p.Cond, "")
			}
		case *ast.RangeStmt:
			add(p.X, "")
		}
		for _, stmt := range r.exits(g, parent) {
			if stmt.Pos() >= min(node.Pos(), at) {
				break
			}
			all = r.exitGuard(g, stmt, add) && all
		}
		node = parent
	}
	slices.Reverse(g.guards)
	return all && (!adds || !r.guardedByCallers(g.f, g.v, nil))
}

// exits are those statements of a block or case which may leave by the status of the
// object: few of a long list even have to do with it.
func (r *Rewriter) exits(g *region, of ast.Node) []ast.Stmt {
	var list []ast.Stmt
	switch of := of.(type) {
	case *ast.BlockStmt:
		list = of.List
	case *ast.CaseClause:
		list = of.Body
	default:
		return nil
	}
	q := asked{g.v, of}
	exits, known := r.exiting[q]
	if !known {
		end := token.NoPos // of the statement that was looked at last
		for _, pos := range r.reach(g.f, g.v) {
			i := index(list, pos)
			if pos < end || i < 0 {
				continue
			}
			stmt, decided := list[i], false
			end = stmt.End()
			ok := r.exitGuard(g, stmt, func(cond ast.Expr, _ string) { decided = r.decides(g, cond) })
			if decided || !ok {
				exits = append(exits, stmt)
			}
		}
		r.exiting[q] = exits
	}
	return exits
}

// exitGuard adds the condition under which a statement before the region leaves.
// Whatever else may leave somewhere within must not do so by the status.
func (r *Rewriter) exitGuard(g *region, stmt ast.Stmt, add func(ast.Expr, string)) bool {
	branch, ok := stmt.(*ast.IfStmt)
	if ok && branch.Else == nil && len(branch.Body.List) > 0 && terminates(branch.Body.List[len(branch.Body.List)-1]) {
		if branch.Init != nil {
			return !r.decides(g, branch.Cond) && !r.decidesAny(g, branch.Init)
		}
		add(branch.Cond, r.source(branch.Cond))
		return true
	}
	return !r.byStatus(g, stmt, func() bool { return r.leavesByStatus(g, stmt) })
}

// leavesByStatus tells whether control may leave from within a statement by what
// the status holds.
func (r *Rewriter) leavesByStatus(g *region, stmt ast.Stmt) bool {
	ok := true
	ast.Inspect(stmt, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.IfStmt:
			ok = ok && (!leaves(n) || !r.decides(g, n.Cond))
		case *ast.CaseClause:
			for _, e := range n.List {
				ok = ok && (!leaves(&ast.BlockStmt{List: n.Body}) || !r.decides(g, e))
			}
		case *ast.SwitchStmt:
			ok = ok && (n.Tag == nil || !leaves(n) || !r.decides(g, n.Tag))
		}
		return ok
	})
	return !ok
}

// caseGuard adds the condition of the case that the region lies in.
func (r *Rewriter) caseGuard(g *region, c *ast.CaseClause, add func(ast.Expr, string)) bool {
	body := g.f.parents[c]
	sw, ok := g.f.parents[body].(*ast.SwitchStmt)
	if !ok {
		return false
	}
	if sw.Init != nil && r.decidesAny(g, sw.Init) {
		return false
	}
	all := true
	for _, other := range sw.Body.List {
		if other == c || sw.Tag != nil {
			break // cases exclude each other
		}
		for _, e := range other.(*ast.CaseClause).List {
			all = all && !r.decides(g, e)
		}
	}
	if sw.Tag == nil {
		if len(c.List) == 1 {
			add(c.List[0], r.negated(c.List[0]))
		} else {
			for _, e := range c.List {
				add(e, "")
			}
		}
		return all
	}
	code := ""
	if len(c.List) == 0 { // none of the others
		for _, other := range sw.Body.List {
			for _, e := range other.(*ast.CaseClause).List {
				if r.decides(g, e) {
					return false
				}
				if code != "" {
					code += " || "
				}
				code += r.source(sw.Tag) + " == " + r.source(e)
			}
		}
		add(sw.Tag, code)
		return all
	}
	for i, e := range c.List {
		if i > 0 {
			code += " && "
		}
		code += r.source(sw.Tag) + " != " + r.source(e)
		if r.decides(g, e) {
			return false
		}
	}
	add(sw.Tag, code)
	return all
}

// terminates tells whether a statement never goes on to the next.
func terminates(stmt ast.Stmt) bool {
	switch s := stmt.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok != token.FALLTHROUGH
	}
	return false
}

// decides tells whether the value of a condition may depend on the status.
func (r *Rewriter) decides(g *region, cond ast.Expr) bool {
	return r.byStatus(g, cond, func() bool {
		return r.carries(g, cond, func(v *types.Var) bool { return r.fromStatus(g, v) })
	})
}

// asked is a question about what a node does by the status of an object: for a
// condition what it says, for a statement whether control leaves it.
type asked struct {
	object *types.Var
	node   ast.Node
}

// byStatus asks it, once, and only where the node has to do with the object.
func (r *Rewriter) byStatus(g *region, n ast.Node, ask func() bool) bool {
	if !r.reach(g.f, g.v).within(n) {
		return false
	}
	q := asked{g.v, n}
	answer, known := r.asked[q]
	if !known {
		answer = ask()
		r.asked[q] = answer
	}
	return answer
}

func (r *Rewriter) decidesAny(g *region, stmt ast.Stmt) bool {
	a, ok := stmt.(*ast.AssignStmt)
	return !ok || slices.ContainsFunc(a.Rhs, func(e ast.Expr) bool { return r.decides(g, e) })
}

// askable tells whether a condition may be asked again in the callback: it only
// looks, what it looks at beside the object has not changed, and neither has the
// object since, but for what moves.
func (r *Rewriter) askable(g *region, cond ast.Expr, at token.Pos) bool {
	if does := r.effects.Node(cond); !does.Quiet || does.Logs || len(does.Changed) > 0 || g.stale {
		return false
	}
	// A turn of a loop that the condition stands before may follow a write.
	for n := g.f.parents[g.list[g.write]]; n != nil; n = g.f.parents[n] {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			if cond.Pos() < n.Pos() {
				return false
			}
		}
	}
	for _, id := range g.f.uses[g.v] {
		if id.Pos() <= cond.Pos() || id.Pos() >= at || g.f.returns(id, at) {
			continue
		}
		switch m := r.uses(g.f, id); m.use {
		case looks, looksAt:
		case passes:
			p := r.paramAt(r.funcs[m.fn], m.arg)
			if p == nil {
				return false
			}
			s := r.solve(question{f: r.funcs[m.fn], v: p})
			if both := s.success.settled().or(s.failure.settled()); s.open || both.base != entered || len(both.dirty) > 0 {
				return false
			}
		default:
			return false
		}
	}
	ok := true
	ast.Inspect(cond, func(n ast.Node) bool {
		id, isIdent := n.(*ast.Ident)
		if !isIdent {
			return ok
		}
		v, isVar := r.pass.TypesInfo.Uses[id].(*types.Var)
		if !isVar || v.IsField() || v == g.v {
			return ok
		}
		if r.fromStatus(g, v) {
			ok = false // it is what it was
		}
		for _, use := range g.f.uses[v] {
			if r.pass.TypesInfo.Defs[use] == nil && len(r.given(g.f, use)) > 0 {
				ok = false // it has several values
			}
		}
		// It must be visible in the callback.
		if scope := v.Parent(); scope == nil || scope != r.pass.Pkg.Scope() && !scope.Contains(g.list[g.write].Pos()) {
			ok = false
		}
		return ok
	})
	return ok
}

// guardedByCallers tells whether a caller looks at the status of the object
// before it calls the function: what it decided by that cannot be asked again.
func (r *Rewriter) guardedByCallers(f *function, v *types.Var, seen []*function) bool {
	if slices.Contains(seen, f) {
		return true
	}
	return slices.ContainsFunc(r.callers(f, v), func(c caller) bool {
		if c.v == nil {
			return true
		}
		return slices.ContainsFunc(c.f.uses[c.v], func(id *ast.Ident) bool {
			m := r.uses(c.f, id)
			return id.Pos() < c.call.Pos() && (m.use == looksAt || m.use == looks && len(m.path) == 0 && m.call != nil && !metadata(m) && !onlyKey(m))
		}) || r.guardedByCallers(c.f, c.v, append(seen, f))
	})
}

// onlyKey tells whether a call looks at the key of an object only.
func onlyKey(m mention) bool {
	return m.fn.Name() == "ObjectKeyFromObject" || m.fn.Name() == "Delete"
}

// returns tells whether control does not come from a node to a later position:
// it returns, or has taken another branch. A loop around both is not looked at.
func (f *function) returns(n ast.Node, at token.Pos) bool {
	for n != f.decl.Body {
		list, _, holder := f.statement(n)
		if list == nil || holds(holder, at) {
			return false
		}
		if _, ok := list[len(list)-1].(*ast.ReturnStmt); ok {
			return true
		}
		// Of the cases of a switch, and the branches of an if, one is run.
		switch p := f.parents[holder].(type) {
		case *ast.BlockStmt:
			if _, ok := holder.(*ast.CaseClause); ok && holds(p, at) {
				return true
			}
		case *ast.IfStmt:
			if p.Else != nil && holder == p.Body && holds(p.Else, at) {
				return true
			}
		}
		n = holder
	}
	return false
}

// negated is the code of the opposite of a condition.
func (r *Rewriter) negated(cond ast.Expr) string {
	switch c := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if c.Op == token.NOT {
			return r.source(ast.Unparen(c.X))
		}
	case *ast.BinaryExpr:
		switch c.Op {
		case token.EQL:
			return r.source(c.X) + " != " + r.source(c.Y)
		case token.NEQ:
			return r.source(c.X) + " == " + r.source(c.Y)
		}
	case *ast.CallExpr, *ast.SelectorExpr, *ast.Ident:
		return "!" + r.source(c)
	}
	return "!(" + r.source(cond) + ")"
}

// source is an expression as code.
func (r *Rewriter) source(e ast.Expr) string { return types.ExprString(e) }

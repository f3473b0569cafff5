package rewrite

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"
)

// taken is the body of the statement after the i-th of a list that runs where the call in
// that one has succeeded: err := c.Get(…), and then if err == nil { … }.
func (r *Rewriter) taken(p place) *ast.BlockStmt {
	a, ok := p.list[p.i].(*ast.AssignStmt)
	if !ok || p.i+1 == len(p.list) {
		return nil
	}
	test, ok := p.list[p.i+1].(*ast.IfStmt)
	if !ok || test.Init != nil {
		return nil
	}
	cond, ok := ast.Unparen(test.Cond).(*ast.BinaryExpr)
	if !ok || cond.Op != token.EQL || !r.pass.TypesInfo.Types[cond.Y].IsNil() {
		return nil
	}
	v := r.variable(cond.X)
	if v == nil || !slices.ContainsFunc(a.Lhs, func(lhs ast.Expr) bool { return r.variable(lhs) == v }) {
		return nil
	}
	if len(test.Body.List) == 0 {
		return nil
	}
	return test.Body
}

// needed reports that the variable with a copy that is made behind a call may still be
// read: a statement that has its name, as the fix leaves it, comes before the function
// returns, as far as the text shows.
func (b *batching) needed(u *update, name string, p place, at inspector.Cursor) bool {
	reads := func(n ast.Node) bool {
		found := slices.ContainsFunc(b.fix.edit(u.file).edits, func(x analysis.TextEdit) bool {
			return n.Pos() <= x.Pos && x.End <= n.End() && strings.Contains(string(x.NewText), name)
		})
		ast.Inspect(n, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			found = found || ok && id.Name == name
			return !found
		})
		return found
	}
	deferred := false
	ast.Inspect(u.decl, func(n ast.Node) bool {
		d, ok := n.(*ast.DeferStmt)
		deferred = deferred || ok && reads(d)
		return !deferred
	})
	read, returns := deferred, false
	look := func(rest []ast.Stmt) {
		for _, stmt := range rest {
			read = read || reads(stmt)
			_, returns = stmt.(*ast.ReturnStmt)
		}
	}
	look(p.list[p.i:])
	for c := at; !read && !returns && c.Node() != ast.Node(u.decl); c = c.Parent() {
		switch c.Node().(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.FuncLit, *ast.LabeledStmt:
			return true // it may run again, or go on elsewhere
		}
		if q, ok := statement(c); ok && q.holder != p.holder {
			look(q.list[q.i+1:])
		}
	}
	return read
}

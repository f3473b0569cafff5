package statusunstable

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"go/version"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/textedit"
	"github.com/atomicstatus/atomicstatus/passes/internal/unstable"
)

// fix sorts what a range over a map collects:
//
//	var names []string
//	for name := range found {
//		names = append(names, name)
//	}
//	slices.Sort(names)
//
// There is one only where the loop does nothing but collect, in a list that is empty
// before: then the list holds the same elements in an order that it could have had
// already. It stays nil, or not, as it was, so what is stored for an empty list does
// not change.
func fix(pass *analysis.Pass, f unstable.Finding) []report.Option {
	if f.Kind != unstable.Order {
		return nil
	}
	for _, syntax := range pass.Files {
		if f.From.Pos < syntax.FileStart || syntax.FileEnd <= f.From.Pos {
			continue
		}
		if version.Compare(pass.TypesInfo.FileVersions[syntax], "go1.21") < 0 {
			return nil // package slices is not there yet
		}
		c := collection{info: pass.TypesInfo, pos: f.From.Pos}
		ast.Inspect(syntax, c.find)
		file := textedit.Read(pass, syntax)
		if c.list == nil || file == nil {
			return nil
		}
		name, edits, ok := file.Import("slices", c.loop.End(), "slices")
		if !ok {
			return nil
		}
		if name != "" {
			name += "."
		}
		list := types.ExprString(c.list)
		line, ok := file.Line(c.loop.End(), c.loop.Pos(), fmt.Sprintf("%sSort(%s)", name, list))
		if !ok {
			return nil
		}
		return []report.Option{report.Fix("Sort "+list, append(edits, line)...)}
	}
	return nil
}

// collection looks for the range over a map that begins at a position, and for the
// list in which it collects.
type collection struct {
	info *types.Info
	pos  token.Pos
	loop *ast.RangeStmt
	list ast.Expr // nil where the loop is not found, or does more
}

func (c *collection) find(n ast.Node) bool {
	list := textedit.Statements(n)
	for i, stmt := range list {
		loop, ok := stmt.(*ast.RangeStmt)
		if !ok || c.pos < loop.For || loop.Body.Lbrace < c.pos {
			continue
		}
		if _, ok := c.info.TypeOf(loop.X).Underlying().(*types.Map); !ok {
			continue
		}
		if to := c.collects(loop.Body); to != nil && c.empty(to, list[:i]) {
			c.loop, c.list = loop, to
		}
	}
	return c.list == nil
}

// collects is the list of elements with an order to which the body of a loop
// appends, if it does nothing else.
func (c *collection) collects(body *ast.BlockStmt) ast.Expr {
	if len(body.List) != 1 {
		return nil
	}
	switch s := body.List[0].(type) {
	case *ast.IfStmt:
		if s.Init == nil && s.Else == nil {
			return c.collects(s.Body)
		}
	case *ast.AssignStmt:
		if s.Tok != token.ASSIGN || len(s.Lhs) != 1 || len(s.Rhs) != 1 || !c.isPath(s.Lhs[0]) {
			return nil
		}
		call, ok := ast.Unparen(s.Rhs[0]).(*ast.CallExpr)
		if !ok || len(call.Args) < 2 || !c.isBuiltin(call.Fun, "append") || !c.same(call.Args[0], s.Lhs[0]) {
			return nil
		}
		slice, ok := c.info.TypeOf(s.Lhs[0]).Underlying().(*types.Slice)
		if !ok {
			return nil
		}
		if elem, ok := slice.Elem().Underlying().(*types.Basic); ok && elem.Info()&types.IsOrdered != 0 {
			return s.Lhs[0]
		}
	}
	return nil
}

// empty reports that the last of some statements to mention a list leaves it empty.
func (c *collection) empty(list ast.Expr, before []ast.Stmt) bool {
	for i := len(before) - 1; i >= 0; i-- {
		if !c.mentions(before[i], c.root(list)) {
			continue
		}
		switch s := before[i].(type) {
		case *ast.DeclStmt:
			decl, ok := s.Decl.(*ast.GenDecl)
			if !ok || len(decl.Specs) != 1 {
				return false
			}
			spec, ok := decl.Specs[0].(*ast.ValueSpec)
			if !ok || len(spec.Names) != 1 || !c.same(spec.Names[0], list) {
				return false
			}
			return len(spec.Values) == 0 || c.isEmpty(spec.Values[0])
		case *ast.AssignStmt:
			return len(s.Lhs) == 1 && len(s.Rhs) == 1 && c.same(s.Lhs[0], list) && c.isEmpty(s.Rhs[0])
		}
		return false
	}
	return false
}

// isEmpty reports that an expression is nil, a list of no elements, or a list that
// is cut down to none.
func (c *collection) isEmpty(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return c.info.Types[e].IsNil()
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	case *ast.CallExpr:
		return len(e.Args) >= 2 && c.isBuiltin(e.Fun, "make") && c.isZero(e.Args[1])
	case *ast.SliceExpr:
		return e.Low == nil && e.High != nil && c.isZero(e.High)
	}
	return false
}

func (c *collection) isZero(e ast.Expr) bool {
	value := c.info.Types[e].Value
	return value != nil && value.ExactString() == "0"
}

func (c *collection) isBuiltin(e ast.Expr, name string) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && id.Name == name && c.info.Types[id].IsBuiltin()
}

// isPath reports that an expression is a variable, or a field of one.
func (c *collection) isPath(e ast.Expr) bool { return c.root(e) != nil }

// root is the variable with which a path begins.
func (c *collection) root(e ast.Expr) types.Object {
	switch e := e.(type) {
	case *ast.Ident:
		if v, ok := c.info.ObjectOf(e).(*types.Var); ok {
			return v
		}
	case *ast.SelectorExpr:
		return c.root(e.X)
	}
	return nil
}

// same reports that two expressions are the same path.
func (c *collection) same(a, b ast.Expr) bool {
	root := c.root(a)
	return root != nil && root == c.root(b) && types.ExprString(a) == types.ExprString(b)
}

func (c *collection) mentions(n ast.Node, v types.Object) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && c.info.ObjectOf(id) == v
		return !found
	})
	return found
}

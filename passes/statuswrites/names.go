package statuswrites

import (
	"go/ast"
	"go/token"
)

// Name implements flow.Program: what the source calls the value of an
// expression, where it is assigned to a variable.
func (p *program) Name(pos token.Pos, n int) string {
	if names := p.names()[pos]; n >= 0 && n < len(names) {
		return names[n]
	}
	return ""
}

// namesIn are what the variables are called that expressions are assigned to.
func namesIn(files []*ast.File) map[token.Pos][]string {
	names := map[token.Pos][]string{}
	for _, f := range files {
		ast.Inspect(f, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.AssignStmt:
				nameAll(names, node.Lhs, node.Rhs)
			case *ast.ValueSpec:
				var lhs []ast.Expr
				for _, id := range node.Names {
					lhs = append(lhs, id)
				}
				nameAll(names, lhs, node.Values)
			case *ast.RangeStmt:
				if node.Value != nil {
					names[node.For] = []string{identName(node.Value)}
				}
			}
			return true
		})
	}
	return names
}

func nameAll(at map[token.Pos][]string, lhs, rhs []ast.Expr) {
	var names []string
	for _, l := range lhs {
		names = append(names, identName(l))
	}
	if len(rhs) == 1 {
		at[valuePos(rhs[0])] = names
		return
	}
	for i, r := range rhs {
		if i < len(names) {
			at[valuePos(r)] = names[i : i+1]
		}
	}
}

func identName(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
		return id.Name
	}
	return ""
}

// valuePos is the position that go/ssa gives the value of an expression.
func valuePos(e ast.Expr) token.Pos {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return valuePos(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return valuePos(e.X)
		}
		return e.OpPos
	case *ast.StarExpr:
		return e.Star
	case *ast.CompositeLit:
		return e.Lbrace
	case *ast.CallExpr:
		return e.Lparen
	case *ast.TypeAssertExpr:
		return valuePos(e.X)
	case *ast.IndexExpr:
		return e.Lbrack
	case *ast.SelectorExpr:
		return e.Sel.Pos()
	case *ast.BinaryExpr:
		return e.OpPos
	}
	return token.NoPos
}

// Argument implements flow.Program.
func (p *program) Argument(call token.Pos, i int) string {
	expr := p.exprs()[call]
	if expr == nil || i < 0 || i >= len(expr.Args) {
		return ""
	}
	return plainName(expr.Args[i])
}

// plainName is the name of a variable or field, taken as it is, by its address
// or by what it points at.
func plainName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return plainName(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return plainName(e.X)
		}
	case *ast.StarExpr:
		return plainName(e.X)
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x := plainName(e.X); x != "" {
			return x + "." + e.Sel.Name
		}
	case *ast.IndexExpr:
		if x := plainName(e.X); x != "" {
			return x + "[…]"
		}
	}
	return ""
}

package statuswrites

import (
	"go/ast"
	"go/token"
)

// Name implements flow.Program: what the source calls the value of an
// expression, where it is assigned to a variable.
func (p *program) Name(pos token.Pos, n int) string {
	if p.names == nil {
		p.names = map[token.Pos][]string{}
		for _, f := range p.files {
			ast.Inspect(f, func(node ast.Node) bool {
				switch node := node.(type) {
				case *ast.AssignStmt:
					p.nameAll(node.Lhs, node.Rhs)
				case *ast.ValueSpec:
					var lhs []ast.Expr
					for _, id := range node.Names {
						lhs = append(lhs, id)
					}
					p.nameAll(lhs, node.Values)
				case *ast.RangeStmt:
					if node.Value != nil {
						p.names[node.For] = []string{identName(node.Value)}
					}
				}
				return true
			})
		}
	}
	if names := p.names[pos]; n >= 0 && n < len(names) {
		return names[n]
	}
	return ""
}

func (p *program) nameAll(lhs, rhs []ast.Expr) {
	var names []string
	for _, l := range lhs {
		names = append(names, identName(l))
	}
	if len(rhs) == 1 {
		p.names[valuePos(rhs[0])] = names
		return
	}
	for i, r := range rhs {
		if i < len(names) {
			p.names[valuePos(r)] = names[i : i+1]
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
	if p.arguments == nil {
		p.arguments = map[token.Pos][]ast.Expr{}
		for _, f := range p.files {
			ast.Inspect(f, func(node ast.Node) bool {
				switch node := node.(type) {
				case *ast.CallExpr:
					p.arguments[node.Lparen] = node.Args
				case *ast.GoStmt:
					p.arguments[node.Go] = node.Call.Args
				case *ast.DeferStmt:
					p.arguments[node.Defer] = node.Call.Args
				}
				return true
			})
		}
	}
	args := p.arguments[call]
	if i < 0 || i >= len(args) {
		return ""
	}
	return plainName(args[i])
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

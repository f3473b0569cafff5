package rewrite

import (
	"go/ast"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
)

// Remembers tells whether an expression is of an object that nothing in view has
// changed, or of a copy that was made of one before it was. A guard that compares
// with such a copy misses no change that could be seen. What code that is not in
// view did to the object counts as settled: the copy says that its author took it
// to be so.
func (r *Rewriter) Remembers(e ast.Expr) bool {
	r.prepare()
	f := r.at(e.Pos())
	if f == nil {
		return false
	}
	for range 3 {
		id := leftmost(e)
		if id == nil {
			return false
		}
		v := r.base(id)
		if v == nil || f.literal(id) != nil {
			return false
		}
		var given []ast.Expr // what the variable was given
		for _, use := range f.uses[v] {
			if r.pass.TypesInfo.Defs[use] != nil || r.assigned(f, use) {
				given = append(given, r.given(f, use)...)
			}
		}
		if len(given) == 1 && r.copied(given[0]) {
			e = given[0]
			continue
		}
		s := r.before(f, v, id)
		if s.base&entered != 0 && len(r.entry(f, v).dirty) > 0 {
			return false
		}
		return s.base != 0 && s.base&made == 0 && len(s.dirty) == 0
	}
	return false
}

// copied tells whether an expression is a copy of an object, or of its status.
func (r *Rewriter) copied(e ast.Expr) bool {
	if star, ok := ast.Unparen(e).(*ast.StarExpr); ok {
		e = star.X
	}
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := effect.Callee(r.pass.TypesInfo, call)
	return fn != nil && isCopy(fn)
}

// leftmost is the identifier that an expression of selectors and calls of methods
// begins with.
func leftmost(e ast.Expr) *ast.Ident {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.UnaryExpr:
			e = x.X
		case *ast.CallExpr:
			e = x.Fun
		default:
			return nil
		}
	}
}

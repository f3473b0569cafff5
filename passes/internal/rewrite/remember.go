package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// Decides tells whether a guard that compares two expressions may make up its
// mind: it then leaves out only updates that would change nothing. One of them is
// of an object that nothing has changed, and the other is what it shall become; or
// one is of a copy that was made before the first change, and all that the guard
// decides is whether to send the other.
func (r *Rewriter) Decides(x, y ast.Expr) bool {
	r.prepare()
	f := r.at(x.Pos())
	if f == nil {
		return false
	}
	xCopy, yCopy := r.remembers(f, x), r.remembers(f, y)
	switch {
	case xCopy.of != yCopy.of || !xCopy.copied && !yCopy.copied:
		return xCopy.clean || yCopy.clean
	case yCopy.copied && !xCopy.copied:
		x, xCopy = y, yCopy
		fallthrough
	default:
		return xCopy.clean && xCopy.of != nil && !r.replaced(f, xCopy.of, xCopy.at.Pos(), x.Pos(), nil) && r.onlySends(f, xCopy.of, x)
	}
}

// memory is what an expression tells of an object.
type memory struct {
	clean  bool       // nothing had changed it
	copied bool       // it is of a copy
	of     *types.Var // the object
	at     *ast.Ident // the mention of the object that was copied
}

func (r *Rewriter) remembers(f *function, e ast.Expr) (m memory) {
	for range 3 {
		id := leftmost(e)
		if id == nil {
			return m
		}
		v := r.base(id)
		if v == nil || f.literal(id) != nil {
			return m
		}
		m.copied = m.copied || r.copied(e)
		var given []ast.Expr // what the variable was given
		for _, use := range f.uses[v] {
			if r.pass.TypesInfo.Defs[use] != nil || r.assigned(f, use) {
				given = append(given, r.given(f, use)...)
			}
		}
		if len(given) == 1 && r.copied(given[0]) {
			e, m.copied = given[0], true
			continue
		}
		m.of, m.at = v, id
		s := r.before(f, v, id)
		if s.base&entered != 0 && len(r.entry(f, v).dirty) > 0 {
			return m
		}
		m.clean = s.base != 0 && s.base&(made|lost) == 0 && len(s.dirty) == 0 && kube.IsAPIObject(v.Type())
		return m
	}
	return m
}

// replaced tells whether something that is in view puts another state of the
// server into an object, or there, within a part of a function: a read, or a
// write. What looks like a copy from before it may then not be what the server has.
func (r *Rewriter) replaced(f *function, v *types.Var, from, to token.Pos, seen []*types.Var) bool {
	if v == nil || slices.Contains(seen, v) {
		return false
	}
	seen = append(seen, v)
	f.index(r.pass.TypesInfo)
	return slices.ContainsFunc(f.uses[v], func(id *ast.Ident) bool {
		if id.Pos() <= from || id.Pos() >= to {
			return false
		}
		switch m := r.uses(f, id); m.use {
		case reads, writes, sends, resets, fetched:
			return true
		case passes:
			callee := r.funcs[m.fn]
			return r.replaced(callee, r.paramAt(callee, m.arg), callee.decl.Body.Pos(), callee.decl.End(), seen)
		}
		return false
	})
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

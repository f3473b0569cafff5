package statusguard

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// fixNever makes both sides of a comparison values, or both pointers.
func (c *checker) fixNever(src written, cmp comparison, pointer ssa.Value) []report.Option {
	if cmp.panics {
		return nil // as soon as the types agree, it may
	}
	pe, ve, v := src.x, src.y, cmp.y
	if pointer == cmp.y {
		pe, ve, v = src.y, src.x, cmp.x
	}
	pt, ok := types.Unalias(c.pass.TypesInfo.TypeOf(pe)).(*types.Pointer)
	if !ok || !types.Identical(pt.Elem(), c.pass.TypesInfo.TypeOf(ve)) {
		return nil // the variables are interfaces
	}
	if at(settle(pointer)).same(of(v)) {
		return nil // the fixed comparison would be one with an alias
	}
	if !c.fixes.Decides(pe, ve) {
		return nil // something is written today that would not be any more
	}
	switch {
	case notNil(pointer) && operand(pe):
		return []report.Option{report.Fix("compare the values", insert(pe.Pos(), "*"))}
	case c.pass.TypesInfo.Types[ve].Addressable() && operand(ve):
		return []report.Option{report.Fix("compare the pointers", insert(ve.Pos(), "&"))}
	}
	return nil
}

// operand tells whether an operator can be put before an expression as it is.
func operand(e ast.Expr) bool {
	switch e.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.CallExpr, *ast.IndexExpr:
		return true
	}
	return false
}

// notNil tells whether a pointer leads to something: it is an address, or the
// deep copy of what has one.
func notNil(v ssa.Value) bool {
	v = settle(v)
	if call, ok := v.(*ssa.Call); ok {
		from, copied := kube.SameObject(&call.Call)
		return copied && !types.IsInterface(call.Type()) && address(settle(from))
	}
	return address(v)
}

// fixAlways makes a real copy where the shallow one was made, if nothing but the
// comparison uses that.
func (c *checker) fixAlways(src written, cmp comparison, how likeness) []report.Option {
	if cmp.typed { // the addresses of two copies always differ
		return nil
	}
	if patchesFromItself(cmp) {
		return nil // behind the comparison is a patch that is always empty
	}
	if c.writesTwice(cmp.at.Parent()) {
		return nil // behind it may be a write after another one
	}
	x, y := base(src.x), base(src.y)
	if x != nil && y != nil && c.pass.TypesInfo.Uses[x] == c.pass.TypesInfo.Uses[y] {
		return nil
	}
	for _, id := range []*ast.Ident{x, y} {
		if id == nil {
			continue
		}
		from := c.snapshot(id, src.expr)
		if from == nil {
			continue
		}
		t := c.pass.TypesInfo.TypeOf(from)
		_, pointer := types.Unalias(t).(*types.Pointer)
		if !pointer && how != shallow {
			continue // nothing is changed after the copy
		}
		if star, ok := from.(*ast.StarExpr); ok && c.copies(types.NewPointer(t)) && operand(star.X) {
			return []report.Option{report.Fix("copy all of it", insert(from.End(), ".DeepCopy()"))}
		}
		switch {
		case !operand(from):
		case pointer && c.copies(t):
			return []report.Option{report.Fix("copy all of it", insert(from.End(), ".DeepCopy()"))}
		case !pointer && c.copies(types.NewPointer(t)) && c.pass.TypesInfo.Types[from].Addressable():
			return []report.Option{report.Fix("copy all of it", insert(from.Pos(), "*"), insert(from.End(), ".DeepCopy()"))}
		}
	}
	return nil
}

// patchesFromItself tells whether the function makes a patch of what it compares, from
// that very object.
func patchesFromItself(cmp comparison) bool {
	for call := range calls(cmp.at.Parent()) {
		from, ok := kube.PatchBase(call.Common())
		if !ok {
			continue
		}
		object := of(from).then(step{kind: pointee})
		for _, v := range []ssa.Value{cmp.x, cmp.y} {
			if object.holds(of(v)) {
				return true
			}
		}
	}
	return false
}

// writesTwice tells whether one call of a function that writes a status can come
// after another one.
func (c *checker) writesTwice(fn *ssa.Function) bool {
	status := c.deciders.status[fn]
	for first := range status {
		for later := range status {
			apart := first.Block() != later.Block()
			if first != later && (dominates(first, later) || apart && reaches(first.Block(), later.Block(), nil)) {
				return true
			}
		}
	}
	return false
}

// base is the variable that an expression takes a field of, or is.
func base(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.UnaryExpr:
			if x.Op != token.AND {
				return nil
			}
			e = x.X
		default:
			return nil
		}
	}
}

// copies tells whether DeepCopy of a value of the type is another value of it.
func (c *checker) copies(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, false, c.pass.Pkg, "DeepCopy")
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	sig := fn.Signature()
	return sig.Params().Len() == 0 && sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), t)
}

// snapshot is what a variable is given where it is declared, if it is of a
// function and used in one expression only.
func (c *checker) snapshot(id *ast.Ident, where ast.Expr) ast.Expr {
	v, ok := c.pass.TypesInfo.Uses[id].(*types.Var)
	if !ok || v.Parent() == nil || v.Parent() == c.pass.Pkg.Scope() {
		return nil
	}
	for use, obj := range c.pass.TypesInfo.Uses {
		if obj == v && (use.Pos() < where.Pos() || use.End() > where.End()) {
			return nil
		}
	}
	var from ast.Expr
	for _, f := range c.pass.Files {
		if v.Pos() < f.FileStart || v.Pos() >= f.FileEnd {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if a, ok := n.(*ast.AssignStmt); ok && a.Tok == token.DEFINE && len(a.Lhs) == len(a.Rhs) {
				for i, l := range a.Lhs {
					if l, ok := l.(*ast.Ident); ok && c.pass.TypesInfo.Defs[l] == v {
						from = a.Rhs[i]
					}
				}
			}
			return from == nil
		})
	}
	return from
}

func insert(pos token.Pos, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: pos, End: pos, NewText: []byte(text)}
}

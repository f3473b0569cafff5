package load

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/packages"
)

// Type checker and checks do not agree on what has no type: what C declares, as
// it would have to be compiled, and what depends on a package that cannot be
// checked. Go's type checker tells no error twice and lets such code pass, but its
// SSA form cannot be built.

// settle deals with the code of a type-checked package that has no type.
func (n *node) settle(dir string) {
	p := n.pkg
	if len(n.typeErrs) > 0 || !n.full {
		return
	}
	if slices.ContainsFunc(p.Types.Imports(), func(imp *types.Package) bool { return imp.Path() == "C" }) {
		forgetC(p)
		return
	}
	if !n.doubtful {
		return
	}
	for _, file := range p.Syntax {
		if e := untyped(p.TypesInfo, file); e != nil {
			n.addTypeError(dir, fmt.Errorf("%s: something that is imported does not type-check", p.Fset.Position(e.Pos())))
			return
		}
	}
}

// forgetC takes the code that uses C out of a package. To the checks, such a
// function has no body, as one in assembly; all others are seen as ever.
func forgetC(p *packages.Package) {
	for _, file := range p.Syntax {
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil && untyped(p.TypesInfo, fn) != nil {
				fn.Body = nil
			}
		}
	}
	p.TypesInfo.InitOrder = slices.DeleteFunc(p.TypesInfo.InitOrder, func(i *types.Initializer) bool { return untyped(p.TypesInfo, i.Rhs) != nil })
}

// untyped returns the first expression that has no type, or one that is made of
// what has none.
func untyped(info *types.Info, code ast.Node) ast.Expr {
	for n := range ast.Preorder(code) {
		e, ok := n.(ast.Expr)
		if !ok {
			continue
		}
		if info.Types[e].IsBuiltin() {
			continue // its type is that of its call
		}
		t := info.TypeOf(e)
		switch e := e.(type) {
		case *ast.Ident:
			switch info.ObjectOf(e).(type) {
			case *types.PkgName, *types.Label, *types.Builtin:
				continue // they never have one
			}
		case *ast.CallExpr, *ast.SelectorExpr:
			if t == nil {
				return n.(ast.Expr)
			}
		case *ast.CompositeLit:
			if t != nil {
				t = t.Underlying()
			}
		}
		if t != nil && invalid(t) {
			return e
		}
	}
	return nil
}

// invalid reports whether a type is made of one that is not known. What a named type
// is made of matters where it is taken apart only.
func invalid(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		return t.Kind() == types.Invalid
	case *types.Pointer:
		return invalid(t.Elem())
	case *types.Slice:
		return invalid(t.Elem())
	case *types.Array:
		return invalid(t.Elem())
	case *types.Chan:
		return invalid(t.Elem())
	case *types.Map:
		return invalid(t.Key()) || invalid(t.Elem())
	case *types.Signature:
		return invalid(t.Params()) || invalid(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			if invalid(v.Type()) {
				return true
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if invalid(f.Type()) {
				return true
			}
		}
	}
	return false
}

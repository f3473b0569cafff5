package load

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/packages"
)

// forgetC takes the code that uses C out of a type-checked package. What C
// declares has no type, as it would have to be compiled, and nothing that runs on
// typed syntax can bear that. To the checks, such a function has no body, as one
// in assembly; all others are seen as ever.
func forgetC(p *packages.Package) {
	if !slices.ContainsFunc(p.Types.Imports(), func(imp *types.Package) bool { return imp.Path() == "C" }) {
		return
	}
	for _, file := range p.Syntax {
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil && usesC(p.TypesInfo, fn.Body) {
				fn.Body = nil
			}
		}
	}
	p.TypesInfo.InitOrder = slices.DeleteFunc(p.TypesInfo.InitOrder, func(i *types.Initializer) bool { return usesC(p.TypesInfo, i.Rhs) })
}

// usesC tells whether something in the code has no type.
func usesC(info *types.Info, code ast.Node) bool {
	for n := range ast.Preorder(code) {
		switch n := n.(type) {
		case *ast.Ident:
			if name, ok := info.Uses[n].(*types.PkgName); ok && name.Imported().Path() == "C" {
				return true
			}
			if obj := info.ObjectOf(n); obj != nil && obj.Type() == types.Typ[types.Invalid] {
				if _, pkg := obj.(*types.PkgName); !pkg {
					return true
				}
			}
		case ast.Expr:
			if info.TypeOf(n) == types.Typ[types.Invalid] {
				return true
			}
		}
	}
	return false
}

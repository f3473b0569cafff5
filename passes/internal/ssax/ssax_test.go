package ssax_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// build is the SSA form of a package with these declarations.
func build(t *testing.T, declarations string) *ssa.Package {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", "package p\n"+declarations, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, _, err := ssautil.BuildPackage(&types.Config{Importer: importer.Default()}, fset, types.NewPackage("p", ""), []*ast.File{file}, ssa.BuilderMode(0))
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

// A literal that is made in one place has what it captured there; a declared
// function is made nowhere.
func TestBound(t *testing.T) {
	outer := build(t, `
		func use(f func() *int) {}
		func outer(captured *int) {
			use(func() *int { return captured })
		}`).Func("outer")
	literal := outer.AnonFuncs[0]
	made := ssax.Maker(literal)
	if made == nil || made.Parent() != outer {
		t.Fatalf("the literal is made by %v, want an instruction of outer", made)
	}
	if got := ssax.Bound(literal.FreeVars[0]); got != made.Bindings[0] {
		t.Errorf("it captures %v, want %v", got, made.Bindings[0])
	}
	if made := ssax.Maker(outer); made != nil {
		t.Errorf("a declared function is made by %v", made)
	}
}

func TestDeref(t *testing.T) {
	elem := types.Typ[types.Int]
	if got := ssax.Deref(types.NewPointer(elem)); got != elem {
		t.Errorf("%v, want %v", got, elem)
	}
	if got := ssax.Deref(elem); got != elem {
		t.Errorf("%v, want %v", got, elem)
	}
}

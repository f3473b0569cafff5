package flow

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// alone is a program of which only the function itself is known.
type alone struct{ Program }

func (alone) Summary(*ssa.Function) *Summary                          { return nil }
func (alone) Interesting(*ssa.Function) bool                          { return false }
func (alone) Target(*ssa.CallCommon) *ssa.Function                    { return nil }
func (alone) Mutates(*ssa.Function, int) bool                         { return true }
func (alone) MutatesStatus(*ssa.Function, int) bool                   { return true }
func (alone) MutatedFields(*ssa.Function, int) (fields []int, _ bool) { return nil, false }
func (alone) Name(token.Pos, int) string                              { return "" }
func (alone) Argument(token.Pos, int) string                          { return "" }
func (alone) Captured(*ssa.Function, int) (a, b, c bool)              { return true, true, true }
func (alone) Global(g *ssa.Global) string                             { return g.RelString(nil) }
func (alone) Fields(string) map[int]*ssa.Const                        { return nil }
func (alone) Sentinels() []*ssa.Global                                { return nil }
func (alone) NoReturn(*ssa.Function) bool                             { return false }
func (alone) Returns(*ssa.Function, string) bool                      { return false }
func (alone) Constant(types.Type, string) *ssa.Const                  { return nil }
func (alone) Always(*types.Func) bool                                 { return false }
func (alone) Assigns(*ssa.Function, int) (fields []int, _ bool)       { return nil, false }
func (alone) Manager(string) bool                                     { return false }
func (alone) Types() *Types                                           { return NewTypes() }

// function is the function f of a package with that text.
func function(t *testing.T, text string) *ssa.Function {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "f.go", "package p\n"+text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	pkg, _, err := ssautil.BuildPackage(&types.Config{Importer: importer.Default()}, fset, types.NewPackage("p", "p"), []*ast.File{file}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return pkg.Func("f")
}

// walker is the engine before it has walked any path of the function.
func walker(t *testing.T, text string) *exec {
	t.Helper()
	return newExec(alone{}, function(t, text), kube.Once)
}

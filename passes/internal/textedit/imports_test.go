package textedit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/analysis"
)

const source = `package p

import other "example.com/status"

func f(status int) int { return status + other.Zero }

func g(other int) int { return other }
`

// A name that the file has for a package is not hidden by its own import, and is where
// it means something else.
func TestImportNamed(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	imported := types.NewPackage("example.com/status", "status")
	imported.Scope().Insert(types.NewVar(token.NoPos, imported, "Zero", types.Typ[types.Int]))
	imported.MarkComplete()
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}}
	conf := types.Config{Importer: importer{imported}}
	pkg, err := conf.Check("example.com/p", fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	f := &File{Syntax: file, Text: []byte(source), pass: &analysis.Pass{Fset: fset, Pkg: pkg, TypesInfo: info}}
	in, hidden := file.Decls[1].(*ast.FuncDecl).Body.Pos(), file.Decls[2].(*ast.FuncDecl).Body.Pos()
	if name, edits, ok := f.Import("example.com/status", in, "status", "atomicstatus"); name != "other" || edits != nil || !ok {
		t.Errorf("got %q, %v, %v, want the name that is there", name, edits, ok)
	}
	if name, _, ok := f.Import("example.com/status", hidden, "status", "atomicstatus"); ok {
		t.Errorf("got %q where that is a parameter", name)
	}
	if name, edits, ok := f.Import("example.com/new/status", in, "status", "atomicstatus"); name != "atomicstatus" || len(edits) != 1 || !ok {
		t.Errorf("got %q, %v, %v, want the name that nothing hides", name, edits, ok)
	}
}

type importer struct{ pkg *types.Package }

func (i importer) Import(string) (*types.Package, error) { return i.pkg, nil }

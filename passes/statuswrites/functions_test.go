package statuswrites

import (
	"bytes"
	"encoding/gob"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// What a package tells of its functions, another one reads, whoever carried it.
func TestFunctionsAreTold(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", `package p
		type T[E any] struct{}
		func (*T[E]) F() {}
		func (T[E]) G() {}
		type U struct{}
		func (U) F() {}
		func F() {}
		var X = (*T[int]).F
		var Y = interface{ F() }.F`, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	pkg, err := (&types.Config{Importer: importer.Default()}).Check("p", fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	object := &flow.Term{Kind: resource.Param, N: 2, Type: "p.U"}
	want := map[string]*function{
		"T.F": {Preserves: []int{1}},
		"U.F": {Preserves: []int{0, 2}},
		"F": {Summary: &flow.Summary{
			Outcomes: []flow.Outcome{{
				Results: []*flow.Term{{Kind: resource.Const, Name: "nil"}},
				Facts:   []flow.Fact{{Of: object, Ne: []*flow.Term{{Kind: resource.Const, Name: `"<&>\xff"`}}}},
				Same:    []flow.Same{{Pointer: object, Resource: object}},
				Waited:  2,
				Failing: flow.Failing{Failed: true, Tried: true, Kept: true, FailedOf: object},
				Pending: flow.Pending{
					Sent: []*flow.Term{object}, Settled: []*flow.Term{object}, SentLast: []*flow.Term{object}, Stale: []*flow.Term{object},
					Overwrites: []flow.Overwrite{{Object: object, Redone: []string{"Phase"}, Response: true}},
				},
			}},
		}, Manager: &Manager{Params: []int{3}}},
		"T.G": {}, // nothing is told of it
		".F":  {},
	}
	var carried bytes.Buffer
	told := newFunctions(&analysis.Pass{Pkg: pkg, ExportPackageFact: func(fact analysis.Fact) {
		if err := gob.NewEncoder(&carried).Encode(fact); err != nil {
			t.Fatal(err)
		}
	}})
	for _, obj := range info.Defs {
		if fn, ok := obj.(*types.Func); ok && factName(fn) != "T.G" && factName(fn) != ".F" {
			*told.tell(fn) = *want[factName(fn)]
		}
	}
	if err := told.export(); err != nil {
		t.Fatal(err)
	}
	read := newFunctions(&analysis.Pass{Pkg: types.NewPackage("q", "q"), ImportPackageFact: func(from *types.Package, fact analysis.Fact) bool {
		return from == pkg && gob.NewDecoder(&carried).Decode(fact) == nil
	}})
	seen := map[string]bool{}
	for _, objects := range []map[*ast.Ident]types.Object{info.Defs, info.Uses} {
		for _, obj := range objects {
			fn, ok := obj.(*types.Func)
			if !ok {
				continue
			}
			name := factName(fn)
			seen[name] = true
			if got := read.of(fn); !reflect.DeepEqual(got, want[name]) {
				t.Errorf("%s: %+v, want %+v", fn.FullName(), got, want[name])
			}
		}
	}
	if len(seen) != len(want) {
		t.Errorf("functions %v were met", seen)
	}
	if errType := types.Universe.Lookup("error").Type().Underlying().(*types.Interface); !reflect.DeepEqual(read.of(errType.Method(0)), &function{}) {
		t.Error("something is told of a method that no package declares")
	}
}

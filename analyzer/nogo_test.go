package analyzer_test

import (
	"context"
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// TestNogo runs the checks by the least that a driver may give them, which is what
// nogo of Bazel's rules_go gives: no ReadFile, no Module, no other files. They must
// find the same; but a fix that needs the source is left out.
func TestNogo(t *testing.T) {
	prog, err := load.Load(context.Background(), load.Config{Dir: "../testdata/cases", Patterns: []string{"./found", "./guard/pairs"}})
	if err != nil {
		t.Fatal(err)
	}
	var analyzers []*analysis.Analyzer
	d := &driver{results: make(map[job]any), objects: make(map[objectFact]analysis.Fact), packages: make(map[packageFact]analysis.Fact)}
	for _, c := range analyzer.Checks() {
		analyzers = append(analyzers, c.Analyzer)
		for _, pkg := range prog.Roots {
			d.run(t, c.Analyzer, pkg)
		}
	}
	slices.Sort(d.found)

	var want []string
	diags, errs := prog.Analyze(t.Context(), analyzers)
	for _, diag := range diags {
		want = append(want, fmt.Sprintf("%s: %s: %s, %d related", diag.Pos, diag.Analyzer, diag.Message, len(diag.Related)))
	}
	slices.Sort(want)
	if len(errs) > 0 || len(want) == 0 {
		t.Fatalf("the command finds %v, and fails with %v", want, errs)
	}
	if !slices.Equal(d.found, want) {
		t.Errorf("such a driver finds\n%q\nthe command\n%q", d.found, want)
	}
}

// driver runs analyzers on packages, and keeps results and facts.
type driver struct {
	results  map[job]any
	objects  map[objectFact]analysis.Fact
	packages map[packageFact]analysis.Fact
	found    []string
}

type (
	job struct {
		analyzer *analysis.Analyzer
		pkg      *packages.Package
	}
	objectFact struct {
		object types.Object
		typ    reflect.Type
	}
	packageFact struct {
		pkg *types.Package
		typ reflect.Type
	}
)

// run runs an analyzer on a package, after all that it needs, and returns its result.
func (d *driver) run(t *testing.T, a *analysis.Analyzer, pkg *packages.Package) any {
	t.Helper()
	if result, ok := d.results[job{a, pkg}]; ok {
		return result
	}
	inputs := make(map[*analysis.Analyzer]any)
	for _, required := range a.Requires {
		inputs[required] = d.run(t, required, pkg)
	}
	if len(a.FactTypes) > 0 {
		for _, imported := range pkg.Imports {
			d.run(t, a, imported)
		}
	}
	pass := &analysis.Pass{
		Analyzer:   a,
		Fset:       pkg.Fset,
		Files:      pkg.Syntax,
		Pkg:        pkg.Types,
		TypesInfo:  pkg.TypesInfo,
		TypesSizes: pkg.TypesSizes,
		ResultOf:   inputs,
		Report: func(diag analysis.Diagnostic) {
			d.found = append(d.found, fmt.Sprintf("%s: %s: %s, %d related", pkg.Fset.Position(diag.Pos), a.Name, diag.Message, len(diag.Related)))
		},
		ImportObjectFact: func(object types.Object, fact analysis.Fact) bool {
			return assign(fact, d.objects[objectFact{object, reflect.TypeOf(fact)}])
		},
		ExportObjectFact: func(object types.Object, fact analysis.Fact) {
			d.objects[objectFact{object, reflect.TypeOf(fact)}] = fact
		},
		ImportPackageFact: func(from *types.Package, fact analysis.Fact) bool {
			return assign(fact, d.packages[packageFact{from, reflect.TypeOf(fact)}])
		},
		ExportPackageFact: func(fact analysis.Fact) {
			d.packages[packageFact{pkg.Types, reflect.TypeOf(fact)}] = fact
		},
		AllObjectFacts: func() []analysis.ObjectFact {
			var all []analysis.ObjectFact
			for key, fact := range d.objects {
				all = append(all, analysis.ObjectFact{Object: key.object, Fact: fact})
			}
			return all
		},
		AllPackageFacts: func() []analysis.PackageFact {
			var all []analysis.PackageFact
			for key, fact := range d.packages {
				all = append(all, analysis.PackageFact{Package: key.pkg, Fact: fact})
			}
			return all
		},
	}
	result, err := a.Run(pass)
	if err != nil {
		t.Fatalf("%s on %s: %v", a.Name, pkg.PkgPath, err)
	}
	// nogo goes by the type, also where there is nothing in it.
	if got := reflect.TypeOf(result); got != a.ResultType {
		t.Errorf("%s on %s returns a %v, not a %v", a.Name, pkg.PkgPath, got, a.ResultType)
	}
	d.results[job{a, pkg}] = result
	return result
}

// assign stores a fact where the caller wants it, and returns whether there is one.
func assign(to, fact analysis.Fact) bool {
	if fact == nil {
		return false
	}
	reflect.ValueOf(to).Elem().Set(reflect.ValueOf(fact).Elem())
	return true
}

package kube_test

import (
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// libraries are the packages that the programs under testdata/cases are made of.
func libraries(t *testing.T) map[*types.Package]bool {
	prog, err := load.Load(t.Context(), load.Config{Dir: "../../../testdata/cases", Patterns: []string{"./..."}})
	if err != nil {
		t.Fatal(err)
	}
	all := map[*types.Package]bool{}
	var add func(pkg *types.Package)
	add = func(pkg *types.Package) {
		if all[pkg] {
			return
		}
		all[pkg] = true
		for _, imp := range pkg.Imports() {
			add(imp)
		}
	}
	for _, root := range prog.Roots {
		add(root.Types)
	}
	return all
}

// declared yields what a package declares, with the methods of its types.
func declared(pkg *types.Package, yield func(types.Object)) {
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		default:
			yield(obj)
		case *types.TypeName:
			named, ok := obj.Type().(*types.Named)
			if !ok {
				continue
			}
			for m := range named.Methods() {
				yield(m)
			}
			if i, ok := named.Underlying().(*types.Interface); ok {
				for m := range i.ExplicitMethods() {
					yield(m)
				}
			}
		}
	}
}

// No view says of a function of a library what another one rules out, and what a row
// names is there.
func TestViewsAgree(t *testing.T) {
	wraps := func(fn *types.Func) bool { _, ok := kube.WrapsError(fn); return ok }
	only := func(views ...func(*types.Func) bool) func(*types.Func) bool {
		return func(fn *types.Func) bool {
			return slices.ContainsFunc(views, func(view func(*types.Func) bool) bool { return view(fn) })
		}
	}
	leaves := func(fn *types.Func) bool { return !kube.Changes(fn) }
	laws := []struct {
		name     string
		of, hold func(*types.Func) bool
	}{
		{"what only tells people changes nothing", func(fn *types.Func) bool { return kube.Observes(fn.Pkg()) && !kube.Decodes(fn) }, leaves},
		{"what only tells people is harmless", func(fn *types.Func) bool { return kube.Observes(fn.Pkg()) }, func(fn *types.Func) bool { return kube.Benign(fn.Pkg()) }},
		{"what looks or copies changes nothing", only(kube.Getter, kube.Copies, kube.DeletionTime, kube.IsZero), leaves},
		{"what makes an error changes nothing", only(kube.MakesError, kube.JoinsErrors, wraps, kube.ErrorIs), leaves},
		{"an error is made in one way", wraps, func(fn *types.Func) bool { return !kube.MakesError(fn) && !kube.JoinsErrors(fn) }},
		{"an error tells of what it is made of", only(kube.MakesError, kube.JoinsErrors, wraps), func(fn *types.Func) bool { return kube.ResultOf(fn) == kube.Text }},
		{"what sets or fills changes something", only(kube.SetsCondition, kube.SetsVersion, kube.CopiesInto, kube.Decodes), kube.Changes},
		{"a decoder may fill", kube.Decodes, kube.MayFill},
	}
	there := map[string][]types.Object{}
	for pkg := range libraries(t) {
		path := kube.Path(pkg)
		if strings.HasPrefix(path, "example.com/") {
			continue // a method DeepCopy of a program may do anything
		}
		declared(pkg, func(obj types.Object) {
			there[path] = append(there[path], obj)
			fn, ok := obj.(*types.Func)
			for _, law := range laws {
				if ok && law.of(fn) && !law.hold(fn) {
					t.Errorf("%s, but not %s", law.name, fn.FullName())
				}
			}
		})
	}
	checked := 0
	for _, key := range kube.NamedKeys() {
		if len(there[key.Path]) == 0 || strings.HasPrefix(key.Path, "github.com/fluxcd/") { // of which there is a part only
			continue
		}
		if checked++; !slices.ContainsFunc(there[key.Path], key.Names) {
			t.Errorf("the row %s: there is no %s in %s", key.Of, key.Name, key.Path)
		}
	}
	if checked < 50 {
		t.Errorf("the libraries hold %d of the names only", checked)
	}
}

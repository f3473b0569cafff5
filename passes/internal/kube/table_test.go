package kube

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	l := &lookup{rows: []row{
		{"*.F*", asks, Same},
		{"(*).M", copies, Same},
		{"a", leaves, Steady},
		{"a/b/...", tells, 0},
		{"a/b.F|G*", ends, Text},
		{"a/b.*", waits, Parts},
		{"(a/b.T).M", fills, 0},
		{"*/b.F", sorts, 0},
	}}
	for _, tt := range []struct {
		path, name string
		method     bool
		typ        string
		want       row
	}{
		{"z", "F", false, "", row{does: asks, Result: Same}},
		{"z", "F", true, "T", row{}},
		{"z", "M", true, "T", row{does: copies, Result: Same}},
		{"", "M", true, "", row{does: copies, Result: Same}}, // as the method Error
		{"a", "Fn", false, "", row{does: leaves | asks, Result: Steady}},
		{"a/b", "F", false, "", row{does: tells | ends | waits | sorts | asks, Result: Text}},
		{"a/b", "Fn", false, "", row{does: tells | waits | asks, Result: Parts}},
		{"a/b", "Gn", false, "", row{does: tells | ends | waits, Result: Text}},
		{"a/b", "G", true, "T", row{does: tells}},
		{"a/b", "M", true, "T", row{does: tells | fills | copies, Result: Same}},
		{"a/b", "M", true, "U", row{does: tells | copies, Result: Same}},
		{"a/b/c", "H", false, "", row{does: tells}},
		{"a/bc", "H", false, "", row{}},
		{"x/b", "F", false, "", row{does: sorts | asks, Result: Same}},
		{"b", "F", false, "", row{does: asks, Result: Same}},
	} {
		if got := l.entry(tt.path, tt.name, tt.method, tt.typ); got != tt.want {
			t.Errorf("%s.%s of type %q: %v, want %v", tt.path, tt.name, tt.typ, got, tt.want)
		}
	}
}

// A row without which all functions would be what they are is a mistake: another one
// says the same.
func TestEachRowSaysSomething(t *testing.T) {
	for i, r := range table {
		others := &lookup{rows: slices.Delete(slices.Clone(table), i, i+1)}
		k := parse(r.of)
		path := strings.ReplaceAll(strings.TrimSuffix(k.path, "/..."), "*", "example.com/p")
		names := k.names
		if len(names) == 0 {
			names = []string{"any"}
		}
		for _, name := range names {
			name = strings.ReplaceAll(name, "*", "x")
			if known.entry(path, name, k.method, k.typ) == others.entry(path, name, k.method, k.typ) {
				t.Errorf("the row %s says nothing of %s that the others do not say", r.of, name)
			}
		}
	}
}

// What the table tells apart, a view asks for: here, and in package unstable.
func TestEachWordIsAsked(t *testing.T) {
	words, asked := map[string]bool{}, map[string]bool{}
	ask := func(of ...ast.Expr) {
		for _, e := range of {
			ast.Inspect(e, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					asked[id.Name] = true
				}
				return true
			})
		}
	}
	for _, name := range append(sources(t, "."), sources(t, "../unstable")...) {
		inTable := name == "table.go"
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if _, ok := n.(*ast.ValueSpec); ok && inTable {
				return false // what rows say is no question
			}
			switch n := n.(type) {
			case *ast.GenDecl:
				first, ok := n.Specs[0].(*ast.ValueSpec)
				if !inTable || !ok || first.Type == nil {
					break
				}
				for _, spec := range n.Specs {
					words[spec.(*ast.ValueSpec).Names[0].Name] = true
				}
			case *ast.BinaryExpr:
				ask(n.X, n.Y)
			case *ast.CaseClause:
				ask(n.List...)
			case *ast.KeyValueExpr:
				ask(n.Key)
			}
			return true
		})
	}
	delete(words, "NoResult")
	if len(words) < 20 {
		t.Errorf("the table has these words only: %v", words)
	}
	for word := range words {
		if !asked[word] {
			t.Errorf("no view asks for %s", word)
		}
	}
}

// sources are the files of a package, but for its tests.
func sources(t *testing.T, dir string) []string {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
}

package report_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/driver"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// run runs a toy check named "toy" that reports every call of bad, and returns
// what it reports as "file:line: message". Its pass has no more than a driver
// must give: neither ReadFile nor Module.
func run(t *testing.T, files map[string]string) []string {
	t.Helper()
	var got []string
	fset := token.NewFileSet()
	pass := &analysis.Pass{
		Analyzer: &analysis.Analyzer{Name: "toy", URL: "https://example.com/checks"},
		Fset:     fset,
	}
	pass.Report = func(d analysis.Diagnostic) {
		if d.Category != "toy" || d.URL != pass.Analyzer.URL {
			t.Errorf("category %q, URL %q", d.Category, d.URL)
		}
		pos := fset.Position(d.Pos)
		got = append(got, fmt.Sprintf("%s:%d: %s", pos.Filename, pos.Line, d.Message))
	}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range files {
			if !yield(name) {
				return
			}
		}
	}) {
		file, err := parser.ParseFile(fset, name, files[name], parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		pass.Files = append(pass.Files, file)
	}
	r := report.New(pass)
	for _, file := range slices.Backward(pass.Files) { // Done sorts
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "bad" {
					r.Report(call, "bad call")
				}
			}
			return true
		})
	}
	r.Done()
	return got
}

func TestSuppression(t *testing.T) {
	for _, test := range []struct {
		name, body string
		want       []string // "line: message" with line 1 = first line of body
	}{
		{"none", "bad()", []string{"1: bad call"}},
		{"line before", "//lint:ignore toy known\nbad()", nil},
		{"same line", "bad() //lint:ignore toy known", nil},
		{"trailing holds for its own line only", "bad() //lint:ignore toy known\nbad()", []string{"2: bad call"}},
		{"own line holds for the next line only", "//lint:ignore toy known\nbad()\nbad()", []string{"3: bad call"}},
		{"not across an empty line", "//lint:ignore toy known\n\nbad()",
			[]string{"1: //lint:ignore toy suppresses no report of toy: remove it", "3: bad call"}},
		{"inside a comment of several lines", "// It is so.\n//lint:ignore toy known\n// More.\nbad()", nil},
		{"stacked", "//lint:ignore SA1000 a\n//lint:ignore toy b\n//lint:ignore other c\nbad()", nil},
		{"two calls on the line", "//lint:ignore toy known\nbad(); bad()", nil},
		{"chain that goes on below", "//lint:ignore toy known\nbad(\n1,\n)", nil},
		{"after a closing brace", "if true {\nbad()\n} //lint:ignore toy known\nbad()",
			[]string{"2: bad call", "3: //lint:ignore toy suppresses no report of toy: remove it", "4: bad call"}},
		{"list", "//lint:ignore other,toy known\nbad()", nil},
		{"glob", "//lint:ignore t* known\nbad()", nil},
		{"glob that serves nothing here", "//lint:ignore t* known\ngood()", nil},
		{"foreign check", "//lint:ignore SA1000 known\nbad()", []string{"2: bad call"}},
		{"prefix of the name", "//lint:ignore to known\nbad()", []string{"2: bad call"}},
		{"unused", "//lint:ignore toy known\ngood()", []string{"1: //lint:ignore toy suppresses no report of toy: remove it"}},
		{"unused in a list", "//lint:ignore other,toy known\ngood()", []string{"1: //lint:ignore other,toy suppresses no report of toy: remove it"}},
		{"no reason", "//lint:ignore toy\nbad()", []string{"1: //lint:ignore toy gives no reason: add one after the name of the check"}},
		{"glob without reason", "//lint:ignore t*\nbad()", []string{"1: //lint:ignore t* gives no reason: add one after the name of the check"}},
		{"no check", "//lint:ignore\nbad()", []string{"2: bad call"}},
		{"file", "bad()\nbad()\n//lint:file-ignore toy known", nil},
		{"unused file", "//lint:file-ignore toy known", []string{"1: //lint:file-ignore toy suppresses no report of toy: remove it"}},
		{"file and line", "//lint:file-ignore toy known\n//lint:ignore toy known\nbad()", nil},
		{"space before the directive", "// lint:ignore toy known\nbad()", []string{"2: bad call"}},
		{"before a line directive", "//lint:ignore toy known\nbad()\n//line a.go:3\nbad()", []string{"2: bad call"}},
		{"nolint", "bad() //nolint:atomicstatus // known\nbad()", []string{"2: bad call"}},
		{"nolint before", "//nolint:atomicstatus // known\nbad()\nbad()", []string{"3: bad call"}},
		{"nolint before a block", "//nolint:atomicstatus // known\nif true {\nbad()\n}\nbad()", []string{"5: bad call"}},
		{"nolint in another column", "\t//nolint:atomicstatus // known\nbad()", []string{"2: bad call"}},
		{"nolint across an empty line", "//nolint:atomicstatus // known\n\nbad()", []string{"3: bad call"}},
		{"nolint in a list, in any case", "bad() //nolint:errcheck, AtomicStatus // known", nil},
		{"nolint of all", "bad() //nolint:all", nil},
		{"nolint of everything", "bad() //nolint // known", nil},
		{"nolint of another linter", "bad() //nolint:errcheck // atomicstatus", []string{"1: bad call"}},
		{"nolint of a check, which is no linter there", "bad() //nolint:toy // known", []string{"1: bad call"}},
		{"nolint as a word", "bad() // nolinting", []string{"1: bad call"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := run(t, map[string]string{"a.go": "package a; func f() {\n" + test.body + "\n}\n"})
			var want []string
			for _, w := range test.want {
				var line int
				if _, err := fmt.Sscanf(w, "%d:", &line); err != nil {
					t.Fatal(err)
				}
				_, msg, _ := strings.Cut(w, ": ")
				want = append(want, fmt.Sprintf("a.go:%d: %s", line+1, msg))
			}
			if !slices.Equal(got, want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
		})
	}
}

func TestSilentPlaces(t *testing.T) {
	const body = "func f() { bad() }\n"
	for _, test := range []struct {
		name   string
		files  map[string]string
		silent bool
	}{
		{"plain", map[string]string{"a.go": "package a\n" + body}, false},
		{"test file", map[string]string{"a_test.go": "package a\n" + body}, true},
		{"directive in a test file", map[string]string{"a_test.go": "package a\n//lint:ignore toy known\n"}, true},
		{"generated", map[string]string{"a.go": "// Code generated by hand. DO NOT EDIT.\n\npackage a\n" + body}, true},
		{"made by cgo", map[string]string{"a.go": "// Code generated by cmd/cgo; DO NOT EDIT.\n\n//line b.go:1:1\npackage a\n" + body}, false},
		{"made by cgo of what is generated", map[string]string{"a.go": "// Code generated by cmd/cgo; DO NOT EDIT.\n\n//line b.go:1:1\n// Code generated by hand. DO NOT EDIT.\n\npackage a\n" + body}, true},
		{"vendored", map[string]string{"/m/vendor/x/a.go": "package a\n" + body}, true},
		{"testing", map[string]string{"a.go": "package a\nimport \"testing\"\n" + body}, true},
		{"testing in another file", map[string]string{"a.go": "package a\nimport \"testing\"\n", "b.go": "package a\n" + body}, false},
		{"testing in a test file", map[string]string{"a_test.go": "package a\nimport \"testing\"\n", "b.go": "package a\n" + body}, false},
		{"gomega", map[string]string{"a.go": "package a\nimport \"github.com/onsi/gomega\"\n" + body}, true},
		{"fake client", map[string]string{"a.go": "package a\nimport \"sigs.k8s.io/controller-runtime/pkg/client/fake\"\n" + body}, true},
		{"fake clientset", map[string]string{"a.go": "package a\nimport \"k8s.io/client-go/kubernetes/fake\"\n" + body}, true},
		{"generated fake clientset", map[string]string{"a.go": "package a\nimport \"example.com/pkg/clientset/versioned/fake\"\n" + body}, true},
		{"another fake", map[string]string{"a.go": "package a\nimport \"example.com/payments/fake\"\n" + body}, false},
		{"something of testing", map[string]string{"a.go": "package a\nimport \"k8s.io/client-go/testing\"\n" + body}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := run(t, test.files); (len(got) == 0) != test.silent {
				t.Errorf("reports %q, want silent: %t", got, test.silent)
			}
		})
	}
}

func TestOrderAndOptions(t *testing.T) {
	got := run(t, map[string]string{"a.go": "package a\nfunc f() { bad() }\n", "b.go": "package a\nfunc g() { bad()\nbad() }\n"})
	if want := []string{"a.go:2: bad call", "b.go:2: bad call", "b.go:3: bad call"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}

	var diag analysis.Diagnostic
	r := report.New(&analysis.Pass{
		Analyzer: &analysis.Analyzer{Name: "toy"},
		Fset:     token.NewFileSet(),
		Report:   func(d analysis.Diagnostic) { diag = d },
	})
	known, unknown := &ast.Ident{NamePos: 7, Name: "x"}, &ast.Ident{Name: "y"}
	r.Report(known, "bad call", report.Related(known, "first"), report.Related(unknown, "in a dependency"),
		report.Fix("remove it", analysis.TextEdit{Pos: 7, End: 8}))
	r.Done()
	if len(diag.Related) != 1 || diag.Related[0].Message != "first" {
		t.Errorf("related: %v", diag.Related)
	}
	if len(diag.SuggestedFixes) != 1 || diag.SuggestedFixes[0].Message != "remove it" || len(diag.SuggestedFixes[0].TextEdits) != 1 {
		t.Errorf("fixes: %v", diag.SuggestedFixes)
	}
}

// What cgo has made of a file is nothing that a fix could change.
func TestNoFixInCgo(t *testing.T) {
	for _, test := range []struct {
		mark  string
		fixes int
	}{{"", 1}, {"// Code generated by cmd/cgo; DO NOT EDIT.\n\n", 0}} {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "a.go", test.mark+"package a\n", parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		var diag analysis.Diagnostic
		r := report.New(&analysis.Pass{
			Analyzer: &analysis.Analyzer{Name: "toy"},
			Fset:     fset,
			Files:    []*ast.File{file},
			Report:   func(d analysis.Diagnostic) { diag = d },
		})
		r.Report(file.Name, "bad name", report.Fix("change it", analysis.TextEdit{Pos: file.Name.Pos(), End: file.Name.End()}))
		r.Done()
		if diag.Message != "bad name" || len(diag.SuggestedFixes) != test.fixes {
			t.Errorf("after %q: %q with %d fixes, want %d", test.mark, diag.Message, len(diag.SuggestedFixes), test.fixes)
		}
	}
}

// A driver that looks at nolint itself is given what it would silence, and one that
// asks is told what comments have suppressed.
func TestDriver(t *testing.T) {
	for _, test := range []struct {
		driver     *driver.Driver
		reports    int
		suppressed int
	}{
		{&driver.Driver{}, 1, 2},
		{&driver.Driver{LeaveNolint: true}, 2, 1},
	} {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "a.go", "package a\n\nvar x int //nolint:atomicstatus // known\nvar y int //lint:ignore toy known\nvar z int\n", parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		reports := 0
		pass := driver.With(&analysis.Pass{
			Analyzer: &analysis.Analyzer{Name: "toy"},
			Fset:     fset,
			Files:    []*ast.File{file},
			Report:   func(analysis.Diagnostic) { reports++ },
		}, test.driver)
		for range 2 { // as a package and its test variant are
			r := report.New(pass)
			for _, decl := range file.Decls {
				r.Report(decl, "bad declaration")
			}
			r.Done()
		}
		if reports != 2*test.reports || test.driver.Suppressed() != test.suppressed {
			t.Errorf("%d reports in two runs, %d suppressed, want %d and %d", reports, test.driver.Suppressed(), 2*test.reports, test.suppressed)
		}
	}
}

// A driver that knows of levels gets every fix with what it rests on. Another one gets
// those for review only where the settings ask for them, and reads it in their titles.
func TestLevels(t *testing.T) {
	set := flag.NewFlagSet("test", flag.ContinueOnError)
	fixes.Flags(set)
	t.Cleanup(func() { set.Set("fixes", "safe") })
	edit := analysis.TextEdit{Pos: 1, End: 2}
	rests := []fixes.Assumption{{Kind: fixes.Gate, Pos: 1, Text: "send may run"}}
	for _, test := range []struct {
		offered string
		levels  *fixes.Log
		want    []string
	}{
		{"safe", nil, []string{"safe"}},
		{"review", nil, []string{"safe", "drop it (for review; gate: send may run)"}},
		{"safe", new(fixes.Log), []string{"safe", "drop it"}},
	} {
		set.Set("fixes", test.offered)
		var diag analysis.Diagnostic
		r := report.New(driver.With(&analysis.Pass{
			Analyzer: &analysis.Analyzer{Name: "toy"},
			Fset:     token.NewFileSet(),
			Report:   func(d analysis.Diagnostic) { diag = d },
		}, &driver.Driver{Levels: test.levels}))
		many := append(slices.Clone(rests), fixes.Assumption{Text: "b"}, fixes.Assumption{Text: "c"}, fixes.Assumption{Text: "d"})
		many[0].Pos = 7
		r.Report(&ast.Ident{NamePos: 7, Name: "x"}, "bad call",
			report.Fix("safe", edit), report.Review("drop it", rests, edit), report.Review("drop all", many, edit))
		r.Done()
		var got []string
		for _, f := range diag.SuggestedFixes {
			got = append(got, f.Message)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("with -fixes=%s: %q, want %q", test.offered, got, test.want)
		}
		if test.levels != nil && (len(test.levels.Of(diag.SuggestedFixes[0])) != 0 || len(test.levels.Of(diag.SuggestedFixes[1])) != 1) {
			t.Error("the levels are not those of the fixes")
		}
		if len(diag.Related) != 1 || !fixes.IsNoFix(diag.Related[0].Message) {
			t.Errorf("nothing says that there is no third fix: %v", diag.Related)
		}
	}
}

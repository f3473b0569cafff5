package casetest

import (
	"cmp"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/load"
)

// Told tests what a package inside the analysis tells of programs. These lie in a folder
// of its testdata, and are analysed as if they lay in the module of the cases, beside
// the real client libraries. A comment at the end of a line says what must be told there,
// in any order; where there is none, nothing must be told:
//
//	err := c.Update(ctx, w) //= this | that
//
// The tell function gets a pass of an analyzer which requires the given ones.
func Told(t *testing.T, folder string, tell func(pass *analysis.Pass, say func(token.Pos, string)), requires ...*analysis.Analyzer) {
	t.Helper()
	module, err := filepath.Abs("../../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	programs, err := filepath.Glob(filepath.Join("testdata", folder, "*.go"))
	if err != nil || len(programs) == 0 {
		t.Fatalf("no programs in %s: %v", folder, err)
	}
	overlay := map[string][]byte{}
	want := map[place]string{}
	for _, file := range programs {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(module, folder, filepath.Base(file))] = text
		for i, line := range strings.Split(string(text), "\n") {
			if _, says, ok := strings.Cut(line, "//= "); ok {
				want[place{filepath.Base(file), i + 1}] = says
			}
		}
	}
	got := told(t, load.Config{Dir: module, Patterns: []string{"./" + folder}, Overlay: overlay}, tell, requires)
	for at, says := range got {
		if want[at] != says {
			t.Errorf("%s:%d: %s; want %s", at.file, at.line, says, cmp.Or(want[at], "nothing"))
		}
	}
	for at, says := range want {
		if got[at] == "" {
			t.Errorf("%s:%d: nothing; want %s", at.file, at.line, says)
		}
	}
}

// told collects what is said, by line.
func told(t *testing.T, cfg load.Config, tell func(*analysis.Pass, func(token.Pos, string)), requires []*analysis.Analyzer) map[place]string {
	t.Helper()
	said := map[place][]string{}
	probe := &analysis.Analyzer{
		Name:     "probe",
		Doc:      "collects what is told",
		Requires: requires,
		Run: func(pass *analysis.Pass) (any, error) {
			tell(pass, func(pos token.Pos, says string) {
				if pos.IsValid() { // what go/ssa makes up has no place
					p := pass.Fset.Position(pos)
					at := place{filepath.Base(p.Filename), p.Line}
					said[at] = append(said[at], says)
				}
			})
			return nil, nil
		},
	}
	prog, err := load.Load(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range prog.Broken {
		t.Fatal(err)
	}
	if _, errs := prog.Analyze(t.Context(), []*analysis.Analyzer{probe}); len(errs) > 0 {
		t.Fatal(errs)
	}
	out := map[place]string{}
	for at, says := range said {
		slices.Sort(says)
		out[at] = strings.Join(slices.Compact(says), " | ")
	}
	return out
}

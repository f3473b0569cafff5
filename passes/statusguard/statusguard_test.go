package statusguard_test

import (
	"cmp"
	"context"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statusguard"
)

func TestCases(t *testing.T) { casetest.Run(t, statusguard.Analyzer, "", nil) }

// The package fixed is what the fixes make of the package fixes; TestCases holds
// that it compiles, and that nothing is left to report.
func TestFixes(t *testing.T) {
	dir, err := filepath.Abs("../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	prog, err := load.Load(context.Background(), load.Config{Dir: dir, Patterns: []string{"./guard/fixes"}})
	if err != nil {
		t.Fatal(err)
	}
	diags, errs := prog.Analyze(t.Context(), []*analysis.Analyzer{statusguard.Analyzer})
	for _, err := range errs {
		t.Error(err)
	}
	var edits []load.Edit
	for _, d := range diags {
		switch name := filepath.Base(d.Pos.Filename); {
		case name == "none.go" && len(d.Fixes) > 0:
			t.Errorf("%s:%d: there is a fix: %s", name, d.Pos.Line, d.Fixes[0].Message)
		case name == "fixes.go" && len(d.Fixes) != 1:
			t.Errorf("%s:%d: %d fixes", name, d.Pos.Line, len(d.Fixes))
		case name == "fixes.go":
			edits = append(edits, d.Fixes[0].Edits...)
		}
	}
	source, err := os.ReadFile(filepath.Join(dir, "guard/fixes/fixes.go"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(dir, "guard/fixed/fixed.go"))
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(edits, func(a, b load.Edit) int { return cmp.Compare(b.Start, a.Start) })
	got := string(source)
	for _, e := range edits {
		got = got[:e.Start] + e.New + got[e.End:]
	}
	if clean, err := format.Source([]byte(got)); err != nil || string(clean) != got {
		t.Errorf("not gofmt-clean (%v)", err)
	}
	// What differs on purpose: the head of the file, and the wants.
	body := func(file string) string {
		_, body, _ := strings.Cut(file, "\nimport (")
		return regexp.MustCompile(` // want .*`).ReplaceAllString(body, "")
	}
	if body(got) != body(string(want)) {
		t.Errorf("the fixes give\n%s", got)
	}
}

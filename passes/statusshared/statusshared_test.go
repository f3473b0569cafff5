package statusshared_test

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
	"github.com/atomicstatus/atomicstatus/passes/statusshared"
)

func TestCases(t *testing.T) { casetest.Run(t, statusshared.Analyzer, "", nil) }

// The package fixed is what the fixes make of the package fixes; TestCases holds
// that it compiles, and what is left to report.
func TestFixes(t *testing.T) {
	dir, err := filepath.Abs("../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	prog, err := load.Load(context.Background(), load.Config{Dir: dir, Patterns: []string{"./shared/fixes"}})
	if err != nil {
		t.Fatal(err)
	}
	diags, errs := prog.Analyze(t.Context(), []*analysis.Analyzer{statusshared.Analyzer})
	for _, err := range errs {
		t.Error(err)
	}
	var edits []load.Edit
	for _, d := range diags {
		for _, f := range d.Fixes {
			edits = append(edits, f.Edits...)
		}
	}
	source, err := os.ReadFile(filepath.Join(dir, "shared/fixes/fixes.go"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(dir, "shared/fixed/fixed.go"))
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

package casetest

import (
	"cmp"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/load"
)

// Fixes applies all fixes of a check to the program fixes in a folder, and holds
// the result against the program fixed beside it. That this compiles, and what is
// left to report in it, is for [Run] to hold.
func Fixes(t *testing.T, check *analysis.Analyzer, folder string) {
	dir, err := filepath.Abs("../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	prog, err := load.Load(t.Context(), load.Config{Dir: dir, Patterns: []string{"./" + folder + "/fixes"}})
	if err != nil {
		t.Fatal(err)
	}
	diags, errs := prog.Analyze(t.Context(), []*analysis.Analyzer{check})
	for _, err := range errs {
		t.Error(err)
	}
	var edits []load.Edit
	for _, d := range diags {
		for _, f := range d.Fixes {
			edits = append(edits, f.Edits...)
		}
	}
	got := apply(t, filepath.Join(dir, folder, "fixes/fixes.go"), edits)
	if clean, err := format.Source([]byte(got)); err != nil || string(clean) != got {
		t.Errorf("not gofmt-clean (%v)", err)
	}
	want, err := os.ReadFile(filepath.Join(dir, folder, "fixed/fixed.go"))
	if err != nil {
		t.Fatal(err)
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

// apply returns a file with edits, of which several fixes may want the same.
func apply(t *testing.T, name string, edits []load.Edit) string {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(edits, func(a, b load.Edit) int { return cmp.Or(cmp.Compare(b.Start, a.Start), cmp.Compare(a.New, b.New)) })
	got := string(text)
	for _, e := range slices.Compact(edits) {
		got = got[:e.Start] + e.New + got[e.End:]
	}
	return got
}

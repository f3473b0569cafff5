package rewrite_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statusloop"
	"github.com/atomicstatus/atomicstatus/passes/statusmulti"
	"github.com/atomicstatus/atomicstatus/passes/statusretry"
)

var update = flag.Bool("update", false, "write the package of fixed controllers anew")

const cases = "../../../testdata/cases"

// The package fixed is what the fixes make of the package fixes, and written of once,
// in as many rounds as there are fixes left: it compiles, is formatted, and nothing is left
// to fix. What the checks still say of it stands in its comments, at the end of
// the line: no fix may add to that.
func TestFixes(t *testing.T) {
	t.Run("fixes", func(t *testing.T) { fixAll(t, "fixes", "fixed", analyzer.Analyzers()) })
	t.Run("once", func(t *testing.T) { fixAll(t, "once", "written", writers) })
}

// writers are the checks whose fixes write less.
var writers = []*analysis.Analyzer{statusmulti.Analyzer, statusloop.Analyzer}

func fixAll(t *testing.T, before, after string, checks []*analysis.Analyzer) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(cases)); err != nil {
		t.Fatal(err)
	}
	for round := 1; ; round++ {
		if round > 6 {
			t.Fatal("there is no end to the fixes")
		}
		fixes := map[string][]load.Edit{}
		for _, d := range analyse(t, dir, "./rewrite/"+before, checks) {
			name := filepath.Base(d.Pos.Filename)
			switch {
			case len(d.Fixes) > 1:
				t.Errorf("%s:%d: %d fixes", name, d.Pos.Line, len(d.Fixes))
			case strings.HasPrefix(name, "none") && len(d.Fixes) > 0:
				t.Errorf("%s:%d: there is a fix: %s", name, d.Pos.Line, d.Fixes[0].Message)
			case len(d.Fixes) == 1:
				fixes[name] = merge(fixes[name], d.Fixes[0].Edits)
			}
		}
		if len(fixes) == 0 {
			break
		}
		for _, edits := range fixes {
			apply(t, edits)
		}
	}
	names, err := filepath.Glob(filepath.Join(dir, "rewrite", before, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	left := map[string][]string{}
	for _, d := range analyse(t, dir, "./rewrite/"+before, checks) {
		name := filepath.Base(d.Pos.Filename)
		left[name] = append(left[name], fmt.Sprintf("%d: %s", d.Pos.Line, d.Analyzer))
	}
	for _, name := range names {
		base := filepath.Base(name)
		if strings.HasPrefix(base, "none") {
			continue
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got = []byte(strings.Replace(string(got), "package "+before, "package "+after, 1))
		if clean, err := format.Source(got); err != nil || string(clean) != string(got) {
			t.Errorf("%s: not gofmt-clean (%v)", base, err)
		}
		golden := filepath.Join(cases, "rewrite", after, base)
		if *update {
			if err := os.WriteFile(golden, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(golden); err != nil || string(want) != string(got) {
			t.Errorf("%s: the fixes give (%v)\n%s", base, err, got)
		}
		if len(left[base]) > 0 {
			t.Errorf("%s: reports without a fix: %s", base, strings.Join(left[base], ", "))
		}
	}
}

// TestLevels holds what is said of the first fix of each report against the comment at
// the end of its line.
func TestLevels(t *testing.T) {
	dir, err := filepath.Abs(cases)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{} // by place
	for _, d := range analyse(t, dir, "./rewrite/once", writers) {
		text := "no report says why"
		for _, r := range d.Related {
			if why, ok := strings.CutPrefix(r.Message, "no fix: "); ok {
				text = "// no fix: " + why
			}
		}
		if len(d.Fixes) > 0 {
			text = "// fix: " + string(d.Fixes[0].Level())
			for _, a := range d.Fixes[0].Assumptions {
				text += " " + string(a.Kind)
			}
		}
		said[fmt.Sprintf("%s:%d", d.Pos.Filename, d.Pos.Line)] = text
	}
	names, err := filepath.Glob(filepath.Join(dir, "rewrite/once/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(src), "\n") {
			at, want := fmt.Sprintf("%s:%d", name, i+1), ""
			for _, mark := range []string{"// fix: ", "// no fix: "} {
				if _, text, ok := strings.Cut(line, mark); ok {
					want = mark + text
				}
			}
			if said[at] != want {
				t.Errorf("%s: %q, want %q", at, said[at], want)
			}
		}
	}
}

// TestLoose holds that what may have no copy gets none.
func TestLoose(t *testing.T) {
	dir, err := filepath.Abs(cases)
	if err != nil {
		t.Fatal(err)
	}
	found := analyse(t, dir, "./rewrite/loose", []*analysis.Analyzer{statusretry.Analyzer})
	if len(found) != 1 || len(found[0].Fixes) > 0 {
		t.Errorf("got %+v, want one report without a fix", found)
	}
}

func analyse(t *testing.T, dir, pattern string, checks []*analysis.Analyzer) []load.Diagnostic {
	t.Helper()
	prog, err := load.Load(context.Background(), load.Config{Dir: dir, Patterns: []string{pattern}})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range prog.Broken {
		t.Fatal(b)
	}
	diags, errs := prog.Analyze(t.Context(), checks)
	for _, err := range errs {
		t.Fatal(err)
	}
	// statusphase asks for a validator that these programs do not have.
	return slices.DeleteFunc(diags, func(d load.Diagnostic) bool { return d.Analyzer == "statusphase" })
}

// merge adds the edits of a fix, unless they meet others: the next round sees
// that fix again.
func merge(edits, more []load.Edit) []load.Edit {
	var add []load.Edit
	for _, m := range more {
		if slices.Contains(edits, m) {
			continue // two fixes add the same import
		}
		if slices.ContainsFunc(edits, func(e load.Edit) bool { return m.Start <= e.End && e.Start <= m.End }) {
			return edits
		}
		add = append(add, m)
	}
	return append(edits, add...)
}

// apply changes one file.
func apply(t *testing.T, edits []load.Edit) {
	t.Helper()
	name := edits[0].Filename
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b load.Edit) int { return cmp.Compare(b.Start, a.Start) })
	text := string(src)
	for _, e := range edits {
		if e.Filename != name {
			t.Fatalf("a fix in two files: %s and %s", name, e.Filename)
		}
		text = text[:e.Start] + e.New + text[e.End:]
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// The package batch/fixed is what the fixes for review make of batch/fixes. A comment
// in none.go says why there is no fix: the batch that its reconcile lacks.
func TestBatch(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(cases)); err != nil {
		t.Fatal(err)
	}
	source := func(name string) string { return filepath.Join(dir, "rewrite/batch/fixes", name) }
	made := []string{"reconcile.go", "clients.go"}
	fixed := func(d load.Diagnostic) bool {
		return slices.ContainsFunc(made, func(name string) bool { return d.Pos.Filename == source(name) })
	}
	for round := 1; ; round++ {
		if round > 6 {
			t.Fatal("there is no end to the fixes")
		}
		next := map[string][]load.Edit{}
		for _, d := range analyse(t, dir, "./rewrite/batch/fixes", analyzer.Analyzers()) {
			if fixed(d) && len(d.Fixes) > 0 {
				next[d.Pos.Filename] = merge(next[d.Pos.Filename], d.Fixes[0].Edits)
			}
		}
		if len(next) == 0 {
			break
		}
		for _, edits := range next {
			apply(t, edits)
		}
	}
	none, err := os.ReadFile(source("none.go"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(none), "\n")
	for _, d := range analyse(t, dir, "./rewrite/batch/fixes", analyzer.Analyzers()) {
		if fixed(d) {
			t.Errorf("%s:%d: is left: %s", filepath.Base(d.Pos.Filename), d.Pos.Line, d.Message)
			continue
		}
		if d.Analyzer == "statuslost" {
			continue // the reason why another report has no fix
		}
		_, reason, _ := strings.Cut(lines[d.Pos.Line-1], "// no fix: ")
		refused := func(r load.Related) bool { return strings.Contains(r.Message, reason) }
		if reason == "" || len(d.Fixes) > 0 || !slices.ContainsFunc(d.Related, refused) {
			t.Errorf("none.go:%d: %d fixes, and %v; want none: %s", d.Pos.Line, len(d.Fixes), d.Related, reason)
		}
	}
	for _, name := range made {
		got, err := os.ReadFile(source(name))
		if err != nil {
			t.Fatal(err)
		}
		got = []byte(strings.Replace(string(got), "package fixes", "package fixed", 1))
		if clean, err := format.Source(got); err != nil || string(clean) != string(got) {
			t.Errorf("%s: not gofmt-clean (%v)", name, err)
		}
		golden := filepath.Join(cases, "rewrite/batch/fixed", name)
		if *update {
			if err := os.WriteFile(golden, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(golden); err != nil || string(want) != string(got) {
			t.Errorf("the fixes give for %s (%v)\n%s", name, err, got)
		}
	}
}

// A batch rests on what runs between the writes and may do something, and says nothing of
// what only tells people, or looks at objects and errors.
func TestBatchRests(t *testing.T) {
	dir, err := filepath.Abs(cases)
	if err != nil {
		t.Fatal(err)
	}
	found := analyse(t, dir, "./rewrite/batch/calls", []*analysis.Analyzer{statusmulti.Analyzer})
	source, err := os.ReadFile(filepath.Join(dir, "rewrite/batch/calls/calls.go"))
	if err != nil {
		t.Fatal(err)
	}
	line := func(text string) int {
		before, _, _ := strings.Cut(string(source), text)
		return strings.Count(before, "\n") + 1
	}
	want, rests := fmt.Sprintf("Update (line %d) and Ensure (line %d) may run ", line("r.Update("), line("r.Cloud.Ensure(")), 0
	for _, d := range found {
		for _, fix := range d.Fixes {
			for _, a := range fix.Assumptions {
				if a.Kind == fixes.Visibility {
					continue
				}
				if rests++; !strings.HasPrefix(a.Text, want) {
					t.Errorf("it rests on %s: %s; want %s…", a.Kind, a.Text, want)
				}
			}
		}
	}
	if rests == 0 {
		t.Errorf("nothing rests on what runs between: %+v", found)
	}
}

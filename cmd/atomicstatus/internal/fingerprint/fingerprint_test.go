package fingerprint_test

import (
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/fingerprint"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/source"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

const program = `package job

func (r *Reconciler) Sync() {
	update(job)
	if again {
		update(job)
	}
}

func (q Queue[K, V]) Sync() { update(job) }

var sync = func() {
	update(job)
}
`

// find has one finding on each line of the program that has the code.
func find(t *testing.T, program, code string, change func(*load.Diagnostic)) []fingerprint.Finding {
	t.Helper()
	name := filepath.Join(t.TempDir(), "job.go")
	if err := os.WriteFile(name, []byte(program), 0o666); err != nil {
		t.Fatal(err)
	}
	var diags []load.Diagnostic
	for i, line := range strings.Split(program, "\n") {
		if column := strings.Index(line, code); column >= 0 {
			d := load.Diagnostic{Package: "example.com/job", Analyzer: "statusloop", Pos: token.Position{Filename: name, Line: i + 1, Column: column + 1}}
			change(&d)
			diags = append(diags, d)
		}
	}
	return fingerprint.All(diags, make(source.Files))
}

func ids(findings []fingerprint.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.ID)
	}
	return all
}

func same(*load.Diagnostic) {}

func TestPlace(t *testing.T) {
	findings := find(t, program, "update", same)
	var functions []string
	for _, f := range findings {
		functions = append(functions, f.Place.Function)
	}
	if want := []string{"Reconciler.Sync", "Reconciler.Sync", "Queue.Sync", "sync"}; !slices.Equal(functions, want) {
		t.Errorf("found in %v, want %v", functions, want)
	}
	all := ids(findings)
	if len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(all) {
		t.Errorf("findings share a fingerprint: %v", all)
	}
}

// What a fingerprint must survive.
func TestStable(t *testing.T) {
	want := ids(find(t, program, "update", same))
	moved := strings.Replace(program, "package job\n", "package job\n\nimport _ \"os\"\n\nfunc before() {}\n", 1)
	for name, got := range map[string][]fingerprint.Finding{
		"moved down":            find(t, moved, "update", same),
		"indented":              find(t, strings.ReplaceAll(program, "\tupdate", "\t\t\tupdate"), "update", same),
		"CRLF":                  find(t, strings.ReplaceAll(program, "\n", "\r\n"), "update", same),
		"another message":       find(t, program, "update", func(d *load.Diagnostic) { d.Message = "better" }),
		"variant with tests":    find(t, program, "update", func(d *load.Diagnostic) { d.Package += " [example.com/job.test]" }),
		"another column":        find(t, program, "(job)", same),
		"the file is half done": find(t, program+"func (", "update", same),
	} {
		if !slices.Equal(ids(got), want) {
			t.Errorf("%s: the fingerprints change", name)
		}
	}
}

// What must change it.
func TestDistinct(t *testing.T) {
	all := ids(find(t, program, "update", same))
	for name, got := range map[string][]fingerprint.Finding{
		"check":    find(t, program, "update", func(d *load.Diagnostic) { d.Analyzer = "statusmulti" }),
		"package":  find(t, program, "update", func(d *load.Diagnostic) { d.Package += "/v2" }),
		"code":     find(t, strings.ReplaceAll(program, "job)", "task)"), "update", same),
		"function": find(t, strings.ReplaceAll(strings.ReplaceAll(program, "Sync", "Do"), "sync", "do"), "update", same),
	} {
		for _, id := range ids(got) {
			if slices.Contains(all, id) {
				t.Errorf("another %s, and the same fingerprint", name)
			}
		}
	}
}

// Of equal places the last one is missing when one is gone.
func TestEqual(t *testing.T) {
	before := ids(find(t, program, "update", same))
	after := ids(find(t, strings.Replace(program, "\tupdate(job)\n", "", 1), "update", same))
	if after[0] != before[0] || slices.Contains(after, before[1]) {
		t.Errorf("%v becomes %v", before, after)
	}
}

// A file that cannot be read any more has places all the same.
func TestGone(t *testing.T) {
	diags := []load.Diagnostic{{Package: "p", Analyzer: "statusloop", Pos: token.Position{Filename: "gone.go", Line: 3, Column: 1}}}
	if f := fingerprint.All(diags, make(source.Files))[0]; f.ID == "" || f.Place.File != "gone.go" {
		t.Errorf("its place is %+v", f.Place)
	}
}

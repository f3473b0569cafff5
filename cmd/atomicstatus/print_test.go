package main

import (
	"encoding/json"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/fingerprint"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

func finding(file string) []load.Diagnostic {
	at := func(line, column, offset int) token.Position {
		return token.Position{Filename: file, Line: line, Column: column, Offset: offset}
	}
	return []load.Diagnostic{{
		Package: "example.com/a", Analyzer: "statusloop", Category: "statusloop", Message: "written <again>", URL: "https://example.com/#statusloop",
		Pos: at(2, 6, 12), End: at(2, 11, 17),
		Related: []load.Related{{Pos: at(1, 1, 0), End: at(1, 8, 7), Message: "the loop"}},
		Fixes:   []load.Fix{{Message: "write once", Edits: []load.Edit{{Filename: file, Start: 12, End: 17, New: "x"}}}, {Message: "batch it", Assumptions: []load.Assumption{{Kind: "gate", Pos: at(1, 1, 0), Text: "f may run"}}}},
	}, {
		Package: "example.com/a", Analyzer: "statusmulti", Category: "statusmulti", Message: "goes on",
		Pos: at(2, 6, 12), End: at(3, 2, 20),
	}}
}

func TestPrint(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	file := filepath.Join(dir, "a.go")
	if err := os.WriteFile(file, []byte("package a\n\té := wr(x)\n}\n"), 0o666); err != nil {
		t.Fatal(err)
	}

	var out strings.Builder
	c := &command{stdout: &out}
	if err := c.printText(finding(file), new(notes)); err != nil {
		t.Fatal(err)
	}
	text := strings.Join([]string{
		"a.go:2:6: written <again> (statusloop)",
		"     2 | \té := wr(x)",
		"       | \t   ^~~~~",
		"    a.go:1:1: the loop",
		"    fix: write once",
		"    fix for review: batch it; it rests on",
		"        a.go:1:1: gate: f may run",
		"",
		"a.go:2:6: goes on (statusmulti)",
		"     2 | \té := wr(x)",
		"       | \t   ^~~~~~~",
		"",
	}, "\n")
	if out.String() != text {
		t.Errorf("text:\n%s\nwant\n%s", &out, text)
	}

	out.Reset()
	if err := c.printText(finding(filepath.Join(dir, "gone.go")), new(notes)); err != nil {
		t.Fatal(err)
	}
	if want := "gone.go:2:6: written <again> (statusloop)\n    gone.go:1:1: the loop\n"; !strings.HasPrefix(out.String(), want) {
		t.Errorf("of a file that is gone:\n%s", &out)
	}

	// In one line there is room for three places.
	out.Reset()
	found := finding(file)
	for len(found[1].Related) < 4 {
		found[1].Related = append(found[1].Related, found[0].Related[0])
	}
	if err := c.printLines(found); err != nil {
		t.Fatal(err)
	}
	const lines = "a.go:2:6: written <again> [a.go:1:1: the loop] (statusloop)\n" +
		"a.go:2:6: goes on [a.go:1:1: the loop; a.go:1:1: the loop; and 2 more] (statusmulti)\n"
	if out.String() != lines {
		t.Errorf("lines:\n%s\nwant\n%s", &out, lines)
	}
}

// What is lost comes before what is written too often, and that before what repeats;
// what repeats in the same words in one file is explained once.
func TestOrder(t *testing.T) {
	at := func(check, file string, line int) load.Diagnostic {
		pos := token.Position{Filename: file, Line: line, Column: 1, Offset: 10 * line}
		return load.Diagnostic{Analyzer: check, Message: "found: mend it", Pos: pos, End: pos}
	}
	n := &notes{swallowed: map[spot]bool{{"/b.go", 30}: true}}
	found := []load.Diagnostic{
		at("statusretry", "/a.go", 1), at("statusmulti", "/a.go", 2), at("statusretry", "/a.go", 3),
		at("statusretry", "/b.go", 1), at("statuslost", "/b.go", 2), at("statusretry", "/b.go", 3), at("statusretry", "/b.go", 4),
	}
	var out strings.Builder
	c := &command{stdout: &out}
	if err := c.printText(found, n); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"/b.go:2:1: found: mend it (statuslost)", "",
		"/b.go:3:1: found: mend it (statusretry)", "",
		"/a.go:2:1: found: mend it (statusmulti)", "",
		"/a.go:1:1: found: mend it (statusretry)",
		"/a.go:3:1: found (statusretry)", "",
		"/b.go:1:1: found: mend it (statusretry)",
		"/b.go:4:1: found (statusretry)", "",
	}, "\n")
	if out.String() != want {
		t.Errorf("text:\n%s\nwant\n%s", &out, want)
	}

	out.Reset()
	of := output{notes: n, suppressed: 2, testing: 1}
	for range 4 { // so many that a newcomer is told what to do
		for _, d := range found {
			of.findings = append(of.findings, fingerprint.Finding{Diagnostic: d})
		}
	}
	if err := c.printSummary(of); err != nil {
		t.Fatal(err)
	}
	if want := "\n28 findings: statusretry 20, statuslost 4, statusmulti 4; 2 suppressed by comments; 1 left out, in whole or in part (functions, files, packages): see stderr"; !strings.HasPrefix(out.String(), want) {
		t.Errorf("summary %q, want %q", &out, want)
	}
	if strings.Contains(out.String(), "policy=requeue") {
		t.Errorf("16 findings that repeat are many: %q", &out)
	}
	for range 4 {
		of.findings = append(of.findings, fingerprint.Finding{Diagnostic: found[0]})
	}
	out.Reset()
	if err := c.printSummary(of); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "\n\n20 of them are updates whose conflict repeats the reconcile") {
		t.Errorf("no hint in %q", &out)
	}
}

func TestStyle(t *testing.T) {
	env := func(vars ...string) func(string) string {
		return func(name string) string {
			for _, v := range vars {
				if value, ok := strings.CutPrefix(v, name+"="); ok {
					return value
				}
			}
			return ""
		}
	}
	for _, test := range []struct {
		colour   string
		terminal bool
		env      func(string) string
		want     style
	}{
		{"auto", false, env(), style{}},
		{"auto", true, env("TERM=xterm"), style{colour: true}},
		{"auto", true, env("TERM=dumb"), style{}},
		{"auto", true, env("NO_COLOR=1", "VTE_VERSION=7000"), style{}},
		{"auto", true, env("VTE_VERSION=7000"), style{colour: true, links: true}},
		{"auto", true, env("TERM_PROGRAM=vscode"), style{colour: true, links: true}},
		{"auto", true, env("TERM_PROGRAM=Apple_Terminal"), style{colour: true}},
		{"always", false, env("NO_COLOR=1"), style{colour: true}},
		{"never", true, env("VTE_VERSION=7000"), style{}},
	} {
		if got := newStyle(test.colour, test.terminal, test.env); got != test.want {
			t.Errorf("%s, terminal %v: %v, want %v", test.colour, test.terminal, got, test.want)
		}
	}
	d := load.Diagnostic{Analyzer: "statusloop", URL: "https://example.com/#statusloop"}
	if got, want := (style{}).check(d, analyzer.Costly), "statusloop"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	const link = "\x1b]8;;https://example.com/#statusloop\x1b\\\x1b[1;33mstatusloop\x1b[0m\x1b]8;;\x1b\\"
	if got := (style{colour: true, links: true}).check(d, analyzer.Costly); got != link {
		t.Errorf("%q, want %q", got, link)
	}
}

func TestPrintJSON(t *testing.T) {
	var out strings.Builder
	c := &command{stdout: &out}
	if err := c.printJSON(finding("/a/a.go")); err != nil {
		t.Fatal(err)
	}
	var tree map[string]map[string][]map[string]any
	if err := json.Unmarshal([]byte(out.String()), &tree); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(tree["example.com/a"]["statusloop"][0])
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"category":"statusloop","end":"/a/a.go:2:11","message":"written \u003cagain\u003e","posn":"/a/a.go:2:6",` +
		`"related":[{"end":"/a/a.go:1:8","message":"the loop","posn":"/a/a.go:1:1"}],` +
		`"suggested_fixes":[{"edits":[{"end":17,"filename":"/a/a.go","new":"x","start":12}],"level":"safe","message":"write once"},` +
		`{"assumptions":[{"kind":"gate","message":"f may run","posn":"/a/a.go:1:1"}],"edits":null,"level":"review","message":"batch it"}],` +
		`"url":"https://example.com/#statusloop"}`
	if string(got) != want {
		t.Errorf("JSON:\n%s\nwant\n%s", got, want)
	}
}

func TestProgress(t *testing.T) {
	var out strings.Builder
	p := &progress{out: &out, patience: time.Hour}
	p.start()
	p.stage("listing")
	p.stop()
	if out.Len() > 0 {
		t.Errorf("a short run shows %q", &out)
	}

	p = &progress{out: &out, shown: true}
	p.stage("listing")
	p.stage("analysing")
	p.stop()
	p.stop()
	p.stage("never")
	if want := "\r\x1b[Katomicstatus: listing...\r\x1b[Katomicstatus: analysing...\r\x1b[K"; out.String() != want {
		t.Errorf("a long run shows %q, want %q", &out, want)
	}

	var none *progress // where stderr is no terminal
	none.start()
	none.stage("listing")
	none.stop()
}

package main

import (
	"encoding/json"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
		Fixes:   []load.Fix{{Message: "write once", Edits: []load.Edit{{Filename: file, Start: 12, End: 17, New: "x"}}}},
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
	if err := c.printText(finding(file)); err != nil {
		t.Fatal(err)
	}
	const plain = "a.go:2:6: written <again> (statusloop)\na.go:2:6: goes on (statusmulti)\n"
	if out.String() != plain {
		t.Errorf("plain text:\n%s\nwant\n%s", &out, plain)
	}

	out.Reset()
	c.terminal = true
	if err := c.printText(finding(file)); err != nil {
		t.Fatal(err)
	}
	terminal := strings.Join([]string{
		"a.go:2:6: written <again> (statusloop)",
		"     2 | \té := wr(x)",
		"       | \t   ^~~~~",
		"    a.go:1:1: the loop",
		"    fix: write once",
		"",
		"a.go:2:6: goes on (statusmulti)",
		"     2 | \té := wr(x)",
		"       | \t   ^~~~~~~",
		"",
	}, "\n")
	if out.String() != terminal {
		t.Errorf("on a terminal:\n%s\nwant\n%s", &out, terminal)
	}

	out.Reset()
	if err := c.printText(finding(filepath.Join(dir, "gone.go"))); err != nil {
		t.Fatal(err)
	}
	if want := "gone.go:2:6: written <again> (statusloop)\n    gone.go:1:1: the loop\n"; !strings.HasPrefix(out.String(), want) {
		t.Errorf("of a file that is gone:\n%s", &out)
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
		`"suggested_fixes":[{"edits":[{"end":17,"filename":"/a/a.go","new":"x","start":12}],"message":"write once"}],` +
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

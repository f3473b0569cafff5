package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/google/go-cmp/cmp"
)

func TestJudge(t *testing.T) {
	label := func(line int, function, check string, expect Expect) Label {
		return Label{File: "a/a.go", Line: line, Func: function, Check: check, Expect: expect}
	}
	report := func(line int, check string) Report {
		return Report{Check: check, File: "a/a.go", Line: line, Message: "m"}
	}
	o := &Operator{Repo: "o/n", Labels: []Label{
		label(10, "f", "statusmulti", Due),
		label(20, "f", "statusmulti", Due), // one report a function is enough
		label(30, "g", "statusmulti", Due),
		label(40, "f", "statusmulti", Silent),
		label(50, "f", "statusmulti", Either),
		label(60, "f", "statuslost", Due), // reported two lines below
		label(70, "f", "statusretry", Silent),
		{File: "b/b.go", Line: 1, Check: "statusretry", Expect: Due},
	}}
	reports := &Reports{loaded: map[string]bool{"a": true}, All: []Report{
		report(20, "statusmulti"), report(40, "statusmulti"), report(50, "statusmulti"),
		report(62, "statuslost"), report(99, "statusretry"),
	}}
	scores, wrong, left := judge(o, reports)
	want := map[string]*Score{
		"statusmulti": {Hits: 1, Missed: 1, False: 1},
		"statuslost":  {Hits: 1},
		"statusretry": {Unlabelled: 1},
	}
	if diff := cmp.Diff(want, scores); diff != "" {
		t.Errorf("scores (-want +got):\n%s", diff)
	}
	if left != 1 {
		t.Errorf("%d labels left out, want that of the package that did not load", left)
	}
	if diff := cmp.Diff([]Wrong{{o, o.Labels[2], ""}, {o, o.Labels[3], "m"}}, wrong); diff != "" {
		t.Errorf("wrong (-want +got):\n%s", diff)
	}
}

// The labels can be read, and are about checks that there are.
func TestLabels(t *testing.T) {
	operators, err := ReadLabels("labels")
	if err != nil {
		t.Fatal(err)
	}
	checks := make(map[string]bool)
	for _, a := range analyzer.Checks() {
		checks[a.Name] = true
	}
	for _, o := range operators {
		seen := make(map[Label]bool)
		for _, l := range o.Labels {
			if !checks[l.Check] || l.File == "" || l.Line <= 0 || l.Why == "" {
				t.Errorf("%s: no label: %+v", o, l)
			}
			if l.Expect != Due && l.Expect != Silent && l.Expect != Either {
				t.Errorf("%s: %s:%d expects %q", o, l.File, l.Line, l.Expect)
			}
			place := Label{File: l.File, Line: l.Line, Check: l.Check}
			if seen[place] {
				t.Errorf("%s: two labels at %s:%d for %s", o, l.File, l.Line, l.Check)
			}
			seen[place] = true
		}
	}
	if len(operators) == 0 {
		t.Error("no labels")
	}
}

func TestReadLabelsBad(t *testing.T) {
	const name = "o+n@0123456789012345678901234567890123456789.jsonl"
	for file, text := range map[string]string{"o+n.jsonl": "{}", name: "{}\n{"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadLabels(dir); err == nil {
			t.Errorf("no error for %s: %s", file, text)
		}
	}
}

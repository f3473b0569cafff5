package plugin

import (
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/analyzer"
)

func TestNew(t *testing.T) {
	const defaults = "statusloop statusmulti statusretry statusrefetch statuslost statusstale statuscallback statusguard statusunstable statusshared"
	create, err := register.GetPlugin("atomicstatus")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := analyzer.SetFlags(nil); err != nil {
			t.Error(err)
		}
	})
	type object = map[string]any
	for _, test := range []struct {
		name         string
		conf         any
		want, policy string // the checks or the error; the flag statusretry.policy
	}{
		{"no settings", nil, defaults, "strict"},
		{"a setting", object{"statusretry": object{"policy": "requeue"}}, defaults, "requeue"},
		{"none again", object{}, defaults, "strict"},
		{"opt-in", object{"checks": object{"enable": []any{"statusphase"}, "disable": []any{"statusmulti", "statusretry"}}},
			"statusloop statusrefetch statuslost statusstale statuscallback statusguard statusunstable statusshared statusphase", "strict"},
		{"unknown key", object{"statusretry": object{"polcy": "strict"}}, "statusretry.polcy: unknown key, not one of policy", "strict"},
		{"two errors", object{"managers": "A", "statusmulti": object{"all": "x"}},
			`managers: "A" is not a list; statusmulti.all: "x" is not true or false`, "strict"},
		{"not a mapping", []any{}, "a list is not a mapping", "strict"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := names(create, test.conf)
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
			check, err := analyzer.Find("statusretry")
			if err != nil {
				t.Fatal(err)
			}
			if policy := check.Analyzer.Flags.Lookup("policy").Value.String(); policy != test.policy {
				t.Errorf("policy %s, want %s", policy, test.policy)
			}
		})
	}
}

// names returns the names of the analyzers, which must be valid together.
func names(create register.NewPlugin, conf any) (string, error) {
	p, err := create(conf)
	if err != nil {
		return "", err
	}
	analyzers, err := p.BuildAnalyzers()
	if err != nil {
		return "", err
	}
	var names []string
	for _, a := range analyzers {
		names = append(names, a.Name)
	}
	return strings.Join(names, " "), analysis.Validate(analyzers)
}

// Every report stays one, with its fix, and what explains it is in its text.
func TestFoldRelated(t *testing.T) {
	fset := token.NewFileSet()
	at := func(name string, line int) token.Pos {
		f := fset.AddFile(name, -1, 100)
		for i := range line {
			f.AddLine(10 * i)
		}
		return f.LineStart(line)
	}
	here, below, other := at("/src/job/job.go", 3), at("/src/job/job.go", 7), at("/src/api/v1/types.go", 2)
	report := analysis.Diagnostic{
		Pos: here, Message: "m", Category: "toy",
		SuggestedFixes: []analysis.SuggestedFix{{Message: "fix"}},
	}
	explained := report
	explained.Related = []analysis.RelatedInformation{{Pos: below, Message: "the loop"}, {Pos: other, Message: "the write"}}
	many := explained
	many.Related = append(slices.Clip(explained.Related), explained.Related...)

	toy := &analysis.Analyzer{Name: "toy", Run: func(pass *analysis.Pass) (any, error) {
		if pass.Analyzer.Name != "toy" {
			t.Errorf("the analyzer sees itself as %s", pass.Analyzer.Name)
		}
		pass.Report(report)
		pass.Report(explained)
		pass.Report(many)
		return 1, nil
	}}
	var got []analysis.Diagnostic
	folded := foldRelated(toy)
	result, err := folded.Run(&analysis.Pass{
		Analyzer: folded, Fset: fset,
		Report: func(d analysis.Diagnostic) { got = append(got, d) },
	})
	if result != 1 || err != nil {
		t.Errorf("result %v, error %v", result, err)
	}
	want := []string{"m", "m [job.go:7:1: the loop; v1/types.go:2:1: the write]",
		"m [job.go:7:1: the loop; v1/types.go:2:1: the write; and 2 more]"}
	if len(got) != len(want) {
		t.Fatalf("%d reports, want %d", len(got), len(want))
	}
	for i, d := range got {
		if d.Message != want[i] || d.Related != nil || len(d.SuggestedFixes) != 1 || d.Category != "toy" || d.Pos != here {
			t.Errorf("got %+v, want the text %s", d, want[i])
		}
	}
}

package flow_test

import (
	"cmp"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// The programs under testdata/engine say in comments, which begin with "//=", what the
// engine has to tell at the end of that line: of a function its summary, where p0 is the
// first parameter and out0 something that only the function can name, and of a call what
// was written before.
func TestEngine(t *testing.T) {
	cases, err := filepath.Abs("../../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	programs, err := filepath.Glob("testdata/engine/*.go")
	if err != nil || len(programs) == 0 {
		t.Fatal(err)
	}
	overlay := map[string][]byte{}
	want := map[place]string{}
	for _, file := range programs {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(cases, "engine", filepath.Base(file))] = text
		for i, line := range strings.Split(string(text), "\n") {
			if _, says, ok := strings.Cut(line, "//= "); ok {
				want[place{filepath.Base(file), i + 1}] = says
			}
		}
	}
	got := tell(t, load.Config{Dir: cases, Patterns: []string{"./engine"}, Overlay: overlay})
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

type place struct {
	file string
	line int
}

// tell runs the engine over a package, and lists what it tells by line.
func tell(t *testing.T, cfg load.Config) map[place]string {
	t.Helper()
	told := map[place][]string{}
	probe := &analysis.Analyzer{
		Name:     "probe",
		Doc:      "lists what the engine tells",
		Requires: []*analysis.Analyzer{statuswrites.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			result := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
			for _, f := range result.Funcs {
				tellOf(pass, f.Result, func(at place, says string) {
					if at.line > 0 { // what go/ssa makes up has no place
						told[at] = append(told[at], says)
					}
				})
			}
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
	for at, says := range told {
		slices.Sort(says)
		out[at] = strings.Join(slices.Compact(says), " | ")
	}
	return out
}

func tellOf(pass *analysis.Pass, r *flow.Result, add func(place, string)) {
	at := func(instr interface{ Pos() token.Pos }) place { return placeAt(pass, instr.Pos()) }
	// Whether it is a thin wrapper is for others to say.
	add(at(r.Fn), strings.TrimPrefix(r.Summary.String(), "thin: "))
	for _, v := range r.Visits {
		says := "first"
		if len(v.Earlier) > 0 {
			says = "always"
			if v.Fresh {
				says = "may"
			}
			var lines []int
			for _, c := range v.Earlier {
				lines = append(lines, at(c).line)
			}
			slices.Sort(lines)
			says += fmt.Sprint(" after ", slices.Compact(lines))
		}
		if v.Loop != nil {
			says += " in a " + v.Loop.Kind
		}
		add(at(v.Call), v.Name+" "+says)
	}
	for c := range r.Retried {
		add(at(c), "retried")
	}
	for c := range r.Swallowed {
		add(at(c), "swallowed")
	}
	for _, f := range r.Findings {
		says := kinds[f.Kind]
		if f.Path != "" {
			says += " " + f.Field()
		}
		switch {
		case f.Call != nil:
			add(at(f.Call), says)
		case f.Pos.IsValid():
			add(placeAt(pass, f.Pos), says)
		case f.Change != nil:
			add(at(f.Change), says)
		}
	}
}

var kinds = map[flow.FindingKind]string{
	flow.Overwritten: "overwritten", flow.ResponseOverwrote: "overwritten by the response",
	flow.LateBase: "late base", flow.EmptyPatch: "empty patch", flow.OwnBase: "own base", flow.Dropped: "dropped",
	flow.NotRefetched: "not refetched", flow.HiddenConflict: "hidden conflict", flow.StaleObject: "stale object",
	flow.OldValue: "old value", flow.WrongObject: "wrong object", flow.NestedWrite: "nested write",
}

func placeAt(pass *analysis.Pass, pos token.Pos) place {
	p := pass.Fset.Position(pos)
	return place{filepath.Base(p.Filename), p.Line}
}

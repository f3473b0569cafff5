package statuslost_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statuslost"
)

func TestCases(t *testing.T) { casetest.Run(t, statuslost.Analyzer, "", nil) }

// Where a call is only the way to what overwrites the object, the report leads
// there.
func TestRelated(t *testing.T) {
	prog, err := load.Load(t.Context(), load.Config{Dir: "../../testdata/cases", Patterns: []string{"./lost/overwrites"}})
	if err != nil {
		t.Fatal(err)
	}
	diags, errs := prog.Analyze(t.Context(), []*analysis.Analyzer{statuslost.Analyzer})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for call, want := range map[int][]string{
		31: {"30: Status.Phase is changed here", "35: widget is overwritten here"},
		41: {"40: Status.Phase is changed here", "48: it calls readAgain", "35: widget is overwritten here"}, // and how
	} {
		var got []string
		for _, d := range diags {
			if filepath.Base(d.Pos.Filename) == "way.go" && d.Pos.Line == call {
				for _, r := range d.Related {
					got = append(got, fmt.Sprintf("%d: %s", r.Pos.Line, r.Message))
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("related information of line %d: %q, want %q", call, got, want)
		}
	}
}

package statuslost_test

import (
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
	const call, read = 31, 35
	for _, d := range diags {
		if filepath.Base(d.Pos.Filename) != "way.go" || d.Pos.Line != call {
			continue
		}
		if !slices.ContainsFunc(d.Related, func(r load.Related) bool {
			return r.Pos.Line == read && r.Message == "widget is overwritten here"
		}) {
			t.Errorf("related information %+v, want line %d", d.Related, read)
		}
		return
	}
	t.Errorf("no report at way.go:%d", call)
}

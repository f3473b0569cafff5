package statuswrites_test

import (
	"context"
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// What callers are told of the helpers of the case programs: p2 is the third
// parameter, out0 something that only the helper can name.
func TestSummaries(t *testing.T) {
	want := map[string]string{
		"UpdateStatus":       "thin: [nil] writes p2; [out0] fails",
		"PatchStatus":        "thin: [nil] writes p2; [out0]",
		"AtomicStatusUpdate": "[nil] writes p2 calls p3; [out0]; [out0] calls p3; [out0] calls p3 in vain",
		"UpdateWidget":       "[nil] writes <example.com/cases/api/v1.Widget p1, p2> calls p3; [out0]; [out0] calls p3",
		"UpdateWidgetByHand": "[nil] calls p3; [nil] writes p2 calls p3; [out0]; [out0] calls p3",
		"UpdateStatusOf":     "[nil] writes p2 calls p3; [out0]; [out0] calls p3",
		"MutateWidget":       "[nil] writes p2 calls p3; [out0]; [out0] calls p3 fails",
		"RecordAttempt":      "[false nil] writes p2; [false out0]; [true nil]",
		"HandlePause":        "[false nil]; [true nil] writes p2; [true out0]",
		"Admit":              "[*example.com/cases/helpers.ErrNotReady]; [nil] writes p2; [out0]",
		"Reject":             "[*example.com/cases/helpers.ErrRecorded] writes p2; [nil]; [out0]",
	}
	got := map[string]string{}
	probe := &analysis.Analyzer{
		Name:     "probe",
		Doc:      "collects the summaries of a package",
		Requires: []*analysis.Analyzer{statuswrites.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			for _, f := range pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result).Funcs {
				got[f.Fn.Name()] = f.Summary.String()
			}
			return nil, nil
		},
	}
	dir, err := filepath.Abs("../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	prog, err := load.Load(context.Background(), load.Config{Dir: dir, Patterns: []string{"./helpers"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, errs := prog.Analyze(t.Context(), []*analysis.Analyzer{probe}); len(errs) > 0 {
		t.Fatal(errs)
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: %s, want %s", name, got[name], text)
		}
	}
}

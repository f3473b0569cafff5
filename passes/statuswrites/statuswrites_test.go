package statuswrites_test

import (
	"context"
	"path/filepath"
	"runtime"
	"slices"
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
	for _, f := range analyse(t, "./helpers").Funcs {
		got[f.Fn.Name()] = f.Summary.String()
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: %s, want %s", name, got[name], text)
		}
	}
}

// The copies that are generated for API types are not looked at; all else that is
// generated is.
func TestFunctions(t *testing.T) {
	var got []string
	for _, fn := range analyse(t, "./writes/generated").Functions() {
		if fn.Synthetic == "" {
			got = append(got, fn.RelString(fn.Pkg.Pkg))
		}
	}
	slices.Sort(got)
	if want := []string{"(*Config).Touch", "(*Defaults).DeepCopy", "(*Reconciler).Save"}; !slices.Equal(got, want) {
		t.Errorf("functions %v, want %v", got, want)
	}
}

// What is found does not depend on who comes first where several functions are
// interpreted at a time, and nobody waits for ever where it is not seen which refer to
// which.
func TestAtATime(t *testing.T) {
	for _, pattern := range []string{"./helpers", "./guard/aliases"} {
		r := analyse(t, pattern)
		want, err := r.Again(false)
		if err != nil {
			t.Fatal(err)
		}
		if len(want) < 10 {
			t.Errorf("%s: %d functions are interpreted: too few for a test", pattern, len(want))
		}
		for _, at := range []int{1, 2, 8} {
			before := runtime.GOMAXPROCS(at)
			for range 5 {
				got, err := r.Again(true)
				if err != nil {
					t.Fatal(err)
				}
				for fn, text := range want {
					if got[fn] != text {
						t.Errorf("%s, %d at a time: %v is %s, want %s", pattern, at, fn, got[fn], text)
					}
				}
			}
			runtime.GOMAXPROCS(before)
		}
	}
}

// analyse returns the result for one package of the case programs.
func analyse(t *testing.T, pattern string) *statuswrites.Result {
	t.Helper()
	var result *statuswrites.Result
	probe := &analysis.Analyzer{
		Name:     "probe",
		Doc:      "keeps the result for a package",
		Requires: []*analysis.Analyzer{statuswrites.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			result = pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
			return nil, nil
		},
	}
	dir, err := filepath.Abs("../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	prog, err := load.Load(context.Background(), load.Config{Dir: dir, Patterns: []string{pattern}})
	if err != nil {
		t.Fatal(err)
	}
	if _, errs := prog.Analyze(t.Context(), []*analysis.Analyzer{probe}); len(errs) > 0 {
		t.Fatal(errs)
	}
	return result
}

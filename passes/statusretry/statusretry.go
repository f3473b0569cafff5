package statusretry

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/rewrite"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer reports status updates outside a conflict retry.
var Analyzer = &analysis.Analyzer{
	Name:     "statusretry",
	Doc:      Page.Doc(),
	URL:      Page.URL,
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run:      run,
}

func init() {
	Analyzer.Flags.Var(&reported, "policy", "which updates to report: strict (all outside a conflict retry), or requeue (those whose error is swallowed)")
}

// run reports the conflict-prone writes that nothing makes again after a
// conflict. Under the policy requeue it reports instead the calls, direct or
// derived, whose conflict reaches nobody.
func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	r := report.New(pass)
	fixes := rewrite.New(pass, writes)
	for _, f := range writes.Funcs {
		done := map[ssa.CallInstruction]bool{}
		for _, v := range f.Visits {
			if done[v.Call] || !v.Direct || !f.Prone[v.Call] || reported == requeue {
				continue
			}
			done[v.Call] = true
			if f.Wrapper || writes.Protected(f, v.Call) {
				continue
			}
			message := "the status of %s is updated outside a conflict retry: a conflict repeats the whole reconcile; wrap it in retry.RetryOnConflict with a fresh read"
			if f.Swallowed[v.Call] {
				message = "the status of %s is updated outside a conflict retry and its error goes nowhere: after a conflict the update is lost; wrap it in retry.RetryOnConflict with a fresh read"
			}
			opts := writes.Related(v.Via)
			opts = append(opts, fixes.Retry(v.Call)...)
			r.Report(writes.Range(v.Call), fmt.Sprintf(message, v.Name), opts...)
		}
		if reported != requeue {
			continue
		}
		for call := range f.Swallowed {
			if !f.Prone[call] || writes.Protected(f, call) {
				continue
			}
			of := ""
			if name := f.Names[call]; name != "" {
				of = " of " + name
			}
			var opts []report.Option
			if i := slices.IndexFunc(f.Visits, func(v *flow.Visit) bool { return v.Call == call }); i >= 0 {
				opts = writes.Related(f.Visits[i].Via)
			}
			r.Report(writes.Range(call), "the error of this status update"+of+" goes nowhere: after a conflict the update is lost; return it, or retry", opts...)
		}
	}
	r.Done()
	return nil, nil
}

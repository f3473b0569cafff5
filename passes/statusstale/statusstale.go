package statusstale

import (
	"fmt"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer reports values from before the refetch that a retry writes.
var Analyzer = &analysis.Analyzer{
	Name:     "statusstale",
	Doc:      Page.Doc(),
	URL:      Page.URL,
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run:      run,
}

// run reports the assignments, one a function that is retried, and the calls
// that pass such a value to a status manager.
func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	r := report.New(pass)
	reported := map[*ssa.Function]bool{}
	calls := map[ssa.CallInstruction]bool{}
	for _, f := range writes.Funcs {
		for _, found := range f.Findings {
			if found.Kind != flow.OldValue {
				continue
			}
			at := found.Change
			switch {
			case at == nil:
				if calls[found.Call] {
					continue
				}
				calls[found.Call] = true
				at = found.Call
			case reported[at.Parent()] || at.Parent() == f.Fn && !writes.RunsAgain(f, at):
				continue
			default:
				reported[at.Parent()] = true
			}
			r.Report(writes.Statement(at), fmt.Sprintf("%s of %s is set to a value from before it was read again, so a change that someone else made in between is undone; compute it from the object that was read", found.Field(), found.Name))
		}
	}
	r.Done()
	return nil, nil
}

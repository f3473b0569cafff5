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
// that pass such a value to a function which assigns it in a retry.
func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	r := report.New(pass)
	reported := map[*ssa.Function]bool{}
	calls := map[ssa.CallInstruction]bool{}
	for _, f := range writes.Funcs {
		for _, c := range f.Carried {
			if !undoes(c) || !retried(writes, f, c) {
				continue
			}
			at := c.At
			if at == nil {
				if calls[c.Call] {
					continue
				}
				calls[c.Call] = true
				at = c.Call
			} else if reported[at.Parent()] {
				continue
			} else {
				reported[at.Parent()] = true
			}
			r.Report(writes.Statement(at), fmt.Sprintf("%s of %s is set to a value from before it was read again, so a change that someone else made in between is undone; compute it from the object that was read", c.Field(), c.Name))
		}
	}
	r.Done()
	return nil, nil
}

// undoes reports that an assignment puts back what the object held before it was read
// again. One that comes from other fields says nothing of this one, and what the path
// has tested after the read is known to be as the function expects it.
func undoes(c flow.Carried) bool { return c.SameField() && !c.Tested }

// retried reports that an assignment may be made again after a conflict: only there was
// the object read again because someone else has written it.
func retried(writes *statuswrites.Result, f *statuswrites.Func, c flow.Carried) bool {
	if c.At != nil && c.At.Parent() == f.Fn {
		return writes.RunsAgain(f, c.At)
	}
	return c.Retried
}

package statusrefetch

import (
	"cmp"
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/internal/rewrite"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer reports conflict retries that cannot succeed.
var Analyzer = &analysis.Analyzer{
	Name:     "statusrefetch",
	Doc:      Page.Doc(),
	URL:      Page.URL,
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run:      run,
}

const (
	sameObject   = "the retry sends %s again without reading it again, so every attempt fails with the same conflict; read it inside the retry"
	staleForSure = "%s is stale: an earlier write gave it a resourceVersion that this object does not have, so this one fails with a conflict; send the object that was written, or read it again"
)

// hidden says why a conflict does not reach the retry.
var hidden = map[flow.Fate]string{
	flow.Unwrapped:    "the retry never sees the conflict of this update of %s, as the error that is returned does not wrap it; return it, or wrap it with %%w",
	flow.Overtaken:    "the retry never sees the conflict of this update of %s, as the error of another call is returned in its place; return it first",
	flow.ErrorDropped: "the retry never sees the conflict of this update of %s, as its error is dropped; return it",
}

func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	r := report.New(pass)
	fixes := rewrite.New(pass, writes)
	for _, f := range writes.Funcs {
		for _, again := range f.Resent {
			if !again.Reread && !again.Succeeded {
				r.Report(writes.Range(again.Call), fmt.Sprintf(sameObject, again.Name), fixes.Retry(again.Call)...)
			}
		}
		for _, o := range f.Outdated {
			r.Report(writes.Range(o.Call), fmt.Sprintf(staleForSure, o.Name), report.Related(writes.Statement(o.By), "the earlier write"))
		}
		// A status manager that is given a function writes after it, and retries that.
		if region, retried := writes.Region(f.Fn); retried && !region.Manager {
			blind := map[ssa.CallInstruction]bool{} // the retry does not see their conflicts
			for _, u := range f.Unreported {
				// A new error in place of the conflict is one, too.
				if !blind[u.Call] && !(region.Any && u.Fate == flow.Unwrapped) {
					blind[u.Call] = true
					reportHidden(r, writes, u, region)
				}
			}
			sameAgain(r, writes, fixes, f, region, blind)
		}
	}
	r.Done()
	return nil, nil
}

// reportHidden reports that a retry does not see the conflict of a call.
func reportHidden(r *report.Reporter, writes *statuswrites.Result, u flow.Unreported, region flow.Region) {
	message := fmt.Sprintf(hidden[u.Fate], cmp.Or(u.Name, "the object"))
	var opts []report.Option
	switch {
	case u.By.At != "": // in a function of another package
		message += " at " + u.By.At
	case u.By.Pos.IsValid(): // in a function that is called
		opts = append(opts, report.Related(statuswrites.At(u.By.Pos), "what is returned after it"))
	default:
		opts = append(opts, report.Related(writes.Statement(u.Return), "what is returned after it"))
	}
	r.Report(writes.Range(u.Call), message, append(opts, report.Related(writes.Range(region.Call), "the retry"))...)
}

// sameAgain reports the calls of a retried function that send an object of the
// function around it, which nothing in the retry reads again: but for those that
// are reported already.
func sameAgain(r *report.Reporter, writes *statuswrites.Result, fixes *rewrite.Rewriter, f *statuswrites.Func, region flow.Region, reported map[ssa.CallInstruction]bool) {
	for i, send := range f.Summary.Sends {
		root := send.Object.Root()
		if region.Fresh[i] || send.Call == nil || reported[send.Call] || root.Kind != resource.FreeVar {
			continue
		}
		if slices.Contains(f.Summary.Refreshes, send.Object) {
			continue
		}
		reported[send.Call] = true
		r.Report(writes.Range(send.Call), fmt.Sprintf(sameObject, send.Name), append(fixes.Retry(send.Call), report.Related(writes.Range(region.Call), "the retry"))...)
	}
}

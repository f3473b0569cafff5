package statuslost

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer reports changes in memory that never reach the API server.
var Analyzer = &analysis.Analyzer{
	Name:     "statuslost",
	Doc:      Page.Doc(),
	URL:      Page.URL,
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run:      run,
}

// The messages say what happens to the changes of an object: its name, what was changed.
const (
	overwritten   = "this call overwrites changes to the status of %s that were not written (%s); write them before it, or make them after it"
	updateOmits   = "Update does not send the status of %s, and its response overwrites what was changed there (%s); use Status().Update"
	patchOmits    = "Patch does not send the status of %s, and its response overwrites what was changed there (%s); use Status().Patch"
	byTheResponse = "the response to this status write overwrites changes of %s that were not written (%s); write the object first, or change it after this"
	lateBase      = "the base of this patch was copied when the status of %s had changed (%s): the patch leaves that out; take the copy before the change"
	lateCopy      = "this patch of %s is always empty, as its base was copied when all had been changed; take the copy before the change"
	ownBase       = "this patch of %s is always empty, as its base is the object itself; take a DeepCopy of it before the change"
	neverWritten  = "the status of %s is changed here (%s), but never written; write it, or drop the change"
)

// run reports what is lost: one report a call and object.
func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	r := report.New(pass)
	for _, f := range writes.Funcs {
		for _, p := range f.EmptyPatches {
			reportEmpty(r, writes, p)
		}
		reportLosses(r, writes, lossesOf(f, writes))
	}
	if len(writes.All) > 0 {
		reportCopies(pass, r)
		reportFlushes(pass, writes, r)
	}
	r.Done()
	return nil, nil
}

// loss is a change that is lost.
type loss struct {
	flow.Change
	at      ssa.Instruction // where it is
	by      flow.Step       // what overwrites it, if anything does
	message string
	exactly string // the message, where no other is lost there in another way
}

// lossesOf are the changes that a function loses. That a patch leaves one out shows that
// its type has a status; of others it must be known.
func lossesOf(f *statuswrites.Func, writes *statuswrites.Result) []loss {
	var out []loss
	for _, o := range f.Overwritten {
		switch {
		case !writes.HasStatus(o.Type):
		case !o.OfStatus:
			out = append(out, loss{Change: o.Change, at: o.Call, message: byTheResponse})
		case isLost(o):
			out = append(out, loss{Change: o.Change, at: o.Call, by: o.By, message: overwritten, exactly: omits(o)})
		}
	}
	for _, u := range f.Unwritten {
		if isDropped(u) && writes.HasStatus(u.Type) {
			out = append(out, loss{Change: u.Change, at: u.At, message: neverWritten})
		}
	}
	for _, l := range f.LeftOut {
		out = append(out, loss{Change: l.Change, at: l.Call, message: lateBase})
	}
	return out
}

// isLost reports that a change of the status which was overwritten is lost. A reconcile
// that failed makes its changes anew, but for what it set out to write: what was sent in
// vain, or what is missing in a status that is written. Nobody will read the status of an
// object that is being deleted.
func isLost(o flow.Overwritten) bool {
	return !o.Deleted && (!o.Failed || o.Sent || o.Alone != "")
}

// omits is the message for a write of the object that was to send its status.
func omits(o flow.Overwritten) string {
	switch {
	case o.Sent:
	case o.Alone == "Update":
		return updateOmits
	case o.Alone == "Patch":
		return patchOmits
	}
	return overwritten
}

// isDropped reports that a change which is in memory alone at the end of a path was meant
// to be written. Where another path writes it, a guard has decided so.
func isDropped(u flow.Unwritten) bool { return !u.Failed && !u.Deleted && !u.Elsewhere }

// reportLosses makes one report of what is lost at one place.
func reportLosses(r *report.Reporter, writes *statuswrites.Result, losses []loss) {
	type place struct {
		message string
		at      ssa.Instruction
		name    string
	}
	groups := map[place][]loss{}
	var order []place
	for i, l := range losses {
		same := func(o loss) bool {
			return o.message == l.message && o.at == l.at && o.At == l.At && o.Path == l.Path
		}
		if slices.ContainsFunc(losses[:i], same) {
			continue
		}
		p := place{l.message, l.at, l.Name}
		if groups[p] == nil {
			order = append(order, p)
		}
		groups[p] = append(groups[p], l)
	}
	for _, p := range order {
		reportLoss(r, writes, p.at, groups[p])
	}
}

func reportLoss(r *report.Reporter, writes *statuswrites.Result, at ssa.Instruction, lost []loss) {
	var opts []report.Option
	var paths []string
	for _, l := range lost {
		if l.At != at {
			opts = append(opts, report.Related(writes.Statement(l.At), l.Field()+" is changed here"))
		}
		if field := l.Field(); !slices.Contains(paths, field) {
			paths = append(paths, field)
		}
	}
	if len(paths) > 3 {
		paths = append(paths[:3], "…")
	}
	what := strings.Join(paths, ", ")
	switch by := lost[0].by; {
	case by.At != "":
		what += "; overwritten at " + by.At
	case by.Pos.IsValid() && by.Pos != at.Pos():
		opts = append(opts, writes.Related(writes.Way(at.(ssa.CallInstruction), by.Pos))...)
		opts = append(opts, report.Related(statuswrites.At(by.Pos), lost[0].Name+" is overwritten here"))
	}
	message := lost[0].message
	if m := lost[0].exactly; m != "" && !slices.ContainsFunc(lost, func(l loss) bool { return l.exactly != m }) {
		message = m
	}
	r.Report(writes.Statement(at), fmt.Sprintf(message, lost[0].Name, what), opts...)
}

// reportEmpty reports a patch that sends nothing.
func reportEmpty(r *report.Reporter, writes *statuswrites.Result, p flow.EmptyPatch) {
	if p.Copy == nil {
		r.Report(writes.Range(p.Call), fmt.Sprintf(ownBase, p.Name))
		return
	}
	r.Report(writes.Range(p.Call), fmt.Sprintf(lateCopy, p.Name), report.Related(writes.Statement(p.Copy), "Status is changed here"))
}

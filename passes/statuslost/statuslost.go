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

// messages say what happens to the changes of an object: its name, what was
// changed.
var messages = map[flow.FindingKind]string{
	flow.Overwritten:       "this call overwrites changes to the status of %s that were not written (%s); write them before it, or make them after it",
	flow.ResponseOverwrote: "the response to this status write overwrites changes of %s that were not written (%s); write the object first, or change it after this",
	flow.LateBase:          "the base of this patch was copied when the status of %s had changed (%s): the patch leaves that out; take the copy before the change",
	flow.EmptyPatch:        "this patch of %s is always empty, as its base was copied when all had been changed%.0s; take the copy before the change",
	flow.OwnBase:           "this patch of %s is always empty, as its base is the object itself%.0s; take a DeepCopy of it before the change",
	flow.Dropped:           "the status of %s is changed here (%s), but never written; write it, or drop the change",
}

// omits are the messages for a write of the object that was to send its status.
var omits = map[flow.Detail]string{
	flow.UpdateOmits: "Update does not send the status of %s, and its response overwrites what was changed there (%s); use Status().Update",
	flow.PatchOmits:  "Patch does not send the status of %s, and its response overwrites what was changed there (%s); use Status().Patch",
}

// run reports what the engine found lost: one report a call and object.
func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	r := report.New(pass)
	for _, f := range writes.Funcs {
		type place struct {
			kind flow.FindingKind
			at   ssa.Instruction
			name string
		}
		groups := map[place][]flow.Finding{}
		var order []place
		for _, found := range f.Findings {
			if messages[found.Kind] == "" || !isPatch(found.Kind) && !writes.HasStatus(found.Type) {
				continue
			}
			p := place{found.Kind, found.Call, found.Name}
			if found.Kind == flow.Dropped {
				p.at = found.Change
			}
			if groups[p] == nil {
				order = append(order, p)
			}
			groups[p] = append(groups[p], found)
		}
		for _, p := range order {
			reportLoss(r, writes, p.at, groups[p])
		}
	}
	if len(writes.All) > 0 {
		reportCopies(pass, r)
		reportFlushes(pass, writes, r)
	}
	r.Done()
	return nil, nil
}

// isPatch reports that what is wrong is a patch of the status: that there is one
// shows that the type has a status.
func isPatch(kind flow.FindingKind) bool {
	return kind == flow.LateBase || kind == flow.EmptyPatch || kind == flow.OwnBase
}

// reportLoss makes one report of what is lost at one place.
func reportLoss(r *report.Reporter, writes *statuswrites.Result, at ssa.Instruction, found []flow.Finding) {
	var opts []report.Option
	var paths []string
	for _, f := range found {
		if f.Change != nil && f.Change != at {
			opts = append(opts, report.Related(writes.Statement(f.Change), f.Field()+" is changed here"))
		}
		if field := f.Field(); !slices.Contains(paths, field) {
			paths = append(paths, field)
		}
	}
	if len(paths) > 3 {
		paths = append(paths[:3], "…")
	}
	what := strings.Join(paths, ", ")
	if call, ok := at.(ssa.CallInstruction); ok && found[0].Kind == flow.Overwritten {
		switch by := found[0].By; {
		case by.At != "":
			what += "; overwritten at " + by.At
		case by.Pos.IsValid() && by.Pos != call.Pos():
			opts = append(opts, writes.Related(writes.Way(call, by.Pos))...)
			opts = append(opts, report.Related(statuswrites.At(by.Pos), found[0].Name+" is overwritten here"))
		}
	}
	message := messages[found[0].Kind]
	if m := omits[found[0].Detail]; m != "" && !slices.ContainsFunc(found, func(f flow.Finding) bool { return f.Detail != found[0].Detail }) {
		message = m
	}
	r.Report(writes.Statement(at), fmt.Sprintf(message, found[0].Name, what), opts...)
}

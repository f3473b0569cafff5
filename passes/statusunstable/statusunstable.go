package statusunstable

import (
	"cmp"
	"fmt"
	"go/ast"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/unstable"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer reports what comes out differently each time in a status.
var Analyzer = &analysis.Analyzer{
	Name:     "statusunstable",
	Doc:      Page.Doc(),
	URL:      Page.URL,
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run:      run,
}

// run reports what the analysis of values found, once a line: several arguments of
// one call, or several reasons, have one remedy.
func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	r := report.New(pass)
	reported := map[string]bool{}
	for _, f := range writes.Unstable() {
		at := place(writes, f)
		line := fmt.Sprint(pass.Fset.Position(at.Pos()).Filename, pass.Fset.Position(at.Pos()).Line)
		if reported[line] {
			continue
		}
		reported[line] = true
		var opts []report.Option
		if f.From.Pos.IsValid() && f.Kind != unstable.Clock {
			opts = append(opts, report.Related(statuswrites.At(f.From.Pos), f.From.What))
		}
		r.Report(at, message(f), append(opts, fix(pass, f)...)...)
	}
	r.Done()
	return nil, nil
}

// place is the assignment, or the argument as it is written.
func place(writes *statuswrites.Result, f unstable.Finding) analysis.Range {
	if f.Arg.Call == nil {
		return writes.Around(f.Pos)
	}
	at := writes.Range(f.Arg.Call)
	call, ok := at.(*ast.CallExpr)
	if !ok {
		return at
	}
	n := f.Arg.N
	if c := f.Arg.Call.Common(); c.IsInvoke() || c.Signature().Recv() != nil {
		n-- // the receiver is no argument
	}
	if n < 0 || n >= len(call.Args) {
		return at
	}
	return call.Args[n]
}

func message(f unstable.Finding) string {
	what := cmp.Or(f.Field, "the status")
	from := f.From.What
	if f.From.At != "" {
		from += " (" + f.From.At + ")"
	}
	switch {
	case f.Kind == unstable.Pick:
		return fmt.Sprintf("%s is set to whatever element comes first in %s, which differs each time, so a reconcile that changes nothing writes the status again; choose by the keys in order", what, from)
	case f.Kind == unstable.Clock:
		return fmt.Sprintf("%s is set to the time of each reconcile, so one that changes nothing writes the status again, which wakes the controller; set it only where something has changed", what)
	case f.May:
		return fmt.Sprintf("%s may hold several errors in %s, which differs each time, so a reconcile that changes nothing may write the status again; sort them first", what, from)
	}
	return fmt.Sprintf("%s is put together in %s, which differs each time, so a reconcile that changes nothing writes the status again; sort it first", what, from)
}

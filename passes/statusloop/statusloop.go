package statusloop

import (
	"fmt"
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer reports a status that a loop writes again and again.
var Analyzer = &analysis.Analyzer{
	Name:     "statusloop",
	Doc:      Page.Doc(),
	URL:      Page.URL,
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run:      run,
}

// run reports the calls that a path came by again after they had written the
// same resource, within a loop that it did not leave between. The engine drops
// a write from the path when the name of its resource begins to stand for
// another one (the next item of a range), so that is silent.
func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	r := report.New(pass)
	for _, f := range writes.Funcs {
		reported := map[ssa.CallInstruction]bool{}
		for _, v := range f.Visits {
			if v.Loop == nil || reported[v.Call] || writes.Held(f, v) {
				continue
			}
			reported[v.Call] = true
			opts := append([]report.Option{
				report.Related(statuswrites.At(start(f, v.Loop)), fmt.Sprintf("the %s that repeats it", v.Loop.Kind)),
			}, statuswrites.Related(v.Via)...)
			r.Report(writes.Range(v.Call),
				fmt.Sprintf("the status of %s is written again on each turn of a %s%s; collect the changes and write once after it", v.Name, v.Loop.Kind, statuswrites.Chain(v)),
				opts...)
		}
	}
	r.Done()
	return nil, nil
}

// start is where the loop begins in the source. The engine knows a loop by the
// first of its instructions that has a position, which may be anywhere in the
// statement.
func start(f *statuswrites.Func, loop *flow.Loop) token.Pos {
	syntax := f.Fn.Syntax()
	if loop.Kind != "loop" || syntax == nil {
		return loop.Pos
	}
	pos := loop.Pos
	for n := range ast.Preorder(syntax) {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			if n.Pos() <= loop.Pos && loop.Pos < n.End() {
				pos = n.Pos() // the last that holds it is the innermost
			}
		}
	}
	return pos
}

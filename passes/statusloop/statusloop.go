package statusloop

import (
	"fmt"
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/rewrite"
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
	fixes := rewrite.New(pass, writes)
	for _, f := range writes.Funcs {
		reported := map[ssa.CallInstruction]bool{}
		for _, v := range f.Visits {
			if v.Loop == nil || reported[v.Call] || writes.Held(f, v) {
				continue
			}
			reported[v.Call] = true
			opts := append(writes.Related(v.Via), report.Related(statuswrites.At(start(f, v)), fmt.Sprintf("the %s that repeats it", v.Loop.Kind)))
			if v.Loop.Kind != flow.Recursion {
				opts = append(opts, fixes.Loop(f, v)...)
			}
			r.Report(writes.Range(v.Call),
				fmt.Sprintf("the status of %s is written again on each turn of a %s%s; collect the changes and write once after it", v.Name, v.Loop.Kind, statuswrites.Chain(v)),
				opts...)
		}
	}
	r.Done()
	return nil, nil
}

// start is where the loop begins in the source: the innermost statement around the write
// in which all that the loop repeats stands. One that is left after each write is no
// loop around it, though its statement may hold as much.
func start(f *statuswrites.Func, v *flow.Visit) token.Pos {
	syntax, l := f.Fn.Syntax(), v.Loop
	if l.Kind != "loop" || syntax == nil {
		return l.Pos
	}
	pos := l.Pos
	for n := range ast.Preorder(syntax) {
		if isLoop(n) && n.Pos() <= l.Pos && l.End < n.End() && height(n) >= l.Height {
			pos = n.Pos()
		}
	}
	return pos
}

func isLoop(n ast.Node) bool {
	switch n.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	}
	return false
}

// height is how many loops lie in each other inside a statement.
func height(stmt ast.Node) int {
	most := 0
	var around []ast.Node
	ast.Inspect(stmt, func(n ast.Node) bool {
		for len(around) > 0 && n != nil && around[len(around)-1].End() <= n.Pos() {
			around = around[:len(around)-1]
		}
		if n != nil && n != stmt && isLoop(n) {
			around = append(around, n)
			most = max(most, len(around))
		}
		return true
	})
	return most
}

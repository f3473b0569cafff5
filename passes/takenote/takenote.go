// Package takenote has functions take note in a batch that another package opens.
//
// A fix changes one package only. Where a reconcile calls a function of another package
// that writes a status, its batch waits for that function (see [fixes.Unnoted]): a driver
// that makes fixes of the whole program runs this analyzer in between.
package takenote

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/rewrite"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer returns an analyzer that reports a function, with the fix, if what it writes
// takes no note yet and can be made to. Outside a batch, the function writes as before.
func Analyzer(unnoted fixes.Unnoted) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:     "takenote",
		Doc:      "have a function take note in a batch that another package opens",
		Requires: []*analysis.Analyzer{statuswrites.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
			r := report.New(pass)
			for _, fn := range writes.All {
				obj, _ := fn.Object().(*types.Func)
				if decl, ok := fn.Syntax().(*ast.FuncDecl); ok && obj != nil && obj.FullName() == unnoted.Func {
					r.Report(decl.Name, fmt.Sprintf("%s takes no note in a batch of its callers", fn.Name()), rewrite.New(pass, writes).Note(fn, unnoted.Kind)...)
				}
			}
			r.Done()
			return nil, nil
		},
	}
}

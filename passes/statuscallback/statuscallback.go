package statuscallback

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/names"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer reports what is not safe to do twice in a retry callback.
var Analyzer = &analysis.Analyzer{
	Name:     "statuscallback",
	Doc:      Page.Doc(),
	URL:      Page.URL,
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run:      run,
}

// effects are further functions whose calls must not be repeated.
var effects names.List

func init() {
	Analyzer.Flags.Var(&effects, "effects", "further functions with an effect that must not be repeated, comma-separated: Notify, (*Mailer).Send, example.com/mail.Send")
}

// check is one run over a package.
type check struct {
	*report.Reporter
	writes *statuswrites.Result
	prone  map[*ssa.Function]bool // may return a conflict of a whole-object write
	again  map[attempt]bool

	handled map[*ssa.Function]handled
}

// run looks at each function that is passed to a retry or a manager, and at
// those that only such code calls.
func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	c := &check{Reporter: report.New(pass), writes: writes, prone: map[*ssa.Function]bool{}, again: map[attempt]bool{}, handled: map[*ssa.Function]handled{}}
	for _, fn := range writes.All {
		if fn.Synthetic != "" {
			continue
		}
		region, passed := writes.Repeats(fn)
		if passed {
			c.addsUp(fn, region)
		}
		if passed || c.inRegion(fn) {
			c.repeatsEffects(fn)
		}
	}
	for _, f := range writes.Funcs {
		c.wrongObjects(f)
	}
	c.Done()
	return nil, nil
}

// inRegion reports whether a function runs only in code that a retry calls.
func (c *check) inRegion(fn *ssa.Function) bool {
	if c.writes.InRegion(fn) {
		return true
	}
	_, ok := c.writes.Repeats(fn)
	return ok
}

// retry is related information: what calls the function again.
func (c *check) retry(fn *ssa.Function) []report.Option {
	seen := map[*ssa.Function]bool{} // functions may call each other
	for queue := []*ssa.Function{fn}; len(queue) > 0; queue = queue[1:] {
		fn := queue[0]
		if seen[fn] {
			continue
		}
		seen[fn] = true
		if region, ok := c.writes.Repeats(fn); ok {
			return []report.Option{report.Related(c.writes.Range(region.Call), c.kind(region)+" that runs it again after a conflict")}
		}
		calls, _ := c.writes.Callers(fn)
		for _, call := range calls {
			queue = append(queue, call.Parent())
		}
	}
	return nil
}

func (c *check) kind(region flow.Region) string {
	if region.Manager {
		return "the status manager"
	}
	return "the retry"
}

// statement is the statement of a function that holds a position.
func statement(fn *ssa.Function, pos token.Pos) analysis.Range {
	var found analysis.Range = statuswrites.At(pos)
	if fn.Syntax() == nil {
		return found
	}
	ast.Inspect(fn.Syntax(), func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		switch n.(type) {
		case *ast.AssignStmt, *ast.IncDecStmt, *ast.SendStmt, *ast.GoStmt:
			found = n // the innermost comes last
		}
		return true
	})
	return found
}

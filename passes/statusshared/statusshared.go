package statusshared

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/shared"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer reports changes of objects of a shared cache.
var Analyzer = &analysis.Analyzer{
	Name:     "statusshared",
	Doc:      Page.Doc(),
	URL:      Page.URL,
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	r := report.New(pass)
	seen := map[shared.Root]bool{}
	names := namer{pass.TypesInfo}
	var changes []shared.Change
	for _, fn := range writes.All {
		changes = append(changes, writes.Shared(fn)...)
	}
	slices.SortStableFunc(changes, func(x, y shared.Change) int { return cmp.Compare(x.By.Pos(), y.By.Pos()) })
	for _, c := range changes {
		if !seen[c.Object] { // a literal and the function around it may change the same
			seen[c.Object] = true
			at := writes.Statement(c.By)
			message := fmt.Sprintf("%s is an object of a shared cache, which this changes where it lies: a guard that reads the cache believes the change even if the write fails", names.name(at, c))
			var related []report.Option
			if c.Origin.Read != nil {
				related = append(related, report.Related(writes.Statement(c.Origin.Read), "it comes from the cache here"))
			}
			if c.Inner != nil {
				related = append(related, report.Related(writes.Statement(c.Inner), "it is changed here"))
			}
			related = append(related, fix(pass, c)...)
			r.Report(at, message, related...)
		}
	}
	r.Done()
	return nil, nil
}

// name is what the source calls the object that a statement changes.
func (n namer) name(at analysis.Range, c shared.Change) string {
	var e ast.Expr
	switch s := at.(type) {
	case *ast.AssignStmt:
		if len(s.Lhs) == 1 {
			e = s.Lhs[0]
		}
	case *ast.IncDecStmt:
		e = s.X
	case *ast.CallExpr:
		if call, ok := c.By.(ssa.CallInstruction); ok {
			e = argument(s, call.Common(), c.Arg)
		}
	}
	if e == nil {
		return "this"
	}
	return n.object(e)
}

// argument is the argument or receiver that a value is.
func argument(n *ast.CallExpr, c *ssa.CallCommon, v ssa.Value) ast.Expr {
	at := slices.IndexFunc(c.Args, func(a ssa.Value) bool { return kube.Unboxed(a) == kube.Unboxed(v) })
	if !c.IsInvoke() && c.Signature().Recv() != nil {
		at--
	}
	if at >= 0 && at < len(n.Args) {
		return n.Args[at]
	}
	if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok {
		return sel.X
	}
	return nil
}

// namer names objects.
type namer struct{ info *types.Info }

// object is the API object that an expression leads from, or else the variable.
func (n namer) object(e ast.Expr) string {
	e = ast.Unparen(e)
	if t := n.info.TypeOf(e); t != nil && kube.IsAPIObject(t) {
		if u, ok := e.(*ast.UnaryExpr); ok {
			e = u.X
		}
		if a, ok := e.(*ast.TypeAssertExpr); ok {
			e = a.X
		}
		return types.ExprString(e)
	}
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return n.object(e.X)
	case *ast.IndexExpr:
		return n.object(e.X)
	case *ast.StarExpr:
		return n.object(e.X)
	case *ast.SliceExpr:
		return n.object(e.X)
	case *ast.UnaryExpr:
		return n.object(e.X)
	case *ast.TypeAssertExpr:
		return n.object(e.X)
	case *ast.CallExpr:
		if sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok && len(e.Args) == 0 {
			return n.object(sel.X) // a getter
		}
	}
	return types.ExprString(e)
}

package statuslost

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/textedit"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// reportFlushes reports batches whose flush is not deferred right after they are
// opened: a return or a panic in between loses all that was noted; and those whose
// flush has nothing to tell of its failure by.
func reportFlushes(pass *analysis.Pass, writes *statuswrites.Result, r *report.Reporter) {
	isBatch := func(call *ast.CallExpr) bool {
		fn, ok := typeutil.Callee(pass.TypesInfo, call).(*types.Func)
		return ok && writes.Directive(fn) == statuswrites.Batch
	}
	var function func(typ *ast.FuncType, body *ast.BlockStmt)
	function = func(typ *ast.FuncType, body *ast.BlockStmt) {
		results := map[types.Object]bool{}
		if typ.Results != nil {
			for _, field := range typ.Results.List {
				for _, name := range field.Names {
					results[pass.TypesInfo.Defs[name]] = true
				}
			}
		}
		list := func(stmts []ast.Stmt) {
			for i, stmt := range stmts {
				a, ok := stmt.(*ast.AssignStmt)
				if !ok || len(a.Lhs) != 2 || len(a.Rhs) != 1 {
					continue
				}
				call, ok := ast.Unparen(a.Rhs[0]).(*ast.CallExpr)
				if !ok || !isBatch(call) {
					continue
				}
				flush, _ := a.Lhs[1].(*ast.Ident)
				var given ast.Expr
				if i+1 < len(stmts) && flush != nil {
					given = deferred(pass.TypesInfo, stmts[i+1], pass.TypesInfo.ObjectOf(flush))
				}
				switch {
				case given == nil:
					r.Report(call, "the flush of this batch is not deferred at once: a return or a panic before it loses what was noted; defer it in the next line")
				case !results[addressed(pass.TypesInfo, given)]:
					r.Report(given, "the flush of a batch tells of its failure by an error that is not returned; give it the address of a named result")
				}
			}
		}
		ast.Inspect(body, func(n ast.Node) bool {
			if literal, ok := n.(*ast.FuncLit); ok {
				function(literal.Type, literal.Body)
				return false
			}
			list(textedit.Statements(n))
			return true
		})
	}
	for _, file := range pass.Files {
		for _, d := range file.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
				function(d.Type, d.Body)
			}
		}
	}
}

// deferred is the argument of the deferred call of a variable that a statement is, or
// nil.
func deferred(info *types.Info, stmt ast.Stmt, fn types.Object) ast.Expr {
	d, ok := stmt.(*ast.DeferStmt)
	if !ok || len(d.Call.Args) != 1 {
		return nil
	}
	if id, ok := ast.Unparen(d.Call.Fun).(*ast.Ident); !ok || fn == nil || info.ObjectOf(id) != fn {
		return nil
	}
	return d.Call.Args[0]
}

// addressed is the variable whose address an expression is, or nil.
func addressed(info *types.Info, e ast.Expr) types.Object {
	u, ok := ast.Unparen(e).(*ast.UnaryExpr)
	if !ok || u.Op != token.AND {
		return nil
	}
	id, ok := ast.Unparen(u.X).(*ast.Ident)
	if !ok {
		return nil
	}
	return info.ObjectOf(id)
}

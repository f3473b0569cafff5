package rewrite

import (
	"fmt"
	"go/ast"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// Retry is the fix for a status update outside a conflict retry: the update, and
// the changes before it, become the callback of the receiver's status manager,
// or of a retry that reads the object again.
func (r *Rewriter) Retry(call ssa.CallInstruction) []report.Option {
	f, w := r.update(call)
	if w == nil {
		return nil
	}
	g, ok := r.region(f, w.v, w.call, w.at)
	if !ok || len(g.moved) == 0 || !r.first(g, w) || !r.guard(g, g.adds) || !r.ends(f, w.v, w.call, nil) {
		return nil
	}
	e := r.edit(f)
	if e == nil {
		return nil
	}
	replacement, message := r.retried(e, g, w)
	if replacement == "" {
		return nil
	}
	e.replace(w.call.Pos(), w.call.End(), replacement)
	return e.fix(message)
}

// first tells whether nothing is evaluated before the write in its statement
// that what moves could change, and whether it is evaluated once.
func (r *Rewriter) first(g *region, w *write) bool {
	switch stmt := g.list[g.write].(type) {
	case *ast.ReturnStmt:
		for _, res := range stmt.Results {
			if res.Pos() > w.call.Pos() || w.call.Pos() < res.End() {
				continue
			}
			if does := r.effects.Node(res); !does.Quiet || len(does.Changed) > 0 || r.looksAtStatus(g, res) {
				return false
			}
		}
		return true
	case *ast.AssignStmt:
		return len(stmt.Rhs) == 1 && ast.Unparen(stmt.Rhs[0]) == w.call
	case *ast.ExprStmt:
		return ast.Unparen(stmt.X) == w.call
	case *ast.IfStmt:
		init, ok := stmt.Init.(*ast.AssignStmt)
		return ok && len(init.Rhs) == 1 && ast.Unparen(init.Rhs[0]) == w.call
	}
	return false
}

// retried is the call that takes the place of the write. What moves is taken out
// of its place.
func (r *Rewriter) retried(e *edit, g *region, w *write) (text, message string) {
	if element(g.v.Type()) == nil {
		return "", ""
	}
	var b strings.Builder
	if manager, method := r.manager(g.f, r.pass.TypesInfo.TypeOf(w.object)); manager != "" && w.direct {
		fmt.Fprintf(&b, "%s.%s(%s, %s, func() error {\n", manager, method, e.source(w.ctx), e.source(w.object))
		e.moveInto(&b, g)
		b.WriteString("return nil\n})")
		return b.String(), "update the status through the status manager"
	}
	retry := e.use(kube.RetryPkg, "retry")
	fmt.Fprintf(&b, "%s.RetryOnConflict(%s.DefaultRetry, func() error {\n", retry, retry)
	if !e.read(&b, g, w) {
		return "", ""
	}
	e.moveInto(&b, g)
	fmt.Fprintf(&b, "return %s\n})", e.source(w.call))
	return b.String(), "update the status in a conflict retry that reads it again"
}

// moveInto takes the statements that move out of their place and writes them
// down. The generation that they name is kept in a variable before the callback.
func (e *edit) moveInto(b *strings.Builder, g *region) {
	for _, guard := range g.guards {
		fmt.Fprintf(b, "if %s {\nreturn nil\n}\n", guard)
	}
	b.WriteString(g.first)
	with := map[ast.Expr]string{}
	if len(g.generation) > 0 {
		// Fixes of several updates in one function must not meet in a name.
		name, n := "generation", 1
		for _, uses := range g.f.uses {
			for _, id := range uses {
				if id.Pos() < g.list[g.write].Pos() && e.r.uses(g.f, id).use == writes {
					n++
				}
			}
		}
		if n > 1 {
			name = fmt.Sprint(name, n)
		}
		name = g.f.free(name, "observed"+strings.ToUpper(name[:1])+name[1:])
		if name == "" {
			e.failed = true
			return
		}
		stmt := g.list[g.write]
		e.replace(stmt.Pos(), stmt.Pos(), fmt.Sprintf("%s := %s\n", name, e.source(g.generation[0])))
		for _, n := range g.generation {
			with[n] = name
		}
	}
	_, _, holder := g.f.statement(g.list[0])
	for _, stmt := range g.moved {
		i := index(g.list, stmt.Pos())
		from, to := e.lines(g.list, i, holder)
		b.WriteString(e.textWith(from, to, with))
		b.WriteByte('\n')
		e.take(g.list, i, holder)
	}
}

package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// alone is the fix for an update on each turn of a loop that no other follows:
// the update, with what handles its error, comes after the loop, if a turn has
// come to it. A loop that does nothing but change the status moves with it.
func (r *Rewriter) alone(call ssa.CallInstruction) []report.Option {
	f, w := r.update(call)
	if w == nil || w.client == nil || f.literal(w.call) != nil {
		return nil
	}
	d := &dropped{f: f, w: w, next: w}
	var i int
	d.list, i, d.holder = f.statement(w.call)
	if returned, ok := r.handled(f, d, i); !ok || !returned {
		return nil
	}
	body, ok := d.holder.(*ast.BlockStmt)
	if !ok {
		return nil
	}
	loop, ok := f.parents[body].(ast.Stmt)
	if !ok {
		return nil
	}
	switch loop.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
	default:
		return nil
	}
	list, k, holder := f.statement(loop)
	enter := r.enterLoop(f, w.v, loop)
	if !enter.clean() || len(enter.dirty) > 0 || !r.onlyEndsAt(d, loop) || r.outlives(f, w.v, loop.End(), nil) || !r.ends(f, w.v, w.call, nil) {
		return nil
	}
	if f.loopAround(f.parents[loop], loop.Pos()) != nil {
		return nil // what one turn of the outer loop wrote, the next looks at
	}
	d.loop = loop
	g := &region{f: f, v: w.v, list: list, start: k, write: k, stale: enter.base&written != 0}
	if fix := r.moveLoop(d, g, holder); fix != nil {
		return fix
	}
	return r.collectAlone(d, g, holder)
}

// moveLoop moves a loop into the callback that does no more than to change the
// status: it ranges over a list, and every turn ends with the update.
func (r *Rewriter) moveLoop(d *dropped, g *region, holder ast.Node) []report.Option {
	f := d.f
	loop, ok := d.loop.(*ast.RangeStmt)
	if !ok || d.at[len(d.at)-1] != len(d.list)-1 || !r.plain(loop.X) {
		return nil
	}
	switch r.pass.TypesInfo.TypeOf(loop.X).Underlying().(type) {
	case *types.Slice, *types.Map:
	default:
		return nil
	}
	if r.base(loop.X) == g.v && r.decides(g, loop.X) {
		return nil
	}
	bound := map[*types.Var]bool{}
	for _, e := range []ast.Expr{loop.Key, loop.Value} {
		if id, ok := e.(*ast.Ident); ok {
			if v, ok := r.pass.TypesInfo.Defs[id].(*types.Var); ok {
				bound[v] = true
			}
		}
	}
	for i, stmt := range d.list {
		if slices.Contains(d.at, i) {
			continue
		}
		if !r.moves(g, stmt, bound) || len(g.generation) > 0 {
			return nil
		}
	}
	if !r.guard(g, g.adds) {
		return nil
	}
	e := r.edit(f)
	if e == nil {
		return nil
	}
	from, to := e.lines(g.list, g.write, holder)
	g.first = string(apply(e.src[from:to], e.cut(d, from))) + "\n"
	return e.after(d, g, from, to, fmt.Sprintf("len(%s) > 0", e.source(loop.X)), "")
}

// collectAlone keeps a loop where it is, and collects what it adds to a list of
// the status right before the update.
func (r *Rewriter) collectAlone(d *dropped, g *region, holder ast.Node) []report.Option {
	added, ok := r.additions(d)
	// Each turn that adds comes to the update.
	if !ok || len(added) != 1 || added[0].all || !slices.Contains(d.list[:d.at[0]], ast.Stmt(added[0].stmt)) || leavesBetween(d.list[:d.at[0]], added[0].stmt) {
		return nil
	}
	if !r.guard(g, true) || !r.collectable(g, added, d.loop) {
		return nil
	}
	e := r.edit(d.f)
	if e == nil {
		return nil
	}
	declared, replay, ok := e.collectors(added)
	if !ok {
		return nil
	}
	from, to := e.lines(g.list, g.write, holder)
	e.changes = append(e.changes, change{from, from, declared})
	d.remove(e)
	g.first = replay
	return e.after(d, g, to, to, fmt.Sprintf("len(%s) > 0", added[0].name), "\n")
}

// leavesBetween tells whether a statement behind one of a list may go on with the
// next turn.
func leavesBetween(list []ast.Stmt, from ast.Stmt) bool {
	found := false
	for _, stmt := range list {
		if stmt.Pos() <= from.Pos() {
			continue
		}
		ast.Inspect(stmt, func(n ast.Node) bool {
			if b, ok := n.(*ast.BranchStmt); ok && b.Tok != token.FALLTHROUGH {
				found = true
			}
			return !found
		})
	}
	return found
}

// cut are the changes that take the update of a loop out of its text, which
// begins at an offset.
func (e *edit) cut(d *dropped, base int) []change {
	var out []change
	for _, i := range d.at {
		from, to := e.lines(d.list, i, d.holder)
		if to < len(e.src) && e.src[to] == '\n' {
			to++
		}
		out = append(out, change{from - base, to - base, ""})
	}
	return out
}

// after puts the update, in a retry, in the place of a range of the source, under
// a condition.
func (e *edit) after(d *dropped, g *region, from, to int, cond, before string) []report.Option {
	call := d.w.call
	start, end := d.list[d.at[0]], d.list[d.at[len(d.at)-1]]
	text, _ := e.r.retried(e, g, d.w)
	if text == "" {
		return nil
	}
	var b strings.Builder
	b.WriteString(before)
	fmt.Fprintf(&b, "if %s {\n", cond)
	at := e.offset(start.Pos())
	b.WriteString(string(apply(e.src[at:e.offset(end.End())], []change{{e.offset(call.Pos()) - at, e.offset(call.End()) - at, text}})))
	b.WriteString("\n}")
	e.changes = append(e.changes, change{from, to, b.String()})
	return e.fix("update the status once after the loop")
}

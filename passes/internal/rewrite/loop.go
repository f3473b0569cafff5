package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// Loop is the fix for an update on each turn of a loop that another update
// follows: the one in the loop is left out. What the loop adds to lists of the
// status is collected, and the update after it, in a retry, adds that to the
// fresh object. The work of the loop stays where it is, in its order.
func (r *Rewriter) Loop(call ssa.CallInstruction) []report.Option {
	if d := r.loop(call); d != nil {
		return r.collected(d)
	}
	return r.alone(call)
}

// loop matches an update in a loop with the one that follows it.
func (r *Rewriter) loop(call ssa.CallInstruction) *dropped {
	f, w := r.update(call)
	if w == nil || w.client == nil {
		return nil
	}
	for _, id := range f.uses[w.v] {
		if id.Pos() < w.call.End() {
			continue
		}
		if m := r.uses(f, id); m.use == writes && f.literal(id) == nil {
			if d, ok := r.dropped(f, w.call, m.call); ok && d.loop != nil {
				return d
			}
			break
		}
	}
	return nil
}

// follows is the update after the loop with which the fix makes one of the
// update in it.
func (r *Rewriter) follows(call ssa.CallInstruction) (ssa.CallInstruction, bool) {
	d := r.loop(call)
	if d == nil || r.collected(d) == nil {
		return nil, false
	}
	next, ok := r.calls[d.next.call.Lparen]
	return next, ok
}

// addition is a statement of a loop that adds to a list of the status.
type addition struct {
	stmt *ast.AssignStmt
	list ast.Expr   // the list
	with []ast.Expr // what is added
	all  bool       // with is one list, all of which is added
	name string     // the variable that collects it
	kept bool       // the loop looks at the list itself
}

func (r *Rewriter) collected(d *dropped) []report.Option {
	f, v := d.f, d.w.v
	loop := d.loop
	list, k, holder := f.statement(loop)
	end, j, _ := f.statement(d.next.call)
	if !slices.Equal(list, end) || f.literal(loop) != nil {
		return nil
	}
	// The object is clean where the loop begins, and all that is changed in it
	// is what it adds to lists.
	s := r.from(f, v, d.next.at)
	enter := r.enterLoop(f, v, loop)
	if !enter.clean() || len(enter.dirty) > 0 || !s.clean() {
		return nil
	}
	added, ok := r.additions(d)
	if !ok || len(added) == 0 || !r.onlyEndsAt(d, loop) {
		return nil
	}
	var dirty []*ast.Ident
	for _, id := range s.dirty.of(f.uses[v]) {
		switch i := index(list, id.Pos()); {
		case i == k:
		case i > k && i < j:
			dirty = append(dirty, id)
		default:
			return nil
		}
	}
	// What comes between the loop and the first change after it stays in its
	// place: it must go on, and it cannot see an object that nobody else has.
	start := j
	for _, id := range dirty {
		start = min(start, index(list, id.Pos()))
	}
	for _, stmt := range list[k+1 : start] {
		does := r.effects.Node(stmt)
		if leaves(stmt) || !does.Quiet && r.parameter(f, v) >= 0 || !r.looksOnly(f, v, stmt) {
			return nil
		}
	}
	g := &region{f: f, v: v, list: list, start: k, write: j, stale: enter.base&written != 0}
	if !r.collect(g, start, j, dirty) || !r.first(g, d.next) || !r.guard(g, true) || r.outlives(f, v, list[j].End(), nil) || !r.collectable(g, added, loop) {
		return nil
	}
	e := r.edit(f)
	if e == nil || !r.ends(f, v, d.next.call, nil) {
		return nil
	}
	return e.collect(d, g, added, list, k, holder)
}

// additions are the statements of the loop that add to lists of the status: ok is
// false where it does anything else to the object, but for the update.
func (r *Rewriter) additions(d *dropped) (added []*addition, ok bool) {
	for _, id := range d.f.in(d.loop, d.w.v) {
		switch m := r.uses(d.f, id); m.use {
		case looks, looksAt:
			if slices.Contains(m.path, "ResourceVersion") {
				return nil, false
			}
		case writes:
			if m.call != d.w.call {
				return nil, false
			}
		case changes:
			a := r.addition(d.f, d.w.v, id)
			if a == nil {
				return nil, false
			}
			if !slices.ContainsFunc(added, func(b *addition) bool { return b.stmt == a.stmt }) {
				added = append(added, a)
			}
		default:
			return nil, false
		}
	}
	return added, true
}

// collectable tells whether what a loop adds may be collected, and marks the
// lists in which it must be found at once.
func (r *Rewriter) collectable(g *region, added []*addition, loop ast.Stmt) bool {
	for _, a := range added {
		for _, e := range a.with {
			if r.stale(g, &ast.ExprStmt{X: e}, map[*types.Var]bool{}) || len(g.f.in(e, g.v)) > 0 {
				return false
			}
		}
		a.kept = r.lookedAt(g, a, added, loop)
		if a.kept && !r.twice(a) {
			return false
		}
	}
	return true
}

// twice tells whether what is added may be worked out twice.
func (r *Rewriter) twice(a *addition) bool {
	return !slices.ContainsFunc(a.with, func(e ast.Expr) bool {
		does := r.effects.Node(e)
		return !does.Quiet || len(does.Changed) > 0
	})
}

// enterLoop is the state of the object where a loop begins.
func (r *Rewriter) enterLoop(f *function, v *types.Var, loop ast.Stmt) state {
	if rng, ok := loop.(*ast.RangeStmt); ok {
		for _, id := range f.in(rng.X, v) {
			return r.from(f, v, id) // it is looked at once, before the first turn
		}
	}
	// Else the state before the first mention in it, which an earlier turn may
	// have come to, too: what that left behind is told by the mentions.
	var before *ast.Ident
	for _, id := range f.uses[v] {
		if id.Pos() < loop.Pos() {
			before = id
		}
	}
	if before == nil {
		return state{base: lost}
	}
	switch m := r.uses(f, before); m.use {
	case looks, looksAt:
		if r.parameter(f, v) >= 0 && r.pass.TypesInfo.Defs[before] != nil {
			e := r.entry(f, v)
			return e.settled()
		}
		return r.from(f, v, before)
	case reads:
		return state{base: gotten}
	case resets:
		return state{base: made}
	}
	return state{base: lost}
}

// addition matches x.Status.List = append(x.Status.List, …) as a statement of
// its own.
func (r *Rewriter) addition(f *function, v *types.Var, id *ast.Ident) *addition {
	var n ast.Node = id
	for n != nil {
		if a, ok := n.(*ast.AssignStmt); ok {
			if a.Tok != token.ASSIGN || len(a.Lhs) != 1 || len(a.Rhs) != 1 {
				return nil
			}
			call, ok := ast.Unparen(a.Rhs[0]).(*ast.CallExpr)
			if !ok || effect.Builtin(r.pass.TypesInfo, call) != "append" || len(call.Args) < 2 || r.source(call.Args[0]) != r.source(a.Lhs[0]) || r.base(a.Lhs[0]) != v || !fields(a.Lhs[0]) {
				return nil
			}
			return &addition{stmt: a, list: a.Lhs[0], with: call.Args[1:], all: call.Ellipsis.IsValid()}
		}
		n = f.parents[n]
	}
	return nil
}

// fields tells whether a place is reached by fields alone.
func fields(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return fields(e.X)
	}
	return false
}

// onlyEndsAt tells whether a loop is left at its end, by break, or where the
// update that goes has failed: nowhere else, as what was collected by then would
// not be written.
func (r *Rewriter) onlyEndsAt(d *dropped, loop ast.Stmt) bool {
	ok := true
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt, *ast.DeferStmt, *ast.GoStmt:
			ok = ok && slices.ContainsFunc(d.at, func(i int) bool { return holds(d.list[i], n.Pos()) })
		case *ast.BranchStmt:
			ok = ok && n.Label == nil && n.Tok != token.GOTO
		}
		return ok
	})
	return ok
}

// looksOnly tells whether a statement does no more to the object than to look.
func (r *Rewriter) looksOnly(f *function, v *types.Var, stmt ast.Stmt) bool {
	return !slices.ContainsFunc(f.in(stmt, v), func(id *ast.Ident) bool {
		m := r.uses(f, id)
		return m.use != looks && m.use != looksAt
	})
}

// lookedAt tells whether the loop, or what stays after it, looks at a list that
// the loop adds to: then that must find there what was added.
func (r *Rewriter) lookedAt(g *region, a *addition, added []*addition, loop ast.Stmt) bool {
	f, v := g.f, g.v
	rng, _ := loop.(*ast.RangeStmt)
	end := max(loop.End(), g.list[g.write].Pos())
	for _, id := range f.uses[v] {
		if id.Pos() < loop.Pos() || id.Pos() >= end || rng != nil && id.Pos() < rng.X.End() {
			continue // a range is worked out once
		}
		if index(g.moved, id.Pos()) >= 0 {
			continue // it will look at the fresh object
		}
		if slices.ContainsFunc(added, func(b *addition) bool { return holds(b.stmt, id.Pos()) }) {
			continue
		}
		m := r.uses(f, id)
		if m.use == writes {
			continue
		}
		path := strings.Split(r.source(a.list), ".")[1:]
		// It looks at another field, if both paths part.
		if n := min(len(path), len(m.path)); n == 0 || slices.Equal(path[:n], m.path[:n]) {
			if m.use == looks && len(m.path) == 0 && metadata(m) {
				continue
			}
			return true
		}
	}
	return false
}

// collect makes the edits.
func (e *edit) collect(d *dropped, g *region, added []*addition, list []ast.Stmt, k int, holder ast.Node) []report.Option {
	declared, replay, ok := e.collectors(added)
	if !ok {
		return nil
	}
	from, _ := e.lines(list, k, holder)
	e.changes = append(e.changes, change{from, from, declared})
	d.remove(e)
	g.first = replay
	text, _ := e.r.retried(e, g, d.next)
	if text == "" {
		return nil
	}
	e.replace(d.next.call.Pos(), d.next.call.End(), text)
	return e.fix("collect what the loop adds, and update the status once after it")
}

// collectors makes the loop collect what it adds, and returns the declarations of
// the lists for that, and what adds them to the object.
func (e *edit) collectors(added []*addition) (declared, replay string, ok bool) {
	r, f := e.r, e.f
	var decl, again strings.Builder
	names := map[string]string{}
	for _, a := range added {
		place := r.source(a.list)
		if names[place] == "" {
			field := place[strings.LastIndexByte(place, '.')+1:]
			name := f.free(strings.ToLower(field[:1])+field[1:], "new"+field, "added"+field)
			if name == "" || slices.ContainsFunc(added, func(b *addition) bool { return b.name == name }) {
				return "", "", false
			}
			names[place] = name
			slice, ok := r.pass.TypesInfo.TypeOf(a.list).Underlying().(*types.Slice)
			if !ok {
				return "", "", false
			}
			elem := e.typeText(slice.Elem())
			fmt.Fprintf(&decl, "var %s []%s\n", name, elem)
			fmt.Fprintf(&again, "%s = append(%s, %s...)\n", place, place, name)
		}
		a.name = names[place]
		var with []string
		for _, x := range a.with {
			with = append(with, e.source(x))
		}
		text := fmt.Sprintf("%s = append(%s, %s", a.name, a.name, strings.Join(with, ", "))
		if a.all {
			text += "..."
		}
		text += ")"
		if a.kept {
			e.replace(a.stmt.End(), a.stmt.End(), "\n"+text)
		} else {
			e.replace(a.stmt.Pos(), a.stmt.End(), text)
		}
	}
	return decl.String(), again.String(), true
}

// typeText is a type as the file writes it.
func (e *edit) typeText(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return e.typeName(t)
	case *types.Basic:
		return t.Name()
	case *types.Pointer:
		return "*" + e.typeText(t.Elem())
	}
	e.failed = true
	return ""
}

package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Multi is the fix for a second write of a status on one path: the first is left
// out, where only changes of the status lie between the two.
func (r *Rewriter) Multi(second ssa.CallInstruction, earlier []ssa.CallInstruction) []report.Option {
	if len(earlier) != 1 {
		return nil
	}
	f, first := r.callAt(earlier[0])
	g, last := r.callAt(second)
	if f == nil || f != g {
		return nil
	}
	d, ok := r.dropped(f, first, last)
	if !ok || d.loop != nil || !d.returned {
		return nil
	}
	for _, stmt := range d.between {
		if !r.harmless(f, d.w.v, stmt) {
			return nil
		}
	}
	e := r.edit(f)
	if e == nil {
		return nil
	}
	d.remove(e)
	return e.fix("leave out the earlier update")
}

// Merged are the updates of a function that a fix of statusmulti or statusloop
// makes one: a fix of their own would be in its way.
func (r *Rewriter) Merged(f *statuswrites.Func) map[ssa.CallInstruction]bool {
	merged := map[ssa.CallInstruction]bool{}
	for _, v := range f.Visits {
		if v.Loop != nil && v.Direct {
			if next, ok := r.follows(v.Call); ok {
				merged[v.Call] = true
				merged[next] = true
			} else if r.Loop(v.Call) != nil {
				merged[v.Call] = true
			}
		}
		if len(v.Earlier) > 0 && !v.Async && r.Multi(v.Call, v.Earlier) != nil {
			merged[v.Call] = true
			merged[v.Earlier[0]] = true
		}
	}
	return merged
}

// dropped is an update of a status that can be left out, as another one of the
// same object always follows it.
type dropped struct {
	f      *function
	w      *write // the one to leave out
	next   *write // the one that follows
	list   []ast.Stmt
	holder ast.Node
	at     []int // the statements of the list that make the update and handle its error
	// returned is set where that error ends the function. Where it does not, the
	// second update is another attempt of the first, which has to stay.
	returned bool
	// between are the statements that run between the two, but for those of the
	// loop that the first lies in.
	between []ast.Stmt
	loop    ast.Stmt
}

// dropped matches two updates of one object in a function: the error of the
// second is returned, that of the first is too, or goes nowhere.
func (r *Rewriter) dropped(f *function, first, last *ast.CallExpr) (*dropped, bool) {
	w, ok := r.writeOf(f, first)
	next, ok2 := r.writeOf(f, last)
	if !ok || !ok2 || w.v != next.v || w.client == nil || next.client == nil || r.source(w.client) != r.source(next.client) || f.literal(first) != nil || f.literal(last) != nil {
		return nil, false
	}
	d := &dropped{f: f, w: w, next: next}
	var i int
	d.list, i, d.holder = f.statement(first)
	if d.returned, ok = r.handled(f, d, i); !ok {
		return nil, false
	}
	end, j, _ := f.statement(last)
	var node ast.Node = d.list[i]
	list, k := d.list, d.at[len(d.at)-1]
	for !slices.Equal(list, end) {
		d.between = append(d.between, list[k+1:]...)
		holder := f.parents[node]
		switch holder.(type) {
		case *ast.BlockStmt, *ast.CaseClause:
		default:
			return nil, false
		}
		// Out of the block, to the statement that holds it.
		node = holder
		for node != nil {
			if _, _, h := f.statement(node); h != nil && f.parents[node] == h {
				if _, ok := node.(ast.Stmt); ok {
					break
				}
			}
			switch p := f.parents[node].(type) {
			case *ast.IfStmt, *ast.SwitchStmt, *ast.BlockStmt, *ast.CaseClause:
			case *ast.ForStmt:
				if d.loop != nil || p.Post != nil && len(f.in(p.Post, w.v)) > 0 {
					return nil, false
				}
				d.loop = p
			case *ast.RangeStmt:
				if d.loop != nil {
					return nil, false
				}
				d.loop = p
			default:
				return nil, false
			}
			node = f.parents[node]
		}
		if node == nil {
			return nil, false
		}
		list, k, _ = f.statement(node)
	}
	if k >= j {
		return nil, false
	}
	d.between = append(d.between, list[k+1:j]...)
	// Where the error of the second goes nowhere, the first is a second chance.
	return d, r.returnsItsError(f, d.next)
}

// handled finds the statements that make an update and handle its error, and
// tells whether an error is returned.
func (r *Rewriter) handled(f *function, d *dropped, i int) (returned, ok bool) {
	d.at = []int{i}
	switch stmt := d.list[i].(type) {
	case *ast.ExprStmt:
		return false, ast.Unparen(stmt.X) == d.w.call
	case *ast.AssignStmt:
		if len(stmt.Rhs) != 1 || ast.Unparen(stmt.Rhs[0]) != d.w.call || len(stmt.Lhs) != 1 {
			return false, false
		}
		id, isIdent := stmt.Lhs[0].(*ast.Ident)
		if !isIdent {
			return false, false
		}
		if id.Name == "_" {
			return false, true
		}
		v, _ := r.variable(id)
		if v == nil || i+1 >= len(d.list) {
			return false, false
		}
		test, isIf := d.list[i+1].(*ast.IfStmt)
		if !isIf || test.Init != nil {
			return false, false
		}
		d.at = []int{i, i + 1}
		// The variable must not be asked after that.
		for _, use := range f.uses[v] {
			if use.Pos() >= test.End() && len(r.given(f, use)) == 0 || stmt.Tok == token.DEFINE && use.Pos() >= test.End() {
				return false, false
			}
		}
		return r.handler(f, test, v)
	case *ast.IfStmt:
		init, isAssign := stmt.Init.(*ast.AssignStmt)
		if !isAssign || len(init.Rhs) != 1 || ast.Unparen(init.Rhs[0]) != d.w.call || len(init.Lhs) != 1 || init.Tok != token.DEFINE {
			return false, false
		}
		v, _ := r.variable(init.Lhs[0])
		return r.handler(f, stmt, v)
	}
	return false, false
}

// handler reads "if err != nil { … }": what it does must be to log, and to
// return an error or to go on.
func (r *Rewriter) handler(f *function, stmt *ast.IfStmt, err *types.Var) (returned, ok bool) {
	test, isTest := ast.Unparen(stmt.Cond).(*ast.BinaryExpr)
	if !isTest || test.Op != token.NEQ || !r.isNil(test.Y) || stmt.Else != nil || err == nil {
		return false, false
	}
	if v, _ := r.variable(test.X); v != err {
		return false, false
	}
	for _, s := range stmt.Body.List {
		if ret, isReturn := s.(*ast.ReturnStmt); isReturn {
			if !returnsError(f.obj) || len(ret.Results) == 0 || r.isNil(ret.Results[len(ret.Results)-1]) || r.ignores(ret.Results[len(ret.Results)-1]) {
				return false, false
			}
			return true, true
		}
		does := r.effects.Node(s)
		if !does.Quiet || len(does.Changed) > 0 || len(does.Assigned) > 0 || leaves(s) {
			return false, false
		}
	}
	return false, true
}

// ignores tells whether an expression drops some errors: client.IgnoreNotFound.
func (r *Rewriter) ignores(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := effect.Callee(r.pass.TypesInfo, call)
	return fn != nil && kube.Path(fn.Pkg()) == kube.ClientPkg && strings.HasPrefix(fn.Name(), "Ignore")
}

// returnsItsError tells whether the error of an update ends the function with an
// error.
func (r *Rewriter) returnsItsError(f *function, w *write) bool {
	list, i, _ := f.statement(w.call)
	if list == nil {
		return false
	}
	if ret, ok := list[i].(*ast.ReturnStmt); ok {
		return len(ret.Results) > 0 && returnsError(f.obj) && ret.Results[len(ret.Results)-1].Pos() <= w.call.Pos() && !r.ignores(ret.Results[len(ret.Results)-1])
	}
	d := &dropped{f: f, w: w, list: list}
	returned, ok := r.handled(f, d, i)
	return ok && returned
}

// harmless tells whether a statement between two updates observes neither, and
// always goes on.
func (r *Rewriter) harmless(f *function, v *types.Var, stmt ast.Stmt) bool {
	does := r.effects.Node(stmt)
	if !does.Quiet || leaves(stmt) {
		return false
	}
	for _, c := range does.Changed {
		if c != v && !holds(stmt, c.Pos()) {
			return false
		}
	}
	for _, id := range f.in(stmt, v) {
		if m := r.uses(f, id); m.use != looks && m.use != looksAt && m.use != changes || slices.Contains(m.path, "ResourceVersion") || m.fn != nil && m.fn.Name() == "GetResourceVersion" {
			return false
		}
	}
	return true
}

// remove takes the update and what handles its error out of the source. What
// only that used must not be left behind without a use.
func (d *dropped) remove(e *edit) {
	for _, i := range d.at {
		e.take(d.list, i, d.holder)
	}
	gone := func(n ast.Node) bool {
		return slices.ContainsFunc(d.at, func(i int) bool { return holds(d.list[i], n.Pos()) })
	}
	e.unused(gone)
}

// unused takes out the imports of packages that have all their uses in what
// goes, and fails the edit if a variable has.
func (e *edit) unused(gone func(ast.Node) bool) {
	info := e.r.pass.TypesInfo
	left := map[types.Object]int{}
	ast.Inspect(e.f.file, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		obj := info.Uses[id]
		switch obj := obj.(type) {
		case *types.PkgName:
		case *types.Var:
			if obj.IsField() || obj.Parent() == e.r.pass.Pkg.Scope() || slices.Contains(e.params(), obj) {
				return true
			}
			if !gone(id) && e.r.assigned(e.f, id) {
				return true // no use of its value
			}
		default:
			return true
		}
		if gone(id) {
			left[obj] += 0
		} else {
			left[obj]++
		}
		return true
	})
	for obj, n := range left {
		if n > 0 {
			continue
		}
		switch obj := obj.(type) {
		case *types.PkgName:
			e.forget(obj)
		case *types.Var:
			if !gone(at(obj)) { // else it goes as well
				e.failed = true
			}
		}
	}
}

// params are the parameters and results of the function: they need no use.
func (e *edit) params() []*types.Var {
	sig := e.f.obj.Signature()
	var out []*types.Var
	for _, t := range []*types.Tuple{sig.Params(), sig.Results()} {
		out = slices.AppendSeq(out, t.Variables())
	}
	if sig.Recv() != nil {
		out = append(out, sig.Recv())
	}
	return out
}

// at is a node at the place where a variable is declared.
func at(v *types.Var) ast.Node { return &ast.Ident{NamePos: v.Pos(), Name: v.Name()} }

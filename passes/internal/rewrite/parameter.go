package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// parameter is the place before the first mention of an object in a function that was
// given it, in the branch with the update if nothing outside it can have changed the
// object. Where that is the update itself there is none: all changes were made by then.
// The statements around the update are given from the inside.
func (r *Rewriter) parameter(u *update, around []place) (place, bool) {
	if u.object.root.Pos() < u.decl.Pos() || u.object.root.Pos() >= u.decl.Body.Pos() {
		return place{}, false // it is declared where no list was found
	}
	if unstructured(u.object.typ) && !r.holdsJSON(u.decl) {
		return place{}, false
	}
	if !r.changes(u) {
		if u.from = r.other(u); u.from == "" {
			return place{}, false
		}
	}
	for n, p := range slices.Backward(around) {
		for i, stmt := range p.list[:p.i] {
			if r.mentions(stmt, u.object.text) {
				return r.checked(u, place{p.holder, p.list, i}, false)
			}
		}
		if n == 0 {
			break
		}
		stmt := p.list[p.i]
		if !branches(stmt) || r.calledBefore(stmt, around[n-1].holder.Pos(), u.object) || r.copiedBeside(u, stmt) {
			return r.checked(u, p, false)
		}
	}
	return place{}, false
}

// copiedBeside reports that an update outside a statement needs a copy of the object as
// well: one before it does for both.
func (r *Rewriter) copiedBeside(u *update, stmt ast.Stmt) bool {
	at, ok := r.Root.FindNode(u.decl)
	if !ok {
		return false
	}
	for c := range at.Preorder((*ast.CallExpr)(nil)) {
		if pos := c.Node().Pos(); stmt.Pos() <= pos && pos < stmt.End() {
			continue
		}
		if other := r.needsCopy(c); other != nil && other.object.text == u.object.text {
			return true
		}
	}
	return false
}

// branches reports that what a statement contains runs at most once, and not later.
func branches(stmt ast.Stmt) bool {
	switch s := stmt.(type) {
	case *ast.IfStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt, *ast.BlockStmt:
		return true
	case *ast.LabeledStmt:
		return branches(s.Stmt)
	}
	return false
}

// calledBefore reports that a call in a statement, up to a place in it, may change the
// object.
func (r *Rewriter) calledBefore(stmt ast.Stmt, at token.Pos, o object) bool {
	return r.anyCall(stmt, func(call *ast.CallExpr) bool { return call.Pos() < at && r.mentionsRoot(call, o) })
}

// changes reports that a function may change the object that it was given before it is
// sent. If it does not, a copy of it has all that its callers have changed, and would
// resolve no conflict.
func (r *Rewriter) changes(u *update) bool {
	obj, _ := r.pass.TypesInfo.Defs[u.decl.Name].(*types.Func)
	fn := r.Funcs[obj]
	if fn == nil || !u.object.direct {
		return true
	}
	i := slices.IndexFunc(fn.Params, func(p *ssa.Parameter) bool { return p.Object() == types.Object(u.object.root) })
	sent := r.Calls[u.call.Lparen]
	if i < 0 || sent == nil || sent.Parent() != fn {
		return true
	}
	for _, b := range fn.Blocks {
		leads := ssax.Reaches(b, sent.Block())
		for _, instr := range b.Instrs {
			if store, ok := instr.(*ssa.Store); ok && store.Val == ssa.Value(fn.Params[i]) {
				return true // a function literal has it
			}
			if instr.Pos() >= u.call.Lparen && !leads {
				continue
			}
			if r.changesStatus(instr, fn.Params[i]) {
				return true
			}
			if c, ok := instr.(ssa.CallInstruction); ok && c.Common().IsInvoke() && root(c.Common().Value) == ssa.Value(fn.Params[i]) && !kube.Getter(c.Common().Method) {
				return true
			}
		}
	}
	return false
}

// other is the parameter that holds the object as it was read, where a function is given
// that beside the changed one: the only other one of its type. If it is not that, the
// conflict is returned as before.
func (r *Rewriter) other(u *update) string {
	found := ""
	for _, field := range u.decl.Type.Params.List {
		for _, id := range field.Names {
			v := r.pass.TypesInfo.Defs[id]
			if v == nil || v == types.Object(u.object.root) || id.Name == "_" || !types.Identical(v.Type(), u.object.root.Type()) {
				continue
			}
			if found != "" {
				return ""
			}
			found = id.Name
		}
	}
	return found
}

// unstructured reports that a resource keeps whatever it is given. Its copy panics on what
// is no value of JSON, such as an int, which may be in what came from elsewhere, though
// not in what was just read.
func unstructured(t types.Type) bool {
	m, _, _ := types.LookupFieldOrMethod(t, true, nil, "UnstructuredContent")
	_, ok := m.(*types.Func)
	return ok && !types.IsInterface(t)
}

// holdsJSON reports that a function is given by the package alone what it is given, and
// that the package puts nothing but values of JSON into maps of anything.
func (r *Rewriter) holdsJSON(decl *ast.FuncDecl) bool {
	obj, _ := r.pass.TypesInfo.Defs[decl.Name].(*types.Func)
	fn := r.Funcs[obj]
	if fn == nil || obj.Exported() {
		return false
	}
	if calls, ok := r.writes.Callers(fn); !ok || len(calls) == 0 {
		return false
	}
	for _, fn := range r.writes.All {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if put, ok := instr.(*ssa.MapUpdate); ok && !isJSON(put.Value) {
					return false
				}
			}
		}
	}
	return true
}

// isJSON reports that a value, if it is put into an interface, is one that JSON is decoded
// to. What comes from elsewhere may be.
func isJSON(v ssa.Value) bool {
	boxed, ok := v.(*ssa.MakeInterface)
	if !ok || boxed.Type().Underlying().(*types.Interface).NumMethods() > 0 {
		return true
	}
	switch t := types.Unalias(boxed.X.Type()).(type) {
	case *types.Basic:
		return t.Kind() == types.String || t.Kind() == types.Bool || t.Kind() == types.Int64 || t.Kind() == types.Float64
	case *types.Map:
		return types.Identical(t.Key(), types.Typ[types.String]) && types.IsInterface(t.Elem())
	case *types.Slice:
		return types.IsInterface(t.Elem())
	}
	return false
}

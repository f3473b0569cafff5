package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// convert makes a write one that takes note in a batch.
func (b *batching) convert(s *site) bool {
	if u := b.r.update(s.call); u != nil {
		e := b.fix.edit(u.file)
		base := e.base(u)
		if base == "" {
			return false
		}
		e.replace(u, base)
		return true
	}
	return b.convertPatch(s.call)
}

// convertPatch makes Status().Patch(ctx, obj, client.MergeFrom(base)) a call of Patch.
func (b *batching) convertPatch(instr ssa.CallInstruction) bool {
	r := b.r
	if kube.Classify(instr.Common()).Op != kube.StatusPatch || r.to.patch == "" {
		return false
	}
	u := r.sent(instr)
	if u == nil || len(u.call.Args) < 3 {
		return false
	}
	e := b.fix.edit(u.file)
	patch := ast.Unparen(u.call.Args[2])
	base, ok := r.mergeFrom(patch)
	if !ok {
		id, isName := patch.(*ast.Ident)
		if !isName {
			return false
		}
		def := r.definition(u.decl, id)
		if def == nil {
			return false
		}
		if base, ok = r.mergeFrom(def); !ok {
			return false
		}
		e.change(def.Pos(), base.Pos(), "")
		e.change(base.End(), def.End(), "")
	} else {
		e.change(patch.Pos(), base.Pos(), "")
		e.change(base.End(), patch.End(), "")
	}
	e.change(u.call.Pos(), u.call.Lparen, e.named(r.to.patch, u.call.Pos()))
	e.change(u.call.Args[0].End(), u.call.Args[0].End(), ", "+u.client)
	return true
}

// mergeFrom is what a merge patch without a lock is made from.
func (r *Rewriter) mergeFrom(e ast.Expr) (ast.Expr, bool) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil, false
	}
	fn := callee(r.pass.TypesInfo, call)
	if fn == nil || !kube.DiffsOnly(fn) {
		return nil, false
	}
	return call.Args[0], true
}

// definition is what a variable is defined as that is only ever sent as a patch of the
// status, or nil.
func (r *Rewriter) definition(decl *ast.FuncDecl, id *ast.Ident) ast.Expr {
	v := r.pass.TypesInfo.Uses[id]
	var def ast.Expr
	sent := map[*ast.Ident]bool{}
	only := true
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				if name, ok := lhs.(*ast.Ident); ok && r.pass.TypesInfo.ObjectOf(name) == v && v != nil {
					if n.Tok != token.DEFINE || len(n.Lhs) != len(n.Rhs) {
						only = false
						continue
					}
					def = n.Rhs[i]
				}
			}
		case *ast.CallExpr:
			if r.classify(n).Op == kube.StatusPatch && len(n.Args) > 2 {
				if name, ok := ast.Unparen(n.Args[2]).(*ast.Ident); ok {
					sent[name] = true
				}
			}
		case *ast.Ident:
			if v != nil && r.pass.TypesInfo.Uses[n] == v && !sent[n] {
				only = false
			}
		}
		return true
	})
	if !only {
		return nil
	}
	return def
}

// renew lays what is held over what a call has answered: a Base comes after it.
func (b *batching) renew(s *site) {
	r := b.r
	at, ok := r.Root.FindByPos(s.call.Pos(), s.call.Pos()+1)
	if !ok {
		return
	}
	call, ok := at.Node().(*ast.CallExpr)
	if !ok {
		return
	}
	u := r.enclosed(at, call)
	ctx, arg := r.contextArg(call), b.objectArg(call, s)
	if u.decl == nil || u.file == nil || ctx == "" || arg == nil {
		return
	}
	if u.object, ok = r.object(arg); !ok {
		b.refuse(call.Pos(), "what %s reads has no name to get the status by that is held", b.place(call.Pos()))
		return
	}
	e := b.fix.edit(u.file)
	for c := at; c.Node() != ast.Node(u.decl); c = c.Parent() {
		p, ok := statement(c)
		if !ok {
			continue
		}
		switch stmt := p.list[p.i].(type) {
		case *ast.ReturnStmt:
			b.renewBeforeReturn(e, u, p, stmt, call, ctx)
		case *ast.IfStmt:
			if body := successOf(stmt, call); body != nil {
				b.renewAt(e, u, place{holder: body, list: body.List}, ctx, at)
				return
			}
			b.renewAt(e, u, place{p.holder, p.list, p.i + 1}, ctx, at)
		case *ast.DeferStmt, *ast.GoStmt:
		default:
			behind := place{p.holder, p.list, p.i + 1}
			if body := r.taken(p); body != nil && !e.insertsAny(behind, e.baseCall(u, ctx, behind.pos())) {
				b.renewAt(e, u, place{holder: body, list: body.List}, ctx, at)
				return
			}
			b.renewAt(e, u, r.pastError(behind, len(p.list)), ctx, at)
		}
		return
	}
}

// first reports that nothing can be held yet when a call answers: it is one of a
// reconcile that nobody else calls, before all writes.
func (b *batching) first(s *site) bool {
	obj, ok := s.fn.Object().(*types.Func)
	if calls, sure := b.r.writes.Callers(s.fn); !ok || !statuswrites.IsReconcile(obj) || len(calls) > 0 || !sure {
		return false
	}
	writes := func(instr ssa.Instruction) bool {
		if slices.ContainsFunc(b.sites, func(w *site) bool { return ssa.Instruction(w.call) == instr }) {
			return true
		}
		c, ok := instr.(ssa.CallInstruction)
		if !ok {
			return false
		}
		callee := c.Common().StaticCallee()
		return callee == nil && !c.Common().IsInvoke() || callee != nil && slices.Contains(b.funcs, callee)
	}
	seen := map[*ssa.BasicBlock]bool{}
	var before func(block *ssa.BasicBlock, n int) bool
	before = func(block *ssa.BasicBlock, n int) bool {
		if slices.ContainsFunc(block.Instrs[:n], writes) {
			return true
		}
		for _, p := range block.Preds {
			if !seen[p] {
				seen[p] = true
				if before(p, len(p.Instrs)) {
					return true
				}
			}
		}
		return false
	}
	return !before(s.call.Block(), slices.Index(s.call.Block().Instrs, ssa.Instruction(s.call)))
}

// contextArg is the context of a call, if that is a variable.
func (r *Rewriter) contextArg(call *ast.CallExpr) string {
	for _, arg := range call.Args {
		if kube.IsContext(r.pass.TypesInfo.TypeOf(arg)) {
			if id, ok := ast.Unparen(arg).(*ast.Ident); ok {
				return id.Name
			}
		}
	}
	return ""
}

// objectArg is the object that the answer to a call lands in.
func (b *batching) objectArg(call *ast.CallExpr, s *site) ast.Expr {
	for _, arg := range call.Args {
		t := b.r.pass.TypesInfo.TypeOf(arg)
		if t != nil && kube.IsAPIObject(t) && (s.kind == "" || resource.TypeName(t) == s.kind) {
			return arg
		}
	}
	return nil
}

// successOf is the body of a statement that runs if the call that it makes succeeds:
// if err := c.Get(…); err == nil { … }, or the else of one that asks for the error.
func successOf(stmt *ast.IfStmt, call *ast.CallExpr) *ast.BlockStmt {
	if call.Pos() >= stmt.Body.Pos() {
		return nil
	}
	cond, ok := ast.Unparen(stmt.Cond).(*ast.BinaryExpr)
	if !ok {
		return nil
	}
	body := (*ast.BlockStmt)(nil)
	if id, ok := cond.Y.(*ast.Ident); ok && id.Name == "nil" {
		switch cond.Op {
		case token.EQL:
			body = stmt.Body
		case token.NEQ:
			body, _ = stmt.Else.(*ast.BlockStmt)
		}
	}
	if body == nil || len(body.List) == 0 {
		return nil
	}
	return body
}

// renewAt puts a Base at a place, or makes one of the copy that is taken there.
func (b *batching) renewAt(e *edit, u *update, p place, ctx string, at inspector.Cursor) {
	r := b.r
	if p.i >= len(p.list) && len(p.list) > 0 && b.last(u, p) {
		return // nothing comes after it
	}
	b.renewed = true
	text := e.baseCall(u, ctx, p.pos())
	for i := p.i; i < len(p.list) && i < p.i+2; i++ { // behind another copy, perhaps
		a, ok := p.list[i].(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 || len(a.Rhs) != 1 {
			break
		}
		if call, ok := a.Rhs[0].(*ast.CallExpr); ok {
			if fn := callee(r.pass.TypesInfo, call); fn != nil && r.writes.Directive(fn) == statuswrites.Base {
				return
			}
		}
		copied := e.copied(u.object)
		if id, ok := a.Lhs[0].(*ast.Ident); ok && types.ExprString(a.Rhs[0]) == copied && (r.declared(a, copied, u.decl) != "" || b.patched(u.decl, id)) {
			e.change(a.Rhs[0].Pos(), a.Rhs[0].End(), text)
			return
		}
	}
	if e.insertsAny(p, text) { // a write wants it there
		return
	}
	if name := b.baseVariable(u, at); name != "" && b.needed(u, name, p, at) {
		text = name + " = " + text
	}
	if !e.insert(p, text) {
		b.refuse(u.call.Pos(), "there is no room for a Base behind %s", b.place(u.call.Pos()))
	}
}

// last reports that a place is the end of a reconcile.
func (b *batching) last(u *update, p place) bool {
	return p.holder == ast.Node(u.decl.Body) && b.isEntry(u.decl)
}

func (b *batching) isEntry(decl *ast.FuncDecl) bool {
	fn, ok := b.r.pass.TypesInfo.Defs[decl.Name].(*types.Func)
	return ok && statuswrites.IsReconcile(fn)
}

// patched reports that a variable is only what patches of the status are made from.
func (b *batching) patched(decl *ast.FuncDecl, id *ast.Ident) bool {
	v := b.r.pass.TypesInfo.Defs[id]
	if v == nil {
		return false
	}
	ok := true
	made := map[*ast.Ident]bool{}
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if base, is := b.r.mergeFrom(n); is {
				if name, is := ast.Unparen(base).(*ast.Ident); is {
					made[name] = true
				}
			}
		case *ast.Ident:
			if b.r.pass.TypesInfo.Uses[n] == v && !made[n] {
				ok = false
			}
		}
		return true
	})
	return ok
}

// baseVariable is the variable that holds the object as it was read, where it can be
// assigned to again.
func (b *batching) baseVariable(u *update, at inspector.Cursor) string {
	copied := b.fix.edit(u.file).copied(u.object)
	for c := at; c.Node() != ast.Node(u.decl); c = c.Parent() {
		p, ok := statement(c)
		if !ok {
			continue
		}
		last, held := -1, ""
		for k, name := range b.r.plan(u.decl) { // by a write that was made to take note
			if k.object == u.object.text && k.holder == p.holder && last < k.i && k.i <= p.i && b.fix.declares(name) {
				last, held = k.i, name
			}
		}
		if held != "" {
			return held
		}
		for _, stmt := range p.list[:p.i] {
			if name := b.r.declared(stmt, copied, u.decl); name != "" {
				return name
			}
			a, ok := stmt.(*ast.AssignStmt)
			if !ok || a.Tok != token.DEFINE || len(a.Lhs) != 1 || len(a.Rhs) != 1 {
				continue
			}
			call, ok := a.Rhs[0].(*ast.CallExpr)
			if !ok || len(call.Args) != 2 {
				continue
			}
			if fn := callee(b.r.pass.TypesInfo, call); fn == nil || b.r.writes.Directive(fn) != statuswrites.Base {
				continue
			}
			if o, ok := b.r.object(call.Args[1]); ok && o.text == u.object.text {
				return a.Lhs[0].(*ast.Ident).Name
			}
		}
	}
	return ""
}

// renewBeforeReturn makes a call whose error is returned a statement of its own, so
// that a Base can come after it; the end of a reconcile needs none.
func (b *batching) renewBeforeReturn(e *edit, u *update, p place, stmt *ast.ReturnStmt, call *ast.CallExpr, ctx string) {
	if e.failed {
		return // which is told
	}
	if b.isEntry(u.decl) {
		for c := u.at; c.Node() != ast.Node(u.decl); c = c.Parent() {
			if _, ok := c.Node().(*ast.FuncLit); ok {
				b.refuse(call.Pos(), "what %s answers cannot be followed", b.place(call.Pos()))
			}
		}
		return
	}
	n := len(stmt.Results)
	if n == 0 || ast.Unparen(stmt.Results[n-1]) != ast.Expr(call) || mentionsName(u.decl.Type, "err") {
		return // it is part of more: a result of the caller's
	}
	before := ""
	if n > 1 {
		text := e.source.Between(stmt.Results[0].Pos(), stmt.Results[n-2].End())
		before = text + ", "
	}
	b.renewed = true
	indent := e.source.Indent(stmt.Pos())
	e.change(stmt.Pos(), call.Pos(), "if err := ")
	e.change(call.End(), stmt.End(), "; err != nil {\n"+indent+"\treturn "+before+"err\n"+indent+"}\n"+indent+e.baseCall(u, ctx, stmt.Pos())+"\n"+indent+"return "+before+"nil")
}

// baseCall is the source, at a place, of a copy of an object that was read with a context.
func (e *edit) baseCall(u *update, ctx string, at token.Pos) string {
	text := u.object.text
	if u.object.value {
		text = "&" + text
	}
	return e.named(e.r.to.base, at) + "(" + ctx + ", " + text + ")"
}

// insertsAny reports that a text is put at a place already.
func (e *edit) insertsAny(p place, text string) bool {
	return slices.ContainsFunc(e.edits, func(old analysis.TextEdit) bool { return e.inserts(p, old, text) })
}

// inserts reports that an edit puts a text at a place already.
func (e *edit) inserts(p place, old analysis.TextEdit, text string) bool {
	if old.Pos != old.End || !strings.Contains(string(old.NewText), text) || p.i == 0 {
		return false
	}
	return p.list[p.i-1].End() <= old.Pos && old.Pos <= p.pos()
}

// answered is the context, a variable, of the call whose answer the object is at a
// place, or "" if none is.
func (r *Rewriter) answered(u *update, p place) string {
	o := u.object
	for i := p.i - 1; i >= 0; i-- {
		if r.given(p.list[i], o) != surely {
			continue
		}
		ctx := ""
		for _, part := range headOf(p.list[i]) {
			ast.Inspect(part, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && r.passes(call, o) {
					switch r.classify(call).Op {
					case kube.Get, kube.Create, kube.Update, kube.Patch:
						ctx = r.contextArg(call)
					}
				}
				_, literal := n.(*ast.FuncLit)
				return !literal
			})
		}
		return ctx
	}
	if p.i == 0 {
		return r.listed(u, p.holder)
	}
	return ""
}

// listed is the context, a variable, of the call that has filled the list which a loop with
// that body goes through, or "" if none has.
func (r *Rewriter) listed(u *update, body ast.Node) string {
	for c := u.at; c.Node() != ast.Node(u.decl); c = c.Parent() {
		loop, ok := c.Parent().Node().(*ast.RangeStmt)
		if !ok || c.Node() != body {
			continue
		}
		items, ok := r.object(loop.X)
		if !ok {
			return ""
		}
		ctx := ""
		r.anyCall(u.decl.Body, func(call *ast.CallExpr) bool {
			if call.Pos() < loop.Pos() && r.classify(call).Op == kube.List && r.mentionsRoot(call, items) {
				ctx = r.contextArg(call)
			}
			return false
		})
		return ctx
	}
	return ""
}

// declares reports that the fix declares a variable.
func (f *fix) declares(name string) bool {
	return slices.ContainsFunc(f.edits, func(e *edit) bool {
		return slices.ContainsFunc(e.edits, func(x analysis.TextEdit) bool { return strings.Contains(string(x.NewText), name+" := ") })
	})
}

package rewrite

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// maxComment is the number of lines of a comment on a write that goes with it. A longer
// one has a reason to tell.
const maxComment = 2

// remove takes the statements of a write out, with the comment on them and the copy
// that only they need. It fails where something else would no longer compile, or where
// a comment says why the write is there.
func (e *edit) remove(m *move) bool {
	w := m.write
	if e.failed {
		return false
	}
	for _, v := range e.r.onlyIn(w) {
		if m.turned != "" || m.ways != nil && len(m.ways.missed) > 0 || len(m.rebased) > 0 && v == e.r.baseOf(w) {
			continue // it is still needed
		}
		if at := m.unsafe(); at.IsValid() {
			m.refuse(v.Pos(), "the update in %s may need %s", m.r.line(at), v.Name())
			return false
		}
		declared := e.r.declaration(v, w.decl)
		if declared == nil {
			m.refuse(v.Pos(), "%s is of no other use", v.Name())
			return false
		}
		if !e.cutHead(declared) {
			return false
		}
	}
	if c := e.comment(w.first()); c != nil && len(c.List) > maxComment {
		m.refuse(c.Pos(), "the comment in %s says why the status is written there", m.r.line(c.Pos()))
		return false
	}
	if m.turned != "" {
		e.put(w, m.turned+" = true")
		return true
	}
	// What a comment says of the assignment would be lost, or false of the one after it.
	if dead := e.r.dead(m); dead != nil && !e.explained(dead) && !e.cut(dead, dead) {
		return false
	}
	return e.cut(w.first(), w.last)
}

// unsafe is where another update of the object is that has no copy yet, or no place. The
// fix of it uses the copy that is there, and may be applied along with this one: it comes
// first.
func (m *move) unsafe() token.Pos {
	if m.f == nil { // a helper, of which the write is all that there is
		return token.NoPos
	}
	for _, v := range m.f.Visits {
		c := v.Call.Common()
		op := kube.Classify(c).Op
		if v.Call != m.write.call && v.Resource == m.v.Resource && (op == kube.StatusUpdate || op == kube.None && m.r.directive(c.StaticCallee()) == "") {
			return v.Call.Pos()
		}
	}
	return token.NoPos
}

// put puts a statement in the place of those of a write, and the comment on them.
func (e *edit) put(w *write, text string) {
	from := w.first().Pos()
	if c := e.comment(w.first()); c != nil {
		from = c.Pos()
	}
	e.change(from, w.last.End(), text)
}

// dead is the assignment before a write that only the write has seen, as the one after
// it gives the same field another value; nil if there is none.
func (r *Rewriter) dead(m *move) ast.Stmt {
	w := m.write
	end := w.place.i
	for w.place.list[end] != w.last {
		end++
	}
	for end++; end < len(w.place.list) && slices.ContainsFunc(m.rebased, func(c *ssa.Call) bool {
		return w.place.list[end].Pos() <= c.Pos() && c.Pos() < w.place.list[end].End()
	}); {
		end++
	}
	if m.ways == nil || w.place.i == 0 || end >= len(w.place.list) || len(m.ways.missed) > 0 {
		return nil
	}
	before, ok1 := w.place.list[w.place.i-1].(*ast.AssignStmt)
	after, ok2 := w.place.list[end].(*ast.AssignStmt)
	if !ok1 || !ok2 || before.Tok != token.ASSIGN || after.Tok != token.ASSIGN || len(before.Lhs) != 1 || len(after.Lhs) != 1 {
		return nil
	}
	if !plain(before.Lhs[0]) || types.ExprString(before.Lhs[0]) != types.ExprString(after.Lhs[0]) || r.pass.TypesInfo.Types[before.Rhs[0]].Value == nil || r.mentions(after.Rhs[0], types.ExprString(before.Lhs[0])) {
		return nil
	}
	return before
}

// baseOf is the variable that holds what a patch is the difference to, or nil.
func (r *Rewriter) baseOf(w *write) *types.Var {
	if len(w.expr.Args) < 3 {
		return nil
	}
	patch, ok := ast.Unparen(w.expr.Args[2]).(*ast.CallExpr)
	if !ok || len(patch.Args) == 0 {
		return nil
	}
	return r.variable(patch.Args[0])
}

// rebase makes the later patches the difference to what the write was one to.
func (e *edit) rebase(m *move) bool {
	for _, c := range m.rebased {
		base := e.r.baseOf(m.write)
		at, ok := e.r.Root.FindByPos(c.Pos(), c.Pos()+1)
		if base == nil || !ok {
			m.refuse(c.Pos(), "a later patch is the difference to what %s copies", m.r.line(c.Pos()))
			return false
		}
		a, ok := at.Parent().Node().(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 {
			m.refuse(c.Pos(), "a later patch is the difference to what %s copies", m.r.line(c.Pos()))
			return false
		}
		if e.r.variable(a.Lhs[0]) != base {
			if !e.rename(e.r.variable(a.Lhs[0]), base, m.write.decl) {
				m.refuse(c.Pos(), "a later patch is the difference to what %s copies", m.r.line(c.Pos()))
				return false
			}
		}
		if !e.cutHead(a) {
			return false
		}
	}
	return true
}

// rename uses one variable in place of another, wherever that is used.
func (e *edit) rename(from, to *types.Var, decl *ast.FuncDecl) bool {
	if from == nil {
		return false
	}
	ok := true
	ast.Inspect(decl, func(n ast.Node) bool {
		if id, is := n.(*ast.Ident); is && e.r.pass.TypesInfo.Uses[id] == from {
			scope := e.r.pass.Pkg.Scope().Innermost(id.Pos())
			if scope == nil {
				ok = false
				return false
			}
			_, found := scope.LookupParent(to.Name(), id.Pos())
			ok = ok && found == to
			e.change(id.Pos(), id.End(), to.Name())
		}
		return true
	})
	return ok
}

// onlyIn are the variables that a write alone uses.
func (r *Rewriter) onlyIn(w *write) []*types.Var {
	inside, outside := map[*types.Var]bool{}, map[*types.Var]bool{}
	assigned := map[*ast.Ident]bool{}
	ast.Inspect(w.decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, lhs := range n.Lhs {
				if id, ok := lhs.(*ast.Ident); ok {
					assigned[id] = true
				}
			}
		case *ast.Ident:
			v, ok := r.pass.TypesInfo.Uses[n].(*types.Var)
			if !ok || v.IsField() || assigned[n] || v.Pos() < w.decl.Body.Pos() || v.Pos() >= w.decl.Body.End() {
				return true
			}
			if w.inside(n) {
				if w.first().Pos() > v.Pos() {
					inside[v] = true
				}
			} else {
				outside[v] = true
			}
		}
		return true
	})
	maps.DeleteFunc(inside, func(v *types.Var, _ bool) bool { return outside[v] })
	return slices.SortedFunc(maps.Keys(inside), func(a, b *types.Var) int { return cmp.Compare(a.Pos(), b.Pos()) })
}

// declaration is the statement that makes a copy of an object for a variable, and
// nothing else; nil if it is another one.
func (r *Rewriter) declaration(v *types.Var, decl *ast.FuncDecl) ast.Stmt {
	at, ok := r.Root.FindByPos(v.Pos(), v.Pos()+1)
	if !ok {
		return nil
	}
	a, ok := at.Parent().Node().(*ast.AssignStmt)
	if !ok || a.Tok != token.DEFINE || len(a.Lhs) != 1 || len(a.Rhs) != 1 {
		return nil
	}
	switch kind, _ := at.Parent().ParentEdge(); kind {
	case edge.BlockStmt_List, edge.CaseClause_Body, edge.CommClause_Body:
	default:
		return nil
	}
	call, ok := a.Rhs[0].(*ast.CallExpr)
	if !ok || len(call.Args) > 0 {
		return nil
	}
	if fn := callee(r.pass.TypesInfo, call); fn == nil || !kube.Copies(fn) {
		return nil
	}
	return a
}

// comment is the comment on the lines before a statement or a declaration.
func (e *edit) comment(s ast.Node) *ast.CommentGroup {
	line := e.r.pass.Fset.Position(s.Pos()).Line
	for _, c := range e.file.Comments {
		if e.r.pass.Fset.Position(c.End()).Line == line-1 && e.alone(c) {
			return c
		}
	}
	return nil
}

// explained reports that a comment stands before a statement, or at the end of its line.
func (e *edit) explained(s ast.Stmt) bool {
	line := e.r.pass.Fset.Position(s.End()).Line
	return e.comment(s) != nil || slices.ContainsFunc(e.file.Comments, func(c *ast.CommentGroup) bool {
		return e.r.pass.Fset.Position(c.Pos()).Line == line
	})
}

// alone reports that nothing stands before a comment on its line.
func (e *edit) alone(c *ast.CommentGroup) bool {
	at := e.source.Offset(c.Pos())
	return len(bytes.TrimSpace(e.source.Text[bytes.LastIndexByte(e.source.Text[:at], '\n')+1:at])) == 0
}

// cut takes statements out, or a declaration, with their lines, the comment before them,
// and a blank line that would be left over.
func (e *edit) cut(first, last ast.Node) bool {
	if e.failed {
		return false
	}
	from := first.Pos()
	if c := e.comment(first); c != nil {
		from = c.Pos()
	}
	return e.cutFrom(from, last.End())
}

// cutHead takes a statement out. A comment before it stays if statements follow without a
// blank line: it is of all of them.
func (e *edit) cutHead(s ast.Node) bool {
	if e.failed {
		return false
	}
	_, after, _ := bytes.Cut(e.source.Text[e.source.Offset(s.End()):], []byte("\n"))
	next, _, _ := bytes.Cut(after, []byte("\n"))
	if next = bytes.TrimSpace(next); len(next) == 0 || next[0] == '}' {
		return e.cut(s, s)
	}
	return e.cutFrom(s.Pos(), s.End())
}

// cutFrom takes lines out, as cut does, of a file that can be read.
func (e *edit) cutFrom(pos, last token.Pos) bool {
	from, to := e.source.Offset(pos), e.source.Offset(last)
	start := bytes.LastIndexByte(e.source.Text[:from], '\n') + 1
	end := bytes.IndexByte(e.source.Text[to:], '\n')
	if end < 0 || len(bytes.TrimSpace(e.source.Text[start:from])) > 0 {
		return false
	}
	if rest := string(bytes.TrimSpace(e.source.Text[to : to+end])); rest != "" && !strings.HasPrefix(rest, "//") {
		return false
	}
	end += to + 1
	before, after := e.source.Text[:start], e.source.Text[end:]
	blank := bytes.HasSuffix(before, []byte("\n\n"))
	if next, _, _ := bytes.Cut(after, []byte("\n")); blank && (len(bytes.TrimSpace(next)) == 0 || bytes.TrimSpace(next)[0] == '}') {
		start-- // the blank line before it
	} else if bytes.HasSuffix(before, []byte("{\n")) && len(bytes.TrimSpace(next)) == 0 {
		end += len(next) + 1
	}
	e.change(e.file.FileStart+token.Pos(start), e.file.FileStart+token.Pos(end), "")
	return true
}

// sink puts the statements of a write before the returns that no later write comes
// before.
func (e *edit) sink(m *move) bool {
	w := m.write
	for _, ret := range m.ways.missed {
		p, ok := m.r.returns(ret.Pos(), m)
		if !ok || !e.known(w, p) {
			m.refuse(m.write.call.Pos(), "the write in %s cannot be moved to the end", m.r.line(m.write.call.Pos()))
			return false
		}
		if !e.insert(p, e.moved(m, p)) {
			return false
		}
	}
	return true
}

// moved is the source of the statements of a write, indented for another place. A write
// that leaves a loop is made only if the loop has come by it.
func (e *edit) moved(m *move, p place) string {
	w := m.write
	near := p.list[min(p.i, len(p.list)-1)]
	from, to := "\n"+e.source.Indent(w.first().Pos()), "\n"+e.source.Indent(near.Pos())
	text := e.source.Between(w.first().Pos(), w.last.End())
	if m.turned == "" {
		return strings.ReplaceAll(text, from, to)
	}
	return "if " + m.turned + " {" + to + "\t" + strings.ReplaceAll(text, from, to+"\t") + to + "}"
}

// returns is the place of a return. One that is not written is the end of the body.
func (r *Rewriter) returns(pos token.Pos, m *move) (place, bool) {
	var c inspector.Cursor
	if !pos.IsValid() {
		return place{}, false
	}
	c, ok := r.Root.FindByPos(pos, pos+1)
	for ok {
		if _, is := c.Node().(*ast.ReturnStmt); is {
			return statement(c)
		}
		if _, is := c.Node().(*ast.File); is {
			break
		}
		c = c.Parent()
	}
	return place{}, false
}

// known reports that all names in a write mean the same at another place.
func (e *edit) known(w *write, p place) bool {
	at := p.holder.End() - 1
	if p.i < len(p.list) {
		at = p.list[p.i].Pos()
	}
	scope := e.r.pass.Pkg.Scope().Innermost(at)
	if scope == nil {
		return false
	}
	same, of := true, map[*ast.Ident]bool{} // fields, methods, and names of other packages
	for s := range statementsOf(w) {
		ast.Inspect(s, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				of[sel.Sel] = true
			}
			id, ok := n.(*ast.Ident)
			if !ok || of[id] {
				return true
			}
			obj := e.r.pass.TypesInfo.Uses[id]
			if obj == nil || obj.Parent() == nil || w.first().Pos() <= obj.Pos() && obj.Pos() < w.last.End() {
				return true // declared by the write
			}
			_, found := scope.LookupParent(id.Name, at)
			same = same && found == obj
			return true
		})
	}
	return same
}

// statementsOf are the statements of a write.
func statementsOf(w *write) func(yield func(ast.Stmt) bool) {
	return func(yield func(ast.Stmt) bool) {
		for _, s := range w.place.list[w.place.i:] {
			if !yield(s) || s == w.last {
				return
			}
		}
	}
}

package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// write is a status write that stands in a statement of its own, which may be left
// out or put elsewhere:
//
//	if err := c.Status().Update(ctx, app); err != nil { … }
//	err = c.Status().Update(ctx, app); if err != nil { … }
//	_ = c.Status().Update(ctx, app)
type write struct {
	call   *ssa.Call
	expr   *ast.CallExpr
	file   *ast.File
	decl   *ast.FuncDecl
	op     kube.Op
	object ssa.Value // see [root]
	name   string    // of the object in the source
	base   ssa.Value // of a patch: what it is the difference to
	locked string    // of a patch: the function that makes it
	place  place
	last   ast.Stmt // of the statements that it is made of, from that of the place on
}

// writeOf reads the write of a call; nil if it is none of these.
func (r *Rewriter) writeOf(call ssa.CallInstruction) *write {
	c, ok := call.(*ssa.Call)
	if !ok {
		return nil
	}
	w := &write{call: c}
	if !r.sends(w) {
		return nil
	}
	at, ok := r.Root.FindByPos(c.Pos(), c.Pos()+1)
	if !ok {
		return nil
	}
	if w.expr, ok = at.Node().(*ast.CallExpr); !ok || w.expr.Lparen != c.Pos() {
		return nil
	}
	u := r.enclosed(at, w.expr)
	if w.decl, w.file = u.decl, u.file; w.decl == nil || w.file == nil || !w.stands(at) {
		return nil
	}
	for _, arg := range w.expr.Args {
		if kube.IsAPIObject(r.pass.TypesInfo.TypeOf(arg)) {
			w.name = types.ExprString(unaddressed(arg))
			break
		}
	}
	return w
}

// unaddressed is an expression without the & before it.
func unaddressed(e ast.Expr) ast.Expr {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		return ast.Unparen(u.X)
	}
	return e
}

// sends reads what the call sends, and reports that it sends a status, by a client
// whose answer lands in the object, or by a function that is vouched for.
func (r *Rewriter) sends(w *write) bool {
	common := w.call.Common()
	if k := kube.Classify(common); k.Op == kube.StatusUpdate || k.Op == kube.StatusPatch {
		if k.Typed || k.Patcher != nil || k.Object == nil {
			return false
		}
		w.op, w.object = k.Op, root(k.Object)
		if k.Op == kube.StatusPatch {
			base, ok := kube.PatchBase(patchCall(k.Patch))
			if !ok {
				return false
			}
			w.base, w.locked = root(base), calledName(patchCall(k.Patch))
		}
		return w.object != nil
	}
	callee := common.StaticCallee()
	if r.directive(callee) != statuswrites.Update {
		return false
	}
	for _, arg := range common.Args {
		if kube.IsAPIObject(arg.Type()) {
			w.op, w.object = kube.StatusUpdate, root(arg)
			return w.object != nil
		}
	}
	return false
}

// patchCall is the call that makes a patch; an empty one if there is none.
func patchCall(patch ssa.Value) *ssa.CallCommon {
	if patch != nil {
		if c, ok := kube.Unboxed(patch).(*ssa.Call); ok {
			return c.Common()
		}
	}
	return new(ssa.CallCommon)
}

func (r *Rewriter) directive(fn *ssa.Function) statuswrites.Directive {
	if fn == nil {
		return ""
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	obj, _ := fn.Object().(*types.Func)
	return r.writes.Directive(obj)
}

// stands finds the statements of the write, and reports that they are of one of the
// forms.
func (w *write) stands(at inspector.Cursor) bool {
	c := at.Parent()
	for {
		if _, ok := c.Node().(*ast.ParenExpr); !ok {
			break
		}
		c = c.Parent()
	}
	switch s := c.Node().(type) {
	case *ast.ExprStmt:
		return w.at(c, s)
	case *ast.AssignStmt:
		if len(s.Lhs) != 1 || len(s.Rhs) != 1 {
			return false
		}
		id, ok := s.Lhs[0].(*ast.Ident)
		if !ok {
			return false
		}
		if kind, _ := c.ParentEdge(); kind == edge.IfStmt_Init {
			test := c.Parent().Node().(*ast.IfStmt)
			return s.Tok == token.DEFINE && test.Else == nil && asks(test.Cond, id.Name) && w.at(c.Parent(), test)
		}
		if !w.at(c, s) {
			return false
		}
		if id.Name == "_" {
			return true
		}
		if w.place.i+1 == len(w.place.list) {
			return false
		}
		test, ok := w.place.list[w.place.i+1].(*ast.IfStmt)
		w.last = test
		return ok && test.Init == nil && test.Else == nil && asks(test.Cond, id.Name)
	}
	return false
}

// at sets the place of the write to that of a statement, if it stands in a list.
func (w *write) at(c inspector.Cursor, s ast.Stmt) bool {
	p, ok := statement(c)
	w.place, w.last = p, s
	return ok
}

// asks reports that a condition is "name != nil".
func asks(cond ast.Expr, name string) bool {
	b, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok || b.Op != token.NEQ {
		return false
	}
	x, ok1 := b.X.(*ast.Ident)
	y, ok2 := b.Y.(*ast.Ident)
	return ok1 && ok2 && x.Name == name && y.Name == "nil"
}

func (w *write) first() ast.Stmt { return w.place.list[w.place.i] }

// inside reports that a node is part of the statements of the write.
func (w *write) inside(n ast.Node) bool {
	return w.first().Pos() <= n.Pos() && n.End() <= w.last.End()
}

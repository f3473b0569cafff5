package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// maxSites is how many calls of a helper get its write.
const maxSites = 4

// helper is a function of the package that changes an object and writes its status as
// the last thing it does. Without the write it is the change alone.
type helper struct {
	fn     *types.Func
	ssa    *ssa.Function
	object *ssa.Parameter
	write  *write // place and last are those of a return, if it returns what comes of it
	sites  []ssa.CallInstruction

	returns bool // what comes of the write
	void    bool // it needs no result without the write
	always  bool // it writes on each path
	thin    bool // it does nothing else
}

// helper reads the function that a call calls; nil if it is no such helper.
func (r *Rewriter) helper(c ssa.CallInstruction) *helper {
	callee := c.Common().StaticCallee()
	if callee == nil || callee.Blocks == nil || callee.Parent() != nil || callee.Pkg != c.Parent().Pkg {
		return nil
	}
	fn, ok := callee.Object().(*types.Func)
	if !ok || fn.Exported() || callee.Origin() != nil || r.inInterface(fn) || r.inTests(fn.Name()) {
		return nil
	}
	h := &helper{fn: fn, ssa: callee}
	if h.sites, ok = r.writes.Callers(callee); !ok || len(h.sites) == 0 || len(h.sites) > maxSites {
		return nil
	}
	for _, b := range callee.Blocks {
		for _, instr := range b.Instrs {
			w := &write{}
			if w.call, ok = instr.(*ssa.Call); !ok || !r.sends(w) {
				continue
			}
			if h.write != nil {
				return nil
			}
			h.write = w
		}
	}
	if h.write == nil {
		return nil
	}
	if h.object, ok = h.write.object.(*ssa.Parameter); !ok || !r.ends(h) {
		return nil
	}
	h.always = r.alwaysWrites(callee, h.object, 0)
	return h
}

// ends finds the statements of the write of a helper, and reports that nothing comes
// after them.
func (r *Rewriter) ends(h *helper) bool {
	at, ok := r.Root.FindByPos(h.write.call.Pos(), h.write.call.Pos()+1)
	if !ok {
		return false
	}
	call, ok := at.Node().(*ast.CallExpr)
	if !ok || call.Lparen != h.write.call.Pos() {
		return false
	}
	u := r.enclosed(at, call)
	if u.decl == nil || u.file == nil || r.pass.TypesInfo.Defs[u.decl.Name] != types.Object(h.fn) {
		return false
	}
	if ret, ok := at.Parent().Node().(*ast.ReturnStmt); ok && len(ret.Results) == 1 {
		w := h.write
		w.expr, w.decl, w.file, h.returns = call, u.decl, u.file, true
		if !w.at(at.Parent(), ret) {
			return false
		}
	} else if w := r.writeOf(h.write.call); w != nil {
		h.write = w
	} else {
		return false
	}
	list := h.write.decl.Body.List
	rest := list[slices.IndexFunc(list, func(s ast.Stmt) bool { return s.Pos() <= h.write.last.Pos() && h.write.last.End() <= s.End() })+1:]
	if h.write.place.holder != ast.Node(h.write.decl.Body) && !h.returns {
		return false
	}
	results := h.write.decl.Type.Results
	h.void = results.NumFields() == 1 && len(results.List[0].Names) == 0 && kube.IsError(r.pass.TypesInfo.TypeOf(results.List[0].Type))
	h.thin = h.void && h.write.op == kube.StatusUpdate && h.write.first() == list[0]
	for _, ret := range returnsOf(h.write.decl.Body) {
		h.void = h.void && (h.returns && ret == h.write.last || len(ret.Results) == 1 && r.pass.TypesInfo.Types[ret.Results[0]].IsNil())
	}
	switch len(rest) {
	case 0:
		return true
	case 1:
		ret, ok := rest[0].(*ast.ReturnStmt)
		return ok && (len(ret.Results) == 0 || len(ret.Results) == 1 && r.pass.TypesInfo.Types[ret.Results[0]].IsNil())
	}
	return false
}

// returnsOf are the return statements of a body, without those of function literals.
func returnsOf(body *ast.BlockStmt) []*ast.ReturnStmt {
	var all []*ast.ReturnStmt
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			all = append(all, n)
		}
		return true
	})
	return all
}

// callSite is the statement of a call in another function, as far as a split needs it.
type callSite struct {
	write       // the statements, if it is one of the forms of a write
	stmt  place // that holds the call
	ok    bool  // it is one of the forms
}

// siteOf reads a call of a helper. It fails where the call is no statement of a list,
// or something else is done before it there.
func (r *Rewriter) siteOf(c ssa.CallInstruction) (*callSite, bool) {
	call, ok := c.(*ssa.Call)
	if !ok {
		return nil, false
	}
	at, ok := r.Root.FindByPos(c.Pos(), c.Pos()+1)
	if !ok {
		return nil, false
	}
	s := &callSite{write: write{call: call}}
	if s.expr, ok = at.Node().(*ast.CallExpr); !ok || s.expr.Lparen != c.Pos() {
		return nil, false
	}
	u := r.enclosed(at, s.expr)
	s.decl, s.file = u.decl, u.file
	s.ok = s.decl != nil && s.file != nil && s.stands(at)
	if s.decl == nil || s.file == nil {
		return nil, false
	}
	var inner inspector.Cursor
	for inner = at; ; inner = inner.Parent() {
		if p, ok := statement(inner); ok {
			s.stmt = p
			break
		}
		switch inner.Node().(type) {
		case *ast.FuncLit, *ast.FuncDecl, *ast.ForStmt, *ast.RangeStmt:
			return nil, false
		}
	}
	switch n := s.stmt.list[s.stmt.i].(type) {
	case *ast.ReturnStmt:
		for _, e := range n.Results {
			if e == ast.Expr(s.expr) {
				return s, true
			}
			if !still(e) {
				return nil, false
			}
		}
		return nil, false
	case *ast.IfStmt:
		a, ok := n.Init.(*ast.AssignStmt)
		return s, ok && len(a.Rhs) == 1 && a.Rhs[0] == ast.Expr(s.expr)
	case *ast.AssignStmt:
		return s, len(n.Rhs) == 1 && n.Rhs[0] == ast.Expr(s.expr)
	case *ast.ExprStmt:
		return s, n.X == ast.Expr(s.expr)
	}
	return nil, false
}

// still reports that to evaluate an expression does nothing.
func still(e ast.Expr) bool {
	quiet := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.CallExpr, *ast.UnaryExpr, *ast.FuncLit:
			quiet = false
		}
		return quiet
	})
	return quiet
}

// split makes a helper the change alone. The call that a later write carries goes on
// without a write; all others write themselves.
func (f *fix) split(m *move, h *helper) bool {
	if !h.void && len(h.sites) > 1 {
		m.refuse(m.write.call.Pos(), "%s, which writes, has other callers and other results", h.fn.Name())
		return false
	}
	if len(h.sites) > 1 && (!h.always || !h.returns || h.write.op != kube.StatusUpdate) {
		m.refuse(m.write.call.Pos(), "%s, which writes, has other callers, and does not always write", h.fn.Name())
		return false
	}
	e := f.edit(h.write.file)
	inner := &move{r: m.r, write: h.write}
	if e.failed || !f.takeOut(e, inner, h) {
		m.refuse(inner.at, "%s", inner.reason)
		return false
	}
	if !h.void {
		return true // its result is looked at as before
	}
	for _, c := range h.sites {
		s, ok := m.r.siteOf(c)
		if !ok || c == ssa.CallInstruction(m.write.call) && !s.ok {
			m.refuse(c.Pos(), "the call of %s in %s is no statement of its own", h.fn.Name(), m.r.line(c.Pos()))
			return false
		}
		at := f.edit(s.file)
		if at.failed {
			return false
		}
		call := at.source.Between(s.expr.Pos(), s.expr.End())
		if c == ssa.CallInstruction(m.write.call) {
			if len(m.r.onlyIn(&s.write)) > 0 && !m.r.allIn(m.r.onlyIn(&s.write), s.expr) {
				m.refuse(c.Pos(), "what looks at the error of %s uses variables of its own", h.fn.Name())
				return false
			}
			at.change(s.first().Pos(), s.last.End(), call)
			continue
		}
		text, ok := f.inlined(h, s)
		if !ok || !at.insert(s.stmt, call) {
			m.refuse(c.Pos(), "%s cannot write itself", m.r.line(c.Pos()))
			return false
		}
		at.change(s.expr.Pos(), s.expr.End(), text)
	}
	return true
}

// allIn reports that variables are mentioned in a node.
func (r *Rewriter) allIn(vars []*types.Var, n ast.Node) bool {
	return !slices.ContainsFunc(vars, func(v *types.Var) bool { return !r.mentionsAny(n, map[types.Object]bool{v: true}) })
}

// takeOut takes the write out of a helper, and its result, if it is of no more use.
func (f *fix) takeOut(e *edit, m *move, h *helper) bool {
	decl := h.write.decl
	if h.returns && !h.void {
		if len(e.r.onlyIn(h.write)) > 0 {
			m.refuse(h.write.call.Pos(), "%s has variables that only the write needs", h.fn.Name())
			return false
		}
		e.change(h.write.expr.Pos(), h.write.expr.End(), "nil")
		return true
	}
	if !e.remove(m) {
		return false
	}
	if !h.void {
		return true
	}
	e.change(decl.Type.Params.End(), decl.Type.Results.End(), "")
	for _, ret := range returnsOf(decl.Body) {
		switch {
		case h.returns && ret == h.write.last:
		case ret == decl.Body.List[len(decl.Body.List)-1]:
			if !e.cut(ret, ret) {
				return false
			}
		default:
			e.change(ret.Pos()+token.Pos(len("return")), ret.End(), "")
		}
	}
	return true
}

// inlined is the source of the write of a helper in the names of a call of it.
func (f *fix) inlined(h *helper, s *callSite) (string, bool) {
	info := f.r.pass.TypesInfo
	args := map[types.Object]string{}
	at := f.edit(s.file)
	i := 0
	for _, field := range h.write.decl.Type.Params.List {
		for _, id := range field.Names {
			if i >= len(s.expr.Args) {
				return "", false
			}
			args[info.Defs[id]] = at.source.Between(s.expr.Args[i].Pos(), s.expr.Args[i].End())
			i++
		}
	}
	if recv := h.write.decl.Recv; recv != nil && len(recv.List) == 1 && len(recv.List[0].Names) == 1 {
		on := receiver(s.expr)
		if on == nil {
			return "", false
		}
		args[info.Defs[recv.List[0].Names[0]]] = at.source.Between(on.Pos(), on.End())
	}
	src := f.edit(h.write.file)
	var out strings.Builder
	done, ok := h.write.expr.Pos(), true
	ast.Inspect(h.write.expr, func(n ast.Node) bool {
		id, is := n.(*ast.Ident)
		if !is {
			return true
		}
		obj := info.Uses[id]
		if text, known := args[obj]; known {
			out.WriteString(src.source.Between(done, id.Pos()) + text)
			done = id.End()
		} else if obj != nil && obj.Parent() != nil && obj.Parent() != types.Universe {
			ok = false // a variable of the helper, or a package that the file may not know
		}
		return true
	})
	out.WriteString(src.source.Between(done, h.write.expr.End()))
	return out.String(), ok
}

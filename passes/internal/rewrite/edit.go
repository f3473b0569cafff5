package rewrite

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/textedit"
)

// fix is a fix in the making.
type fix struct {
	r     *Rewriter
	edits []*edit
	rests []fixes.Assumption
}

func (r *Rewriter) fix() *fix { return &fix{r: r} }

// option makes the suggested fix of the changes, for review if it rests on anything.
func (f *fix) option(message string) []report.Option {
	var all []analysis.TextEdit
	for _, e := range f.edits {
		if e.failed {
			return nil
		}
		all = append(all, e.edits...)
	}
	return []report.Option{report.Review(message, f.rests, all...)}
}

// edit is what a fix changes in one file. Each change adds lines or replaces a part
// of one, as gofmt would have it, so all else stays as it is.
type edit struct {
	r      *Rewriter
	file   *ast.File
	source *textedit.File
	edits  []analysis.TextEdit
	failed bool
}

// edit is what the fix changes in a file.
func (f *fix) edit(file *ast.File) *edit {
	for _, e := range f.edits {
		if e.file == file {
			return e
		}
	}
	e := &edit{r: f.r, file: file, source: textedit.Read(f.r.pass, file)}
	e.failed = e.source == nil
	f.edits = append(f.edits, e)
	return e
}

// change replaces a range. What two calls of one wrapper have in common is changed
// once.
func (e *edit) change(from, to token.Pos, text string) {
	e.apply(analysis.TextEdit{Pos: from, End: to, NewText: []byte(text)})
}

func (e *edit) apply(x analysis.TextEdit) {
	same := func(y analysis.TextEdit) bool {
		return x.Pos == y.Pos && x.End == y.End && bytes.Equal(x.NewText, y.NewText)
	}
	if !slices.ContainsFunc(e.edits, same) {
		e.edits = append(e.edits, x)
	}
}

// base returns the name of the variable that holds the object of an update as it
// was read, and declares it if it is not there yet; "" where that cannot be done.
func (e *edit) base(u *update) string {
	p, ok := e.r.base(u)
	if !ok || e.failed {
		return ""
	}
	copied := e.copied(u.object)
	if copied == "" {
		return ""
	}
	if u.from != "" {
		name := e.r.plan(u.decl)[copyAt{p.holder, p.i, u.object.text}]
		if name == "" || !e.insert(p, name+" := "+u.from+strings.TrimPrefix(copied, u.object.text)) {
			return ""
		}
		return name
	}
	if ctx := e.r.answered(u, p); ctx != "" && e.r.to.base != "" && e.r.to.takes(u.object.typ) {
		copied = e.baseCall(u, ctx, u.call.Pos())
	}
	if p.i < len(p.list) {
		for _, text := range []string{copied, e.copied(u.object)} {
			if name := e.r.declared(p.list[p.i], text, u.decl); name != "" {
				return name
			}
		}
	}
	name := e.r.plan(u.decl)[copyAt{p.holder, p.i, u.object.text}]
	if name == "" || !e.insert(p, name+" := "+copied) {
		return ""
	}
	return name
}

// declared is the variable that a statement declares as a copy, for updates and
// nothing else.
func (r *Rewriter) declared(stmt ast.Stmt, copied string, decl *ast.FuncDecl) string {
	a, ok := stmt.(*ast.AssignStmt)
	if !ok || a.Tok != token.DEFINE || len(a.Lhs) != 1 || len(a.Rhs) != 1 || types.ExprString(a.Rhs[0]) != copied {
		return ""
	}
	id, ok := a.Lhs[0].(*ast.Ident)
	if !ok {
		return ""
	}
	v := r.pass.TypesInfo.Defs[id]
	only := true
	uses := map[*ast.Ident]bool{}
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			fn := callee(r.pass.TypesInfo, n)
			for i, arg := range n.Args {
				if id, ok := ast.Unparen(arg).(*ast.Ident); ok && fn != nil && r.renews(fn, i, 0) {
					uses[id] = true
				}
			}
		case *ast.Ident:
			if r.pass.TypesInfo.Uses[n] == v && !uses[n] {
				only = false
			}
		}
		return true
	})
	if !only {
		return ""
	}
	return id.Name
}

// renews reports that a function does with an argument, counted without the receiver,
// nothing but to give it to an update as the copy of an object, which is made that of
// what was answered: a function that is vouched for, or a wrapper of it.
func (r *Rewriter) renews(fn *types.Func, arg, depth int) bool {
	if r.writes.Directive(fn) != "" {
		return true
	}
	wrapper := r.Funcs[fn.Origin()]
	if fn.Signature().Recv() != nil {
		arg++
	}
	if wrapper == nil || arg >= len(wrapper.Params) || depth == maxDepth {
		return false
	}
	param, given := wrapper.Params[arg], false
	for _, use := range *param.Referrers() {
		if _, ok := use.(*ssa.DebugRef); ok {
			continue
		}
		c, ok := use.(*ssa.Call)
		if !ok {
			return false
		}
		inner := kube.Func(c.Common())
		at := slices.Index(c.Call.Args, ssa.Value(param))
		if inner != nil && !c.Call.IsInvoke() && inner.Signature().Recv() != nil {
			at--
		}
		if inner == nil || at < 0 || !r.renews(inner, at, depth+1) {
			return false
		}
		given = true
	}
	return given
}

// callee is the function that a call names, or nil.
func callee(info *types.Info, call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(info, call).(*types.Func)
	return fn
}

// insert puts a statement on a line of its own at a place.
func (e *edit) insert(p place, text string) bool {
	if e.failed {
		return false
	}
	open := p.holder.Pos() // of what comes before the place
	switch h := p.holder.(type) {
	case *ast.BlockStmt:
		open = h.Lbrace + 1
	case *ast.CaseClause:
		open = h.Colon + 1
	case *ast.CommClause:
		open = h.Colon + 1
	}
	after := open
	if p.i > 0 {
		after = p.list[p.i-1].End()
	}
	near := p.list[min(p.i, len(p.list)-1)] // stands as deep as the statement will
	if block, ok := p.holder.(*ast.BlockStmt); ok && e.source.OneLine(open, block.Rbrace) {
		return false
	}
	line, ok := e.source.Line(after, near.Pos(), text)
	if ok {
		e.apply(line)
	}
	return ok
}

// above puts a statement on a line of its own above another one and the comment on it.
func (e *edit) above(s ast.Stmt, text string) bool {
	if e.failed {
		return false
	}
	at := s.Pos()
	if c := e.comment(s); c != nil {
		at = c.Pos()
	}
	line, ok := e.source.Above(at, text)
	if ok {
		e.apply(line)
	}
	return ok
}

// named is the source of a function of the package of Update as the file names it at a
// place. The import is added where the file lacks it.
func (e *edit) named(fn string, at token.Pos) string {
	if e.failed {
		return ""
	}
	to := e.r.to
	name, edits, ok := e.source.Import(to.path, at, to.name, "atomic"+to.name, "k8s"+to.name)
	if !ok {
		e.failed = true
		return ""
	}
	for _, x := range edits {
		e.apply(x)
	}
	if name == "" {
		return fn
	}
	return name + "." + fn
}

// replace makes an update a call of Update.
func (e *edit) replace(u *update, base string) {
	ctx, obj := u.call.Args[0], u.call.Args[1]
	e.change(u.call.Pos(), u.call.Lparen, e.named(e.r.to.fn, u.call.Pos()))
	e.change(ctx.End(), ctx.End(), ", "+u.client)
	e.change(obj.End(), obj.End(), ", "+base)
}

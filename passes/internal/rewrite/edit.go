package rewrite

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
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
	src    []byte
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
	r := f.r
	e := &edit{r: r, file: file}
	f.edits = append(f.edits, e)
	tok := r.pass.Fset.File(file.FileStart)
	if tok == nil || r.pass.ReadFile == nil {
		e.failed = true
		return e
	}
	src, err := r.pass.ReadFile(tok.Name())
	if err != nil || len(src) != tok.Size() {
		e.failed = true
		return e
	}
	e.src = src
	return e
}

func (e *edit) offset(pos token.Pos) int { return int(pos - e.file.FileStart) }

// change replaces a range. What two calls of one wrapper have in common is changed
// once.
func (e *edit) change(from, to token.Pos, text string) {
	same := func(x analysis.TextEdit) bool {
		return x.Pos == from && x.End == to && string(x.NewText) == text
	}
	if slices.ContainsFunc(e.edits, same) {
		return
	}
	e.edits = append(e.edits, analysis.TextEdit{Pos: from, End: to, NewText: []byte(text)})
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
	if p.i < len(p.list) {
		if name := e.r.declared(p.list[p.i], copied, u.decl); name != "" {
			return name
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
			if fn := callee(r.pass.TypesInfo, n); fn != nil && r.writes.Directive(fn) != "" {
				for _, arg := range n.Args {
					if id, ok := ast.Unparen(arg).(*ast.Ident); ok {
						uses[id] = true
					}
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

// callee is the function that a call names, or nil.
func callee(info *types.Info, call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(info, call).(*types.Func)
	return fn
}

// insert puts a statement on a line of its own at a place.
func (e *edit) insert(p place, text string) bool {
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
	if block, ok := p.holder.(*ast.BlockStmt); ok && e.oneLine(open, block.Rbrace) {
		return false
	}
	at := e.offset(after)
	end := bytes.IndexByte(e.src[at:], '\n')
	if end < 0 {
		return false
	}
	rest := strings.TrimSpace(string(e.src[at : at+end]))
	if rest != "" && !strings.HasPrefix(rest, "//") {
		return false // more code on the line
	}
	newline := "\n"
	if end > 0 && e.src[at+end-1] == '\r' {
		newline, end = "\r\n", end-1
	}
	to := after + token.Pos(end)
	e.change(to, to, newline+e.indent(near.Pos())+text)
	return true
}

func (e *edit) oneLine(from, to token.Pos) bool {
	return !bytes.ContainsRune(e.src[e.offset(from):e.offset(to)], '\n')
}

// indent is the white space that the line of a position begins with.
func (e *edit) indent(pos token.Pos) string {
	line := e.src[bytes.LastIndexByte(e.src[:e.offset(pos)], '\n')+1:]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// replace makes an update a call of Update.
func (e *edit) replace(u *update, base string) {
	ctx, obj := u.call.Args[0], u.call.Args[1]
	e.change(u.call.Pos(), u.call.Lparen, e.updater())
	e.change(ctx.End(), ctx.End(), ", "+u.client)
	e.change(obj.End(), obj.End(), ", "+base)
}

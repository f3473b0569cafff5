package rewrite

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// edit is a fix in the making: the changes of one file.
type edit struct {
	r       *Rewriter
	f       *function
	src     []byte
	start   token.Pos // of the file
	changes []change
	imports []imported
	failed  bool
}

// change replaces a range of bytes.
type change struct {
	from, to int
	text     string
}

type imported struct{ name, path string }

// edit begins a fix in the file of a function, or returns nil where the source
// is not to be had.
func (r *Rewriter) edit(f *function) *edit {
	tok := r.pass.Fset.File(f.file.FileStart)
	if tok == nil || r.pass.ReadFile == nil {
		return nil
	}
	src, err := r.pass.ReadFile(tok.Name())
	if err != nil || len(src) != tok.Size() {
		return nil
	}
	return &edit{r: r, f: f, src: src, start: f.file.FileStart}
}

func (e *edit) offset(pos token.Pos) int { return int(pos - e.start) }

// source is the text of a node.
func (e *edit) source(n ast.Node) string { return string(e.src[e.offset(n.Pos()):e.offset(n.End())]) }

// replace replaces a node.
func (e *edit) replace(from, to token.Pos, text string) {
	e.changes = append(e.changes, change{e.offset(from), e.offset(to), text})
}

// lines is the range of the lines that a statement stands on, with the comments
// right above it and behind it: they belong to it. It fails where other code is
// on these lines.
func (e *edit) lines(list []ast.Stmt, i int, holder ast.Node) (from, to int) {
	stmt := list[i]
	from, to = e.offset(stmt.Pos()), e.offset(stmt.End())
	prev := e.offset(holder.Pos())
	switch h := holder.(type) {
	case *ast.BlockStmt:
		prev = e.offset(h.Lbrace) + 1
	case *ast.CaseClause:
		prev = e.offset(h.Colon) + 1
	case *ast.CommClause:
		prev = e.offset(h.Colon) + 1
	}
	if i > 0 {
		prev = e.offset(list[i-1].End())
	}
	for _, group := range slices.Backward(e.f.file.Comments) {
		start, end := e.offset(group.Pos()), e.offset(group.End())
		if start >= prev && end <= from && e.onOwnLine(start) && strings.TrimSpace(string(e.src[end:from])) == "" && bytes.Count(e.src[end:from], []byte("\n")) == 1 {
			from = start
		}
		if start >= to && e.sameLine(to, start) {
			to = max(to, end)
		}
	}
	start := from
	for start > 0 && (e.src[start-1] == ' ' || e.src[start-1] == '\t') {
		start--
	}
	if start > 0 && e.src[start-1] != '\n' || to < len(e.src) && e.src[to] != '\n' && e.src[to] != '\r' {
		e.failed = true
	}
	return start, to
}

// blank tells whether the line that ends or begins at an offset is empty, or
// opens a block.
func (e *edit) blank(at, step int) bool {
	if step < 0 {
		line := e.src[:max(at, 0)]
		line = bytes.TrimSpace(line[bytes.LastIndexByte(line, '\n')+1:])
		return len(line) == 0 || line[len(line)-1] == '{'
	}
	end := bytes.IndexByte(e.src[at:], '\n')
	return end >= 0 && len(bytes.TrimSpace(e.src[at:at+end])) == 0
}

func (e *edit) onOwnLine(at int) bool {
	for at > 0 && e.src[at-1] != '\n' {
		at--
		if e.src[at] != ' ' && e.src[at] != '\t' {
			return false
		}
	}
	return true
}

func (e *edit) sameLine(a, b int) bool { return !bytes.ContainsRune(e.src[a:b], '\n') }

// take removes a statement and returns its text.
func (e *edit) take(list []ast.Stmt, i int, holder ast.Node) string {
	from, to := e.lines(list, i, holder)
	text := string(e.src[from:to])
	if to < len(e.src) && e.src[to] == '\r' {
		to++
	}
	if to < len(e.src) {
		to++ // the end of the line
	}
	if e.blank(from-1, -1) && e.blank(to, 1) { // one empty line is enough
		for e.src[to] != '\n' {
			to++
		}
		to++
	}
	e.changes = append(e.changes, change{from, to, ""})
	return strings.TrimRight(text, "\r\n")
}

// textWith is the text of a range with some nodes in it replaced.
func (e *edit) textWith(from, to int, with map[ast.Expr]string) string {
	var changes []change
	for n, text := range with {
		if f, t := e.offset(n.Pos()), e.offset(n.End()); from <= f && t <= to {
			changes = append(changes, change{f - from, t - from, text})
		}
	}
	return string(apply(e.src[from:to], changes))
}

func apply(src []byte, changes []change) []byte {
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b change) int { return a.from - b.from })
	var out []byte
	at := 0
	for _, c := range changes {
		if c.from < at {
			return nil // they overlap
		}
		out = append(append(out, src[at:c.from]...), c.text...)
		at = c.to
	}
	return append(out, src[at:]...)
}

// use returns the name under which the file knows a package, and imports it if
// it does not.
func (e *edit) use(path, name string) string {
	for _, spec := range e.f.file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil || p != path {
			continue
		}
		if spec.Name != nil {
			if spec.Name.Name == "_" || spec.Name.Name == "." {
				continue
			}
			name = spec.Name.Name
		} else if imp := e.r.pass.TypesInfo.PkgNameOf(spec); imp != nil {
			name = imp.Name()
		}
		if e.shadowed(name) {
			e.failed = true
		}
		return name
	}
	for _, imp := range e.imports {
		if imp.path == path {
			return imp.name
		}
	}
	name = e.f.free(name, "k8s"+name, "client"+name)
	for _, spec := range e.f.file.Imports {
		if imp := e.r.pass.TypesInfo.PkgNameOf(spec); imp != nil && imp.Name() == name {
			e.failed = true
		}
	}
	if name == "" || e.r.pass.Pkg.Scope().Lookup(name) != nil {
		e.failed = true
	}
	e.imports = append(e.imports, imported{name, path})
	return name
}

// forget takes the import of a package out, which stands on a line of its own.
func (e *edit) forget(name *types.PkgName) {
	for _, d := range e.f.file.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.IMPORT || !d.Lparen.IsValid() {
			continue
		}
		for _, spec := range d.Specs {
			spec := spec.(*ast.ImportSpec)
			if e.r.pass.TypesInfo.PkgNameOf(spec) != name {
				continue
			}
			if spec.Doc != nil || spec.Comment != nil || !e.onOwnLine(e.offset(spec.Pos())) {
				break
			}
			from, to := e.offset(spec.Pos()), e.offset(spec.End())
			for e.src[from-1] != '\n' {
				from--
			}
			if to < len(e.src) && e.src[to] == '\n' {
				e.changes = append(e.changes, change{from, to + 1, ""})
				return
			}
		}
	}
	e.failed = true
}

// shadowed tells whether the function declares something of the name of a
// package.
func (e *edit) shadowed(name string) bool {
	found := false
	ast.Inspect(e.f.decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == name && e.r.pass.TypesInfo.Defs[id] != nil {
			found = true
		}
		return !found
	})
	return found
}

// typeName is the name of a type in the file.
func (e *edit) typeName(n *types.Named) string {
	if n.TypeArgs().Len() > 0 {
		e.failed = true
	}
	if n.Obj().Pkg() == e.r.pass.Pkg {
		if e.shadowed(n.Obj().Name()) {
			e.failed = true
		}
		return n.Obj().Name()
	}
	if !n.Obj().Exported() {
		e.failed = true
	}
	return e.use(n.Obj().Pkg().Path(), n.Obj().Pkg().Name()) + "." + n.Obj().Name()
}

// addImports adds the imports to the file, each into the group whose paths are
// most like it, in order.
func (e *edit) addImports() {
	for _, imp := range e.imports {
		line := strconv.Quote(imp.path)
		if imp.name != imp.path[strings.LastIndexByte(imp.path, '/')+1:] {
			line = imp.name + " " + line
		}
		var best *ast.ImportSpec
		length := -1
		for _, d := range e.f.file.Decls {
			d, ok := d.(*ast.GenDecl)
			if !ok || d.Tok != token.IMPORT || !d.Lparen.IsValid() {
				continue
			}
			for _, spec := range d.Specs {
				spec := spec.(*ast.ImportSpec)
				p, _ := strconv.Unquote(spec.Path.Value)
				n := common(p, imp.path)
				if n == 0 && common(p, e.r.pass.Pkg.Path()) > 0 {
					n = -1 // the group of the module's own packages
				}
				if n > length || n == length && p < imp.path {
					best, length = spec, n
				}
			}
		}
		if best == nil {
			at := e.offset(e.f.file.Name.End())
			if len(e.f.file.Imports) > 0 {
				at = e.offset(e.f.file.Decls[0].End())
			}
			e.changes = append(e.changes, change{at, at, "\n\nimport " + line})
			continue
		}
		p, _ := strconv.Unquote(best.Path.Value)
		at := e.offset(best.End())
		text := "\n\t" + line
		if p > imp.path { // before it
			at = e.offset(best.Pos())
			text = line + "\n\t"
		} else if best.Comment != nil {
			at = e.offset(best.Comment.End())
		}
		e.changes = append(e.changes, change{at, at, text})
	}
}

// common is the number of path elements that two import paths begin with.
func common(a, b string) int {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(as) && n < len(bs) && as[n] == bs[n] {
		n++
	}
	if n == 0 && strings.Contains(as[0], ".") == strings.Contains(bs[0], ".") {
		return 0
	}
	if n == 0 {
		return -1
	}
	return n
}

// fix makes the suggested fix of the changes.
func (e *edit) fix(message string) []report.Option {
	if e.failed {
		return nil
	}
	e.addImports()
	parts := e.parts()
	if e.failed {
		return nil
	}
	var edits []analysis.TextEdit
	for _, p := range parts {
		of, ok := e.edits(p)
		if !ok {
			return nil
		}
		edits = append(edits, of...)
	}
	return []report.Option{report.Fix(message, edits...)}
}

// part is a range of whole lines, without the end of the last one, that is
// formatted by itself, and what changes there: all down to the last import, or a
// declaration. A file can be large, and have many fixes.
type part struct {
	from, to int
	changes  []change
}

// parts are those that change, in order.
func (e *edit) parts() []part {
	all := []part{{to: e.lineEnd(e.f.file.Name.End())}}
	for _, d := range e.f.file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			all[0].to = e.lineEnd(d.End())
		} else {
			start := e.offset(d.Pos())
			all = append(all, part{from: bytes.LastIndexByte(e.src[:start], '\n') + 1, to: e.lineEnd(d.End())})
		}
	}
	slices.SortStableFunc(e.changes, func(a, b change) int { return a.from - b.from })
	for _, c := range e.changes {
		i := slices.IndexFunc(all, func(p part) bool { return p.from <= c.from && c.to <= p.to })
		if i < 0 {
			e.failed = true
			return nil
		}
		all[i].changes = append(all[i].changes, change{c.from - all[i].from, c.to - all[i].from, c.text})
	}
	return slices.DeleteFunc(all, func(p part) bool { return len(p.changes) == 0 })
}

func (e *edit) lineEnd(pos token.Pos) int {
	at := e.offset(pos)
	if i := bytes.IndexByte(e.src[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(e.src)
}

// edits change a part, and format it if it was. It fails where the changes
// overlap, or do not make Go.
func (e *edit) edits(p part) ([]analysis.TextEdit, bool) {
	old := e.src[p.from:p.to]
	out := apply(old, p.changes)
	if out == nil {
		return nil, false
	}
	out, err := p.format(out)
	if err != nil {
		return nil, false
	}
	at := e.start + token.Pos(p.from)
	was, known := e.r.formatted[at]
	if !known {
		before, err := p.format(old)
		was = err == nil && bytes.Equal(before, old)
		e.r.formatted[at] = was
	}
	if was {
		return diff(at, old, out), true
	}
	var edits []analysis.TextEdit
	for _, c := range p.changes {
		edits = append(edits, analysis.TextEdit{Pos: at + token.Pos(c.from), End: at + token.Pos(c.to), NewText: []byte(c.text)})
	}
	return edits, true
}

// format formats the text of a part.
func (p part) format(text []byte) ([]byte, error) {
	clause := ""
	if p.from > 0 {
		clause = "package p\n\n"
	}
	out, err := format.Source(append([]byte(clause), text...))
	if err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out[min(len(clause), len(out)):], []byte("\n")), nil
}

// diff is the edit of whole lines between the first and the last difference.
func diff(start token.Pos, old, new []byte) []analysis.TextEdit {
	if bytes.Equal(old, new) {
		return nil
	}
	a, b := bytes.SplitAfter(old, []byte("\n")), bytes.SplitAfter(new, []byte("\n"))
	from := 0
	for len(a) > 0 && len(b) > 0 && bytes.Equal(a[0], b[0]) {
		from += len(a[0])
		a, b = a[1:], b[1:]
	}
	to := len(old)
	for len(a) > 0 && len(b) > 0 && bytes.Equal(a[len(a)-1], b[len(b)-1]) {
		to -= len(a[len(a)-1])
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return []analysis.TextEdit{{Pos: start + token.Pos(from), End: start + token.Pos(to), NewText: bytes.Join(b, nil)}}
}

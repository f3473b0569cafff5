package rewrite

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// updater is the source of Update as the file names it. The import is added where
// the file lacks it.
func (e *edit) updater() string {
	to := e.r.to
	if to.path == e.r.pass.Pkg.Path() {
		return to.fn
	}
	for _, spec := range e.file.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil && p == to.path {
			name := to.name
			if spec.Name != nil {
				name = spec.Name.Name
			}
			switch {
			case name == ".":
				return to.fn
			case name == "_":
			case e.hidden(name):
				e.failed = true
				return ""
			default:
				return name + "." + to.fn
			}
		}
	}
	for _, name := range []string{to.name, "atomic" + to.name, "k8s" + to.name} {
		if !e.hidden(name) && !e.imports(name) && e.r.pass.Pkg.Scope().Lookup(name) == nil {
			e.addImport(to.path, name)
			return name + "." + to.fn
		}
	}
	e.failed = true
	return ""
}

// hidden reports that the file declares something of that name in a function, which
// would hide a package. It is asked of the whole file, as all fixes in it have to
// agree on the name.
func (e *edit) hidden(name string) bool {
	found := false
	for _, d := range e.file.Decls {
		ast.Inspect(d, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.Name == name {
				if obj := e.r.pass.TypesInfo.Defs[id]; obj != nil && obj.Parent() != nil {
					found = true
				}
			}
			return !found
		})
	}
	return found
}

// imports reports that the file knows another package by that name.
func (e *edit) imports(name string) bool {
	for _, spec := range e.file.Imports {
		if imp := e.r.pass.TypesInfo.PkgNameOf(spec); imp != nil && imp.Name() == name {
			return true
		}
	}
	return false
}

// addImport adds an import where its path belongs: behind the last of those that
// come before it in the group whose paths are most like it.
func (e *edit) addImport(path, name string) {
	line := strconv.Quote(path)
	if name != path[strings.LastIndexByte(path, '/')+1:] {
		line = name + " " + line
	}
	var best *ast.ImportSpec
	var last ast.Decl // import declaration
	length := -1
	for _, d := range e.file.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.IMPORT {
			break
		}
		last = d
		if !d.Lparen.IsValid() || e.oneLine(d.Lparen, d.Rparen) {
			continue
		}
		for _, spec := range d.Specs {
			spec := spec.(*ast.ImportSpec)
			p, _ := strconv.Unquote(spec.Path.Value)
			if n := likeness(p, path, e.r.pass.Pkg.Path()); n > length || n == length && p < path {
				best, length = spec, n
			}
		}
	}
	switch {
	case best == nil && last == nil:
		e.change(e.file.Name.End(), e.file.Name.End(), "\n\nimport "+line)
		return
	case best == nil:
		e.change(last.End(), last.End(), "\nimport "+line)
		return
	}
	if p, _ := strconv.Unquote(best.Path.Value); p > path {
		at := best.Pos()
		if best.Doc != nil {
			at = best.Doc.Pos()
		}
		e.change(at, at, line+"\n\t")
		return
	}
	at := best.End()
	if best.Comment != nil {
		at = best.Comment.End()
	}
	e.change(at, at, "\n\t"+line)
}

// likeness is the number of path elements that two imports begin with. Where that
// is none, the group of the module's own packages is no place for others.
func likeness(p, path, own string) int {
	n := common(p, path)
	if n == 0 && common(p, own) > 0 {
		return -1
	}
	return n
}

// common is the number of path elements that two import paths begin with; -1 if
// only one of them is of the standard library.
func common(a, b string) int {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(as) && n < len(bs) && as[n] == bs[n] {
		n++
	}
	if n == 0 && strings.Contains(as[0], ".") != strings.Contains(bs[0], ".") {
		return -1
	}
	return n
}

package textedit

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Import returns the name by which the file can speak of a package, and what to add
// to the file for that: nothing if it imports the package already. The name is empty
// where none is needed, as in that package itself. Of the names that are given, that
// of the package first, a new import takes the first that is free; ok is false if
// none is, or if the name that the file has for it means something else at the place
// where it is to be used.
func (f *File) Import(path string, at token.Pos, names ...string) (name string, edits []analysis.TextEdit, ok bool) {
	if path == f.pass.Pkg.Path() {
		return "", nil, true
	}
	for _, spec := range f.Syntax.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil && p == path {
			name := names[0]
			if spec.Name != nil {
				name = spec.Name.Name
			}
			switch name {
			case ".":
				return "", nil, true
			case "_":
				continue
			}
			return name, nil, f.means(name, at, path)
		}
	}
	for _, name := range names {
		if !f.hidden(name) && !f.imports(name) && f.pass.Pkg.Scope().Lookup(name) == nil {
			return name, []analysis.TextEdit{f.addImport(path, name)}, true
		}
	}
	return "", nil, false
}

// means reports that a name stands for a package at a place.
func (f *File) means(name string, at token.Pos, path string) bool {
	_, obj := f.pass.Pkg.Scope().Innermost(at).LookupParent(name, at)
	pkg, ok := obj.(*types.PkgName)
	return ok && pkg.Imported().Path() == path
}

// hidden reports that the file declares something of that name in a function, which
// would hide a package. It is asked of the whole file, as all fixes in it have to
// agree on the name.
func (f *File) hidden(name string) bool {
	found := false
	for _, d := range f.Syntax.Decls {
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			continue // its name for a package hides none
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.Name == name {
				if obj := f.pass.TypesInfo.Defs[id]; obj != nil && obj.Parent() != nil {
					found = true
				}
			}
			return !found
		})
	}
	return found
}

// imports reports that the file knows another package by that name.
func (f *File) imports(name string) bool {
	for _, spec := range f.Syntax.Imports {
		if imp := f.pass.TypesInfo.PkgNameOf(spec); imp != nil && imp.Name() == name {
			return true
		}
	}
	return false
}

// addImport adds an import where its path belongs: behind the last of those that
// come before it in the group whose paths are most like it.
func (f *File) addImport(path, name string) analysis.TextEdit {
	line := strconv.Quote(path)
	if name != path[strings.LastIndexByte(path, '/')+1:] {
		line = name + " " + line
	}
	var best *ast.ImportSpec
	var last ast.Decl // import declaration
	length := -1
	for _, d := range f.Syntax.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.IMPORT {
			break
		}
		last = d
		if !d.Lparen.IsValid() || f.OneLine(d.Lparen, d.Rparen) {
			continue
		}
		for _, spec := range d.Specs {
			spec := spec.(*ast.ImportSpec)
			p, _ := strconv.Unquote(spec.Path.Value)
			if n := likeness(p, path, f.pass.Pkg.Path()); n > length || n == length && p < path {
				best, length = spec, n
			}
		}
	}
	switch {
	case best == nil && last == nil:
		return insertion(f.Syntax.Name.End(), "\n\nimport "+line)
	case best == nil:
		return insertion(last.End(), "\nimport "+line)
	}
	if p, _ := strconv.Unquote(best.Path.Value); p > path {
		at := best.Pos()
		if best.Doc != nil {
			at = best.Doc.Pos()
		}
		return insertion(at, line+"\n\t")
	}
	at := best.End()
	if best.Comment != nil {
		at = best.Comment.End()
	}
	return insertion(at, "\n\t"+line)
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

package load

import (
	"errors"
	"path/filepath"
)

// File is a file as it was analysed.
type File struct {
	Text    []byte
	Imports map[string]string // the names of the packages that its package imports, by path as written
}

// source is a file of a package that the user asked for.
type source struct {
	text      []byte
	generated bool
	of        *node
}

// keep remembers a file of the package.
func (n *node) keep(name string, text []byte, generated bool) {
	if n.sources == nil {
		n.sources = make(map[string]source)
	}
	n.sources[name] = source{text: text, generated: generated, of: n}
}

// Editable returns a file that a fix may change: one that somebody wrote, in a
// package to analyse, below the main module or a module of the workspace. For
// any other the error says what it is.
func (prog *Program) Editable(name string) (File, error) {
	src, ok := prog.sources[name]
	if !ok {
		return File{}, errors.New("it is in none of the packages that are analysed")
	}
	switch pkg := src.of.pkg; {
	case src.generated:
		return File{}, errors.New("it is generated")
	case pkg.PkgPath == "command-line-arguments":
		return File{}, errors.New("it was named as a file: name its package")
	case pkg.Module == nil || !pkg.Module.Main || !below(pkg.Module.Dir, name):
		return File{}, errors.New("it is outside of the main module")
	}
	names := make(map[string]string, len(src.of.deps))
	for path, dep := range src.of.deps {
		names[path] = dep.pkg.Name
	}
	return File{Text: src.text, Imports: names}, nil
}

// below tells whether a file lies in a directory, wherever links lead.
func below(dir, name string) bool {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	if name, err = filepath.EvalSymlinks(name); err != nil {
		return false
	}
	rel, err := filepath.Rel(dir, name)
	return err == nil && filepath.IsLocal(rel)
}

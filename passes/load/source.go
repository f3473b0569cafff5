package load

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
)

// File is a file as it was analysed.
type File struct {
	Text    []byte
	Imports map[string]string // the names of the packages that its package imports, by path as written
}

// Sources are the files of the packages to analyse, by absolute path. They hold on
// to nothing else of the program.
type Sources map[string]source

type source struct {
	File
	hash      key // of the text, where there is none
	generated bool
	pkgPath   string
	module    string // the directory of the main module that it is of, if it is
}

// keep remembers a file of the package. One without a text has a hash instead, and is
// read when it is asked for.
func (n *node) keep(name string, text []byte, hash key, generated bool) {
	if n.sources == nil {
		n.sources = make(Sources)
		n.names = make(map[string]string, len(n.deps))
		for path, dep := range n.deps {
			n.names[path] = dep.pkg.Name
		}
	}
	src := source{File: File{Text: text, Imports: n.names}, hash: hash, generated: generated, pkgPath: n.pkg.PkgPath}
	if m := n.pkg.Module; m != nil && m.Main {
		src.module = m.Dir
	}
	n.sources[name] = src
}

// Editable returns a file that a fix may change: one that somebody wrote, in a
// package to analyse, below the main module or a module of the workspace. For
// any other the error says what it is.
func (s Sources) Editable(name string) (File, error) {
	src, ok := s[name]
	switch {
	case !ok:
		return File{}, errors.New("it is in none of the packages that are analysed")
	case src.generated:
		return File{}, errors.New("it is generated")
	case src.pkgPath == "command-line-arguments":
		return File{}, errors.New("it was named as a file: name its package")
	case src.module == "" || !below(src.module, name):
		return File{}, errors.New("it is outside of the main module")
	}
	if src.Text == nil {
		text, err := os.ReadFile(name)
		if err != nil || sha256.Sum256(text) != src.hash {
			return File{}, errors.New("it has changed since it was read")
		}
		src.Text = text
		s[name] = src
	}
	return src.File, nil
}

// below reports whether a file lies in a directory, wherever links lead.
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

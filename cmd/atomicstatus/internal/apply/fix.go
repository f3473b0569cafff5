package apply

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// fix is one that can be applied to the program as it is.
type fix struct {
	id    string
	file  string // of the finding
	check string
	safe  bool
	// prepares is what takes note then, for one that lets another package have its fix.
	prepares *fixes.Unnoted
	edits    map[string][]load.Edit // by file, in the order of their positions
	in       map[string]load.File

	related []string // the lines that the finding names
}

// fix returns the fix of a finding, nil if it has none, or the reason why it is
// not to be applied.
func (s *session) fix(d load.Diagnostic) (*fix, error) {
	first := d.First(s.level)
	if first == nil || len(first.Edits) == 0 {
		return nil, nil
	}
	f := &fix{file: d.Pos.Filename, check: d.Analyzer, safe: first.Level() == fixes.Safe, edits: make(map[string][]load.Edit), in: make(map[string]load.File)}
	for _, e := range first.Edits {
		file, err := s.last.Editable(e.Filename)
		if err != nil && e.Filename != d.Pos.Filename {
			err = fmt.Errorf("%s: %w", e.Filename, err)
		}
		if err != nil {
			return nil, err
		}
		if e.Start < 0 || e.Start > e.End || e.End > len(file.Text) {
			return nil, fmt.Errorf("it edits bytes %d to %d of a file of %d", e.Start, e.End, len(file.Text))
		}
		f.in[e.Filename] = file
		f.edits[e.Filename] = append(f.edits[e.Filename], e)
	}
	for _, name := range f.files() {
		edits := f.edits[name]
		slices.SortStableFunc(edits, inOrder)
		for i := range edits[1:] {
			if edits[i].End > edits[i+1].Start {
				return nil, errors.New("its edits overlap")
			}
		}
	}
	for _, rel := range d.Related {
		if file, err := s.last.Editable(rel.Pos.Filename); err == nil {
			f.related = append(f.related, lineAt(file.Text, rel.Pos.Offset))
		}
	}
	f.id = f.identity(d, first.Message)
	if reason, ok := s.refused[f.id]; ok {
		return nil, errors.New(reason)
	}
	return f, nil
}

// identity tells a fix from others in every round. Positions move, so it is
// made of the lines that are edited.
func (f *fix) identity(d load.Diagnostic, message string) string {
	id := []string{d.Analyzer, d.Message, message}
	for _, name := range f.files() {
		for _, e := range f.edits[name] {
			text := string(f.in[name].Text)
			from := strings.LastIndexByte(text[:e.Start], '\n') + 1
			to := len(text)
			if i := strings.IndexByte(text[e.End:], '\n'); i >= 0 {
				to = e.End + i
			}
			id = append(id, name, text[from:to], e.New)
		}
	}
	return strings.Join(id, "\x00")
}

func (f *fix) files() []string { return slices.Sorted(maps.Keys(f.edits)) }

func inOrder(a, b load.Edit) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

// errConflict says that a fix has to wait for the next round.
var errConflict = errors.New("it conflicts with another fix")

// edited is a file with the edits of a round.
type edited struct {
	load.File
	edits  []load.Edit // in order
	taken  []span      // what they touch
	result []byte
}

// on returns what becomes of the files of the fix if it is applied on top of
// others, or [errConflict].
func (f *fix) on(others map[string]*edited) (map[string]*edited, error) {
	after := make(map[string]*edited)
	for _, name := range f.files() {
		old := others[name]
		if old == nil {
			old = &edited{File: f.in[name]}
		}
		parts, err := partsOf(old.Text)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be parsed: %w", filepath.Base(name), err)
		}
		next := &edited{File: old.File, edits: slices.Clone(old.edits), taken: slices.Clone(old.taken)}
		for _, e := range f.edits[name] {
			// Fixes that need the same import, or the same copy of an object, add it
			// once.
			if (f.safe || parts.imports.holds(e)) && slices.Contains(old.edits, e) {
				continue
			}
			part := spanOf(e)
			if !f.safe && !parts.imports.holds(e) {
				part = parts.around(e)
			}
			if slices.ContainsFunc(old.taken, part.touches) {
				return nil, errConflict
			}
			next.taken = append(next.taken, part)
			next.edits = append(next.edits, e)
		}
		slices.SortStableFunc(next.edits, inOrder)
		next.result, err = finish(old.File, patch(old.Text, next.edits))
		if err != nil {
			return nil, fmt.Errorf("its result cannot be parsed: %s:%w", filepath.Base(name), err)
		}
		after[name] = next
	}
	return after, nil
}

func patch(text []byte, edits []load.Edit) []byte {
	var out []byte
	done := 0
	for _, e := range edits {
		out = append(out, text[done:e.Start]...)
		out = append(out, e.New...)
		done = e.End
	}
	return append(out, text[done:]...)
}

// span is a range of bytes with both ends.
type span struct{ from, to int }

func spanOf(e load.Edit) span { return span{e.Start, e.End} }

func (s span) touches(t span) bool { return s.from <= t.to && t.from <= s.to }

func (s span) holds(e load.Edit) bool { return s.from <= e.Start && e.End <= s.to }

// parts are the parts of a file.
type parts struct {
	imports span   // what lies between the package clause and the first other declaration
	decls   []span // the declarations that are no imports, with their comments
}

func partsOf(text []byte) (parts, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return parts{}, err
	}
	offset := func(pos token.Pos) int { return fset.PositionFor(pos, false).Offset }
	p := parts{imports: span{offset(file.Name.End()), len(text)}}
	for _, decl := range file.Decls {
		start, doc := decl.Pos(), (*ast.CommentGroup)(nil)
		switch d := decl.(type) {
		case *ast.FuncDecl:
			doc = d.Doc
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				continue
			}
			doc = d.Doc
		}
		if doc != nil {
			start = doc.Pos()
		}
		p.decls = append(p.decls, span{offset(start), offset(decl.End())})
	}
	if len(p.decls) > 0 {
		p.imports.to = p.decls[0].from - 1
	}
	return p, nil
}

// around returns what only one fix for review may touch in a round: the edit, and
// the declarations that it lies in. Two statements of a function would be too near,
// as a fix of one was made for a program that has the other. Safe fixes are made so
// that all of them can be applied at once, as go vet does.
func (p parts) around(e load.Edit) span {
	part := spanOf(e)
	for _, d := range p.decls {
		if d.touches(spanOf(e)) {
			part = span{min(part.from, d.from), max(part.to, d.to)}
		}
	}
	return part
}

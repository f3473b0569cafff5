// Package textedit makes the edits that fixes consist of: an import where it belongs,
// a statement on a line of its own. Each adds lines or replaces a part of one, as
// gofmt would have it, so all else in the file stays as it is.
package textedit

import (
	"bytes"
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// File is a file of a package, and its text.
type File struct {
	Syntax *ast.File
	Text   []byte
	pass   *analysis.Pass
}

// Read reads a file of a pass. It is nil where the driver does not give the text, or
// another than was parsed, as with cgo.
func Read(pass *analysis.Pass, syntax *ast.File) *File {
	tok := pass.Fset.File(syntax.FileStart)
	if tok == nil || pass.ReadFile == nil {
		return nil
	}
	text, err := pass.ReadFile(tok.Name())
	if err != nil || len(text) != tok.Size() {
		return nil
	}
	return &File{Syntax: syntax, Text: text, pass: pass}
}

// Offset is where a position lies in the text, in bytes.
func (f *File) Offset(pos token.Pos) int { return int(pos - f.Syntax.FileStart) }

// Between is the source between two positions.
func (f *File) Between(from, to token.Pos) string { return string(f.Text[f.Offset(from):f.Offset(to)]) }

// OneLine reports that two positions are on one line.
func (f *File) OneLine(from, to token.Pos) bool {
	return !bytes.ContainsRune(f.Text[f.Offset(from):f.Offset(to)], '\n')
}

// Line puts a statement on a line of its own, behind what ends at a position and
// indented like what begins at another. ok is false where more code follows on the
// line.
func (f *File) Line(after, like token.Pos, text string) (edit analysis.TextEdit, ok bool) {
	at := f.Offset(after)
	end := bytes.IndexByte(f.Text[at:], '\n')
	if end < 0 {
		return edit, false
	}
	rest := strings.TrimSpace(string(f.Text[at : at+end]))
	if rest != "" && !strings.HasPrefix(rest, "//") {
		return edit, false
	}
	newline := "\n"
	if end > 0 && f.Text[at+end-1] == '\r' {
		newline, end = "\r\n", end-1
	}
	return insertion(after+token.Pos(end), newline+f.Indent(like)+text), true
}

// Above puts a statement on a line of its own above that of a position, and indented
// like it. ok is false where more code stands before the position.
func (f *File) Above(at token.Pos, text string) (edit analysis.TextEdit, ok bool) {
	end := f.Offset(at)
	start := bytes.LastIndexByte(f.Text[:end], '\n') + 1
	if len(bytes.TrimSpace(f.Text[start:end])) > 0 {
		return edit, false
	}
	newline := "\n"
	if start > 1 && f.Text[start-2] == '\r' {
		newline = "\r\n"
	}
	return insertion(f.Syntax.FileStart+token.Pos(start), f.Indent(at)+text+newline), true
}

// Indent is the white space that the line of a position begins with.
func (f *File) Indent(pos token.Pos) string {
	line := f.Text[bytes.LastIndexByte(f.Text[:f.Offset(pos)], '\n')+1:]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

func insertion(at token.Pos, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: at, End: at, NewText: []byte(text)}
}

// Statements are the statements that a node holds, if it is a block or a clause.
func Statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

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

func (f *File) offset(pos token.Pos) int { return int(pos - f.Syntax.FileStart) }

// OneLine reports that two positions are on one line.
func (f *File) OneLine(from, to token.Pos) bool {
	return !bytes.ContainsRune(f.Text[f.offset(from):f.offset(to)], '\n')
}

// Line puts a statement on a line of its own, behind what ends at a position and
// indented like what begins at another. ok is false where more code follows on the
// line.
func (f *File) Line(after, like token.Pos, text string) (edit analysis.TextEdit, ok bool) {
	at := f.offset(after)
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
	return insertion(after+token.Pos(end), newline+f.indent(like)+text), true
}

// indent is the white space that the line of a position begins with.
func (f *File) indent(pos token.Pos) string {
	line := f.Text[bytes.LastIndexByte(f.Text[:f.offset(pos)], '\n')+1:]
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

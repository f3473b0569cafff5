package textedit

import "go/token"

// Between is the source between two positions.
func (f *File) Between(from, to token.Pos) string { return string(f.Text[f.offset(from):f.offset(to)]) }

// Indent is the white space that the line of a position begins with.
func (f *File) Indent(pos token.Pos) string { return f.indent(pos) }

// Offset is where a position lies in the text, in bytes.
func (f *File) Offset(pos token.Pos) int { return f.offset(pos) }

// Package source holds the text of the files that findings lie in, and turns Go's
// positions in it, which count bytes, into those that others count.
package source

import (
	"bytes"
	"os"
	"sort"
	"unicode/utf16"
	"unicode/utf8"
)

// Files are files by their names, read when first asked for.
type Files map[string]*File

// File is the text of a file. That of a file that cannot be read is empty: it may
// be gone, or be named by a line directive only.
type File struct {
	text  []byte
	lines []int // the offsets where they begin
}

// Get returns a file.
func (f Files) Get(name string) *File {
	file, ok := f[name]
	if !ok {
		text, _ := os.ReadFile(name) // see File
		file = New(text)
		f[name] = file
	}
	return file
}

// New is a file with the given text.
func New(text []byte) *File {
	f := &File{text: text, lines: []int{0}}
	for i, b := range text {
		if b == '\n' {
			f.lines = append(f.lines, i+1)
		}
	}
	return f
}

// Text returns the whole text.
func (f *File) Text() []byte { return f.text }

// Line returns a line, counted from 1, without its end, and whether there is one.
func (f *File) Line(line int) (text string, ok bool) {
	if line < 1 || line > len(f.lines) {
		return "", false
	}
	rest := f.text[f.lines[line-1]:]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	return string(bytes.TrimSuffix(rest, []byte("\r"))), true
}

// Position returns the line of an offset and its column in bytes, both counted
// from 1.
func (f *File) Position(offset int) (line, column int) {
	offset = min(max(offset, 0), len(f.text))
	line = sort.SearchInts(f.lines, offset+1) // as many begin at it or before
	return line, 1 + offset - f.lines[line-1]
}

// UTF16 turns a column in bytes into one in UTF-16 code units, which most editors
// and SARIF count. A column that the line does not have stays as it is.
func (f *File) UTF16(line, column int) int {
	text, _ := f.Line(line)
	if column < 1 || column-1 > len(text) {
		return column
	}
	units := 0
	for i := 0; i < column-1; {
		r, size := utf8.DecodeRuneInString(text[i:])
		units += max(utf16.RuneLen(r), 1)
		i += size
	}
	return units + 1
}

package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"runtime"
	"text/template"
)

// Page is all that was measured.
type Page struct {
	Runs   int
	Tables []*Table
	Growth []*Growth
}

// Go returns the version of Go that it was all built with, and for what.
func (p *Page) Go() string {
	return fmt.Sprintf("%s, %s/%s, %d CPUs", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}

// Sizes are those of the columns.
func (p *Page) Sizes() []int { return sizes }

//go:embed performance.md.tmpl
var pageText string

var pageTemplate = template.Must(template.New("performance.md").Parse(pageText))

// write writes the page to a file, or to standard output if that has no name.
func (p *Page) write(name string) error {
	var text bytes.Buffer
	if err := pageTemplate.Execute(&text, p); err != nil {
		return err
	}
	if name == "" {
		_, err := text.WriteTo(os.Stdout)
		return err
	}
	return os.WriteFile(name, text.Bytes(), 0o644)
}

package main

import (
	_ "embed"
	"fmt"
	"runtime"

	"github.com/atomicstatus/atomicstatus/e2e/internal/page"
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

// write writes the page to a file, or to standard output if that has no name.
func (p *Page) write(name string) error { return page.Write(name, pageText, p) }

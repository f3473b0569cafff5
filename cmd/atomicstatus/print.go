package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/source"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// printText prints a line for each finding, in the form that editors parse. For
// a reader at a terminal the source line and all that explains the finding
// follow.
func (c *command) printText(diags []load.Diagnostic) error {
	out := bufio.NewWriter(c.stdout)
	files := make(source.Files)
	for i, d := range diags {
		if c.terminal && i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s: %s (%s)\n", place(d.Pos), d.Message, d.Analyzer)
		if !c.terminal {
			continue
		}
		show(out, files.Get(d.Pos.Filename), d.Pos, d.End)
		for _, r := range d.Related {
			fmt.Fprintf(out, "    %s: %s\n", place(r.Pos), r.Message)
		}
		for _, f := range d.Fixes {
			fmt.Fprintf(out, "    fix: %s\n", f.Message)
		}
	}
	return out.Flush()
}

// place shows a position with its path relative to the current directory.
func place(pos token.Position) string {
	pos.Filename = relative(pos.Filename)
	return pos.String()
}

// relative shortens the path of a file below the current directory.
func relative(name string) string {
	dir, err := os.Getwd()
	if err != nil {
		return name
	}
	if rel, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return name
}

// show prints the line of a position, and marks what lies between it and end
// on that line.
func show(out io.Writer, file *source.File, pos, end token.Position) {
	line, ok := file.Line(pos.Line)
	if !ok {
		return
	}
	start := pos.Column - 1
	if start < 0 || start > len(line) {
		return
	}
	stop := len(line)
	if end.Line == pos.Line && start <= end.Column-1 && end.Column-1 <= stop {
		stop = end.Column - 1
	}
	// Tabs are kept in the line of the mark, so that both lines are indented
	// alike whatever the terminal makes of them.
	margin := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, line[:start])
	mark := "^" + strings.Repeat("~", max(utf8.RuneCountInString(line[start:stop])-1, 0))
	fmt.Fprintf(out, "%6d | %s\n       | %s%s\n", pos.Line, line, margin, mark)
}

// The JSON shape is that of go vet -json: by package, by analyzer, a list of
// findings; the URL is more than go vet gives.
type (
	jsonDiagnostic struct {
		Category string        `json:"category"`
		Posn     string        `json:"posn"`
		End      string        `json:"end"`
		Message  string        `json:"message"`
		URL      string        `json:"url,omitempty"`
		Fixes    []jsonFix     `json:"suggested_fixes,omitempty"`
		Related  []jsonRelated `json:"related,omitempty"`
	}
	jsonFix struct {
		Message string     `json:"message"`
		Edits   []jsonEdit `json:"edits"`
	}
	jsonEdit struct {
		Filename string `json:"filename"`
		Start    int    `json:"start"`
		End      int    `json:"end"`
		New      string `json:"new"`
	}
	jsonRelated struct {
		Posn    string `json:"posn"`
		End     string `json:"end"`
		Message string `json:"message"`
	}
)

func (c *command) printJSON(diags []load.Diagnostic) error {
	tree := make(map[string]map[string][]jsonDiagnostic)
	for _, d := range diags {
		j := jsonDiagnostic{
			Category: d.Category,
			Posn:     d.Pos.String(),
			End:      d.End.String(),
			Message:  d.Message,
			URL:      d.URL,
		}
		for _, f := range d.Fixes {
			fix := jsonFix{Message: f.Message}
			for _, e := range f.Edits {
				fix.Edits = append(fix.Edits, jsonEdit(e))
			}
			j.Fixes = append(j.Fixes, fix)
		}
		for _, r := range d.Related {
			j.Related = append(j.Related, jsonRelated{r.Pos.String(), r.End.String(), r.Message})
		}
		if tree[d.Package] == nil {
			tree[d.Package] = make(map[string][]jsonDiagnostic)
		}
		tree[d.Package][d.Analyzer] = append(tree[d.Package][d.Analyzer], j)
	}
	encoder := json.NewEncoder(c.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	return encoder.Encode(tree)
}

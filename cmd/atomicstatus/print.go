package main

import (
	"bufio"
	"cmp"
	"fmt"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/source"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// severity is how much harm a finding may do: what its check says, unless a write is
// lost that is repeated elsewhere.
func (n *notes) severity(d load.Diagnostic) analyzer.Severity {
	check, err := analyzer.Find(d.Analyzer)
	switch {
	case err != nil:
		return analyzer.Costly
	case n.isSwallowed(d):
		return analyzer.Lost
	}
	return check.Severity()
}

// printText prints the findings for people, the heaviest first: a line for each, in
// the form that editors parse, and below it the source line and all that explains it.
// Of findings in one file that say the same, only the first is explained.
func (c *command) printText(diags []load.Diagnostic, n *notes) error {
	out := bufio.NewWriter(c.stdout)
	files := make(source.Files)
	diags = slices.Clone(diags)
	slices.SortStableFunc(diags, func(a, b load.Diagnostic) int { return cmp.Compare(n.severity(a), n.severity(b)) })
	for i, d := range diags {
		same := n.severity(d) == analyzer.Repeated && i > 0 && diags[i-1].Pos.Filename == d.Pos.Filename &&
			diags[i-1].Message == d.Message && diags[i-1].Analyzer == d.Analyzer
		message := d.Message
		if same {
			message, _, _ = strings.Cut(message, ":")
		} else if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s: %s (%s)\n", c.style.bold(place(d.Pos)), message, c.style.check(d, n.severity(d)))
		if !same {
			c.show(out, files.Get(d.Pos.Filename), d.Pos, d.End)
			for _, r := range d.Related {
				fmt.Fprintf(out, "    %s: %s\n", place(r.Pos), r.Message)
			}
		}
		for _, f := range d.Fixes {
			c.printFix(out, f)
		}
	}
	return out.Flush()
}

// printFix prints what a fix does, and what it rests on.
func (c *command) printFix(out io.Writer, f load.Fix) {
	if f.Level() == fixes.Safe {
		fmt.Fprintf(out, "    %s %s\n", c.style.fix("fix:"), f.Message)
		return
	}
	fmt.Fprintf(out, "    %s %s; it rests on\n", c.style.fix("fix for review:"), f.Message)
	for _, a := range f.Assumptions {
		fmt.Fprintf(out, "        %s: %s: %s\n", place(a.Pos), a.Kind, a.Text)
	}
}

// maxPlaces is how many places a finding of one line names.
const maxPlaces = 3

// printLines prints a line for each finding, in the order of their places, with what
// explains it in brackets.
func (c *command) printLines(diags []load.Diagnostic) error {
	out := bufio.NewWriter(c.stdout)
	for _, d := range diags {
		var places, reasons []string
		for _, r := range d.Related {
			if text := place(r.Pos) + ": " + r.Message; fixes.IsNoFix(r.Message) {
				reasons = append(reasons, text)
			} else {
				places = append(places, text)
			}
		}
		if n := len(places); n > maxPlaces {
			places = append(places[:maxPlaces-1], fmt.Sprintf("and %d more", n-maxPlaces+1))
		}
		places = append(places, reasons...)
		text := d.Message
		if len(places) > 0 {
			text += " [" + strings.Join(places, "; ") + "]"
		}
		fmt.Fprintf(out, "%s: %s (%s)\n", place(d.Pos), text, d.Analyzer)
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
func (c *command) show(out io.Writer, file *source.File, pos, end token.Position) {
	line, ok := file.Line(pos.Line)
	if !ok || len(file.Text()) == 0 {
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
	fmt.Fprintf(out, "%6d | %s\n       | %s%s\n", pos.Line, line, margin, c.style.mark(mark))
}

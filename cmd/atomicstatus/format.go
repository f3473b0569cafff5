package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/fingerprint"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/sarif"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/source"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// formats are the values of -f. The first one is the default.
var formats = []string{"text", "line", "json", "sarif", "github"}

// output is what came of a run, to be printed in some format.
type output struct {
	checks   []analyzer.Check // that were run
	findings []fingerprint.Finding
	problems []error // what could not be analysed
	files    source.Files
	notes    *notes
	sound    []string // the packages that could be, as load.Program has them
	modules  []string // see load.Program.Modules

	suppressed int // findings, by comments
	known      int // findings, to the baseline
	testing    int // packages in which nothing is reported
}

func (o output) diagnostics() []load.Diagnostic {
	var diags []load.Diagnostic
	for _, f := range o.findings {
		diags = append(diags, f.Diagnostic)
	}
	return diags
}

// code is the exit code for the findings.
func (o output) code() int {
	if len(o.findings) > 0 {
		return exitFindings
	}
	return exitClean
}

// print prints the findings in the format that the user chose.
func (c *command) print(out output) error {
	if c.flags.statistics {
		return c.printStatistics(out)
	}
	switch c.flags.format {
	case "line":
		return c.printLines(out.diagnostics())
	case "json":
		return c.printJSON(out.diagnostics())
	case "sarif":
		root, err := repository()
		if err != nil {
			return err
		}
		return sarif.Write(c.stdout, sarif.Run{
			Version:  builtFrom().Main.Version,
			Root:     root,
			Checks:   out.checks,
			Findings: out.findings,
			Problems: out.problems,
			Files:    out.files,
			Severity: out.notes.severity,
		})
	case "github":
		return c.printGitHub(out.diagnostics(), out.notes)
	}
	if err := c.printText(out.diagnostics(), out.notes); err != nil {
		return err
	}
	return c.printSummary(out)
}

// printGitHub prints workflow commands, of which GitHub Actions makes annotations.
// An annotation has one place only, so that the others are told in its text.
func (c *command) printGitHub(diags []load.Diagnostic, n *notes) error {
	root, err := repository()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(c.stdout)
	for _, d := range diags {
		text := d.Message
		for _, r := range d.Related {
			text += fmt.Sprintf("\n%s:%d: %s", within(root, r.Pos.Filename), r.Pos.Line, r.Message)
		}
		place := fmt.Sprintf("file=%s,line=%d,endLine=%d", commandProperty.Replace(within(root, d.Pos.Filename)), d.Pos.Line, d.End.Line)
		if d.Pos.Column > 0 { // behind a line directive there may be none
			place += fmt.Sprintf(",col=%d", d.Pos.Column)
			if d.Pos.Line == d.End.Line { // GitHub takes columns of one line only
				place += fmt.Sprintf(",endColumn=%d", d.End.Column)
			}
		}
		fmt.Fprintf(out, "::%s %s,title=%s::%s\n", annotation[n.severity(d)], place, commandProperty.Replace(d.Analyzer), commandText.Replace(text))
	}
	return out.Flush()
}

// annotation is the workflow command for a severity.
var annotation = map[analyzer.Severity]string{analyzer.Lost: "error", analyzer.Costly: "warning", analyzer.Repeated: "notice"}

// What ends a part of a workflow command must be escaped in it.
var (
	commandText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// within returns a path from a directory, with slashes; one that lies elsewhere
// stays as it is.
func within(dir, name string) string {
	if rel, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(rel) {
		name = rel
	}
	return filepath.ToSlash(name)
}

// repository returns the top of the repository around the current directory, from
// which code hosts count paths, or the current directory if there is none.
func repository() (string, error) {
	current, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := current; ; dir = filepath.Dir(dir) {
		// It is a file in a worktree and in a submodule.
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return current, nil
		}
	}
}

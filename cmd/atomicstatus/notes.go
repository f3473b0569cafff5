package main

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// notes are what a user should know of a run beside its findings. They are none,
// so they change neither the findings nor the exit code.
type notes struct {
	lines     []string
	swallowed map[spot]bool
}

// spot is where a finding begins.
type spot struct {
	file   string
	offset int
}

// The categories of what noting reports.
const (
	cutShort  = "cut"       // a function was not followed to its end
	swallowed = "swallowed" // the error of a write reaches nobody
)

// noting reports notes, as if they were findings: so drivers keep them along with these.
var noting = &analysis.Analyzer{
	Name:     "notes",
	Doc:      "tell what the checks left out",
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run: func(pass *analysis.Pass) (any, error) {
		writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
		for _, f := range writes.Funcs {
			if f.Cut {
				name := f.Fn.Name()
				if f.Fn.Parent() != nil {
					name = "this function literal"
				}
				pass.Report(analysis.Diagnostic{Pos: f.Fn.Pos(), Category: cutShort, Message: name + " is too large to be followed on all its paths: findings in it may be missing"})
			}
			for call := range f.Swallowed {
				if f.Prone[call] && !writes.Protected(f, call) {
					pass.Report(analysis.Diagnostic{Pos: writes.Range(call).Pos(), Category: swallowed})
				}
			}
		}
		return nil, nil
	},
}

// takeNotes takes the notes out of what was reported.
func takeNotes(reported []load.Diagnostic) (diags []load.Diagnostic, n *notes) {
	n = &notes{swallowed: make(map[spot]bool)}
	for _, d := range reported {
		switch {
		case d.Analyzer != noting.Name:
			diags = append(diags, d)
		case d.Category == cutShort:
			n.lines = append(n.lines, fmt.Sprintf("%s: %s", place(d.Pos), d.Message))
		default:
			n.swallowed[spot{d.Pos.Filename, d.Pos.Offset}] = true
		}
	}
	return diags, n
}

// isSwallowed reports that what statusretry has found is a write whose error reaches
// nobody, so that a conflict loses it.
func (n *notes) isSwallowed(d load.Diagnostic) bool {
	return d.Analyzer == "statusretry" && n.swallowed[spot{d.Pos.Filename, d.Pos.Offset}]
}

// tellNotes prints the notes, each once: a package and its test variant have the same.
func (c *command) tellNotes(n *notes) {
	for _, line := range n.sorted() {
		fmt.Fprintf(c.stderr, "atomicstatus: %s\n", line)
	}
}

func (n *notes) sorted() []string {
	slices.SortFunc(n.lines, strings.Compare)
	n.lines = slices.Compact(n.lines)
	return n.lines
}

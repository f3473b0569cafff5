package main

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// notes are what a user should know of a run beside its findings. They are none,
// so they change neither the findings nor the exit code.
type notes struct {
	mu        sync.Mutex
	lines     []string
	swallowed map[spot]bool
}

// spot is where a finding begins.
type spot struct {
	file   string
	offset int
}

// analyzer returns one that reports nothing, but notes which functions were not
// followed to their end, and which writes have an error that reaches nobody.
func (n *notes) analyzer() *analysis.Analyzer {
	return &analysis.Analyzer{
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
					n.add(pass.Fset.Position(f.Fn.Pos()), name+" is too large to be followed on all its paths: findings in it may be missing")
				}
				for call := range f.Swallowed {
					if f.Prone[call] && !writes.Protected(f, call) {
						n.swallow(pass.Fset, writes, call)
					}
				}
			}
			return nil, nil
		},
	}
}

func (n *notes) add(at token.Position, text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines = append(n.lines, fmt.Sprintf("%s: %s", place(at), text))
}

func (n *notes) swallow(fset *token.FileSet, writes *statuswrites.Result, call ssa.CallInstruction) {
	at := fset.Position(writes.Range(call).Pos())
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.swallowed == nil {
		n.swallowed = make(map[spot]bool)
	}
	n.swallowed[spot{at.Filename, at.Offset}] = true
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

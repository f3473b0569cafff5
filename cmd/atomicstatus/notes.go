package main

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// notes are what a user should know of a run beside its findings. They are none,
// so they change neither the output nor the exit code.
type notes struct {
	mu    sync.Mutex
	lines []string
}

// analyzer returns one that reports nothing, but notes which functions were not
// followed to their end.
func (n *notes) analyzer() *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:     "notes",
		Doc:      "tell what the checks left out",
		Requires: []*analysis.Analyzer{statuswrites.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			for _, f := range pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result).Funcs {
				if f.Cut {
					name := f.Fn.Name()
					if f.Fn.Parent() != nil {
						name = "this function literal"
					}
					n.add(pass.Fset.Position(f.Fn.Pos()), name+" is too large to be followed on all its paths: findings in it may be missing")
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

// tellNotes prints the notes, each once: a package and its test variant have the same.
func (c *command) tellNotes(n *notes) {
	slices.SortFunc(n.lines, strings.Compare)
	for _, line := range slices.Compact(n.lines) {
		fmt.Fprintf(c.stderr, "atomicstatus: %s\n", line)
	}
}

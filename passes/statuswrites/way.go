package statuswrites

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
)

// Way returns the fewest calls that lead from the function that a call is of to a place in
// a function of the package, or none where only calls that are not static do.
func (r *Result) Way(from ssa.CallInstruction, to token.Pos) []flow.Step {
	type way struct {
		fn    *ssa.Function
		steps []flow.Step
	}
	first := from.Common().StaticCallee()
	if first == nil {
		return nil
	}
	seen := map[*ssa.Function]bool{first: true}
	for due := []way{{fn: first}}; len(due) > 0; due = due[1:] {
		at := due[0]
		if body := at.fn.Syntax(); body != nil && body.Pos() <= to && to < body.End() {
			return at.steps
		}
		for _, b := range at.fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				if fn := call.Common().StaticCallee(); fn != nil && fn.Pkg == first.Pkg && !seen[fn] {
					seen[fn] = true
					steps := append(at.steps[:len(at.steps):len(at.steps)], flow.Step{Func: fn.Name(), Pos: call.Pos()})
					due = append(due, way{fn, steps})
				}
			}
		}
	}
	return nil
}

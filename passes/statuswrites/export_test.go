package statuswrites

import (
	"maps"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
)

// Again interprets the functions once more. Blind, it does not see which refer to which,
// so that they wait for each other in the midst.
func (r *Result) Again(blind bool) (map[*ssa.Function]string, error) {
	p := *r.program
	p.found, p.repeated, p.memos = map[*ssa.Function]*flow.Result{}, map[*ssa.Function]*flow.Result{}, newMemos()
	w := newWalk(&p)
	if blind {
		clear(w.callees)
	}
	err := p.analyseBy(w)
	found := map[*ssa.Function]string{}
	for fn, r := range maps.All(p.found) {
		found[fn] = r.Summary.String()
	}
	return found, err
}

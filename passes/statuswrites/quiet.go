package statuswrites

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
)

// Quiet is told of a function that computes, and changes at most what it is
// given: code that calls it may be run again. Only the fixes ask for it.
type Quiet struct {
	Status []int `json:"s,omitempty"` // see effect.Effect
	Other  []int `json:"o,omitempty"`
	Logs   bool  `json:"l,omitempty"`
	Adds   bool  `json:"a,omitempty"`
}

// Effects tells which functions of the package, and of those that it imports,
// are quiet. The analysis is not safe for checks that run side by side: each
// gets its own.
func (r *Result) Effects(pass *analysis.Pass) *effect.Analysis {
	return r.quiet.effects(pass, r.files)
}

// quiet are the effects of the functions of other packages that a package uses,
// nil for those that are not quiet.
type quiet map[*types.Func]*effect.Effect

func (q quiet) effects(pass *analysis.Pass, files []*ast.File) *effect.Analysis {
	return effect.New(pass.TypesInfo, files, func(fn *types.Func) *effect.Effect { return q[fn] })
}

// importQuiet reads what is told of the functions of other packages that this one
// uses: a check cannot, as facts belong to the analyzer that exports them.
func importQuiet(pass *analysis.Pass, told *functions) quiet {
	found := quiet{}
	for _, obj := range pass.TypesInfo.Uses {
		fn, ok := obj.(*types.Func)
		if !ok || fn.Pkg() == nil || fn.Pkg() == pass.Pkg {
			continue
		}
		fn = fn.Origin()
		if _, ok := found[fn]; ok {
			continue
		}
		found[fn] = nil
		if q := told.of(fn).Quiet; q != nil {
			found[fn] = &effect.Effect{Status: q.Status, Other: q.Other, Logs: q.Logs, Adds: q.Adds}
		}
	}
	return found
}

// tellQuiet needs no SSA: most packages of API types have none. Generated code
// is left out; what matters of it is known by name.
func tellQuiet(pass *analysis.Pass, files []*ast.File, imported quiet, told *functions) {
	found := imported.effects(pass, files)
	for _, f := range files {
		if ast.IsGenerated(f) {
			continue
		}
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || d.Body == nil || !d.Name.IsExported() {
				continue
			}
			fn, ok := pass.TypesInfo.Defs[d.Name].(*types.Func)
			if !ok {
				continue
			}
			if e := found.Of(fn); e != nil {
				told.tell(fn).Quiet = &Quiet{Status: e.Status, Other: e.Other, Logs: e.Logs, Adds: e.Adds}
			}
		}
	}
}

// Leaves tells whether a function of another package leaves what its i-th
// argument points at as it is, and hands it to nobody who might not.
func (r *Result) Leaves(fn *types.Func, i int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.program != nil && r.program.preserves(fn, i)
}

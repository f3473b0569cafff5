package statuswrites

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
)

// Quiet is the fact of a function that computes, and changes at most what it is
// given: code that calls it may be run again. Only the fixes ask for it.
type Quiet struct {
	Status, Other []int // see effect.Effect
	Logs, Adds    bool
}

// AFact marks the type as a fact.
func (*Quiet) AFact() {}

func (f *Quiet) String() string {
	s := "quiet"
	if len(f.Status) > 0 {
		s += fmt.Sprint(", changes the status of ", f.Status)
	}
	if len(f.Other) > 0 {
		s += fmt.Sprint(", changes ", f.Other)
	}
	if f.Logs {
		s += ", logs"
	}
	return s
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

// importQuiet reads the facts of the functions of other packages that this one
// uses: a check cannot, as facts belong to the analyzer that exports them.
func importQuiet(pass *analysis.Pass) quiet {
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
		if fact := new(Quiet); pass.ImportObjectFact(fn, fact) {
			found[fn] = &effect.Effect{Status: fact.Status, Other: fact.Other, Logs: fact.Logs, Adds: fact.Adds}
		}
	}
	return found
}

// exportQuiet needs no SSA: most packages of API types have none. Generated code
// is left out; what matters of it is known by name.
func exportQuiet(pass *analysis.Pass, files []*ast.File, imported quiet) {
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
				pass.ExportObjectFact(fn, &Quiet{Status: e.Status, Other: e.Other, Logs: e.Logs, Adds: e.Adds})
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

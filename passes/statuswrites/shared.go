package statuswrites

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/shared"
)

// sharing is the program as the analysis of shared caches asks it.
type sharing struct {
	*program
	regions *regions
}

func (s sharing) Callers(fn *ssa.Function) ([]ssa.CallInstruction, bool) {
	return s.regions.sites[fn], !s.regions.other[fn]
}

func (s sharing) Functions() []*ssa.Function { return s.funcs }

func (s sharing) Package() *types.Package { return s.pass.Pkg }

func (s sharing) StatusPart(t types.Type) bool { return s.types.Status.Pointer(t) }

func (s sharing) Told(fn *types.Func) shared.Told {
	if t := s.told.of(fn).Shared; t != nil {
		return *t
	}
	return shared.Told{}
}

// Shared are the changes of objects of a shared cache in a function.
func (r *Result) Shared(fn *ssa.Function) []shared.Change {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sharing == nil {
		return nil
	}
	return r.sharing.Cached(fn)
}

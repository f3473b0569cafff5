package statuswrites

import (
	"go/token"
	"go/types"

	"github.com/atomicstatus/atomicstatus/passes/driver"
	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
)

// wanted is who wants to know the paths of the functions, or nil.
func (p *program) wanted() func(*types.Package, map[token.Pos]*flow.Paths) {
	if d := driver.Of(p.pass); d != nil {
		return d.Paths
	}
	return nil
}

// tellPaths tells those of the functions that the source has. One that is vouched for
// is what it says, whatever its paths.
func (p *program) tellPaths() {
	told := p.wanted()
	if told == nil {
		return
	}
	paths := map[token.Pos]*flow.Paths{}
	for fn, r := range p.found {
		if r != nil && r.Paths != nil && inSource(fn) && p.directive(fn) == "" {
			paths[fn.Pos()] = r.Paths
			r.Paths = nil
		}
	}
	told(p.pass.Pkg, paths)
}

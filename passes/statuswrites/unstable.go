package statuswrites

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/unstable"
)

// Unstable are the places where something that comes out differently each time is
// put in a status.
func (r *Result) Unstable() []unstable.Finding {
	if r.program == nil || r.program.unstable == nil {
		return nil
	}
	return r.program.unstable.Findings()
}

// tellUnstable writes down what other packages may ask of what comes out differently
// each time.
func (p *program) tellUnstable() {
	for _, fn := range p.funcs {
		if fn.Parent() != nil || fn.Synthetic != "" {
			continue
		}
		obj, ok := fn.Object().(*types.Func)
		if !ok || !token.IsExported(obj.Name()) || obj.Pkg() != p.pass.Pkg || obj.Pkg().Name() == "main" {
			continue
		}
		if s := p.unstable.Summary(fn); s != nil {
			p.told.tell(obj).Unstable = s
		}
	}
}

// Unstable implements unstable.Program.
func (p *program) Unstable(fn *types.Func) *unstable.Summary {
	if fn.Pkg() == nil || fn.Pkg() == p.pass.Pkg {
		return nil
	}
	return p.told.of(fn).Unstable
}

// Writes implements unstable.Program.
func (p *program) Writes(call ssa.CallInstruction) bool {
	c := call.Common()
	if kube.Classify(c).Op.IsStatusWrite() {
		return true
	}
	fn := p.Target(c)
	if fn == nil {
		fn = c.StaticCallee()
	}
	if fn == nil {
		return false
	}
	s := p.Summary(fn)
	return s != nil && s.Thin != nil || s != nil && writes(s)
}

func writes(s *flow.Summary) bool {
	for i := range s.Outcomes {
		if len(s.Outcomes[i].Writes) > 0 {
			return true
		}
	}
	return false
}

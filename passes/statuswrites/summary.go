package statuswrites

import (
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/internal/shared"
)

// tell writes down what other packages may ask for. Of functions that do nothing of
// interest there is nothing to tell.
func (p *program) tell(regions *regions, sharing *shared.Analysis) {
	for _, fn := range p.funcs {
		if fn.Parent() != nil || fn.Synthetic != "" {
			continue
		}
		obj, ok := fn.Object().(*types.Func)
		if !ok || !token.IsExported(obj.Name()) || obj.Pkg() != p.pass.Pkg || obj.Pkg().Name() == "main" {
			continue
		}
		p.tellPreserves(fn, obj)
		if t := sharing.Tell(fn); !t.Nothing() {
			p.told.tell(obj).Shared = &t
		}
		r := p.found[fn]
		if r == nil {
			continue
		}
		if returns := p.returnsPart(fn) || passesErrors(fn); tells(r.Summary) || returns && !p.isGenerated(fn.Pos()) {
			told := p.told.tell(obj)
			told.Summary = r.Summary.Told(p.placed)
			if m := p.manager(regions, fn); len(m.Params) > 0 {
				told.Manager = &m
			}
		}
	}
}

// tells reports that a summary tells a caller anything. That of a function which returns
// what it is given, or a part of that, always does. That objects were settled says no more
// than that they were passed on.
func tells(s *flow.Summary) bool {
	return s.Thin != nil || s.Batch || s.Cut || len(s.Retries) > 0 || len(s.Sends) > 0 || slices.ContainsFunc(s.Outcomes, func(o flow.Outcome) bool {
		return len(o.Writes) > 0 || len(o.Same) > 0 || len(o.Calls) > 0 || o.Failed || o.Hidden != flow.HandedUp ||
			len(o.Overwrites) > 0 || len(o.Missing) > 0 || len(o.Sent) > 0 || len(o.Stale) > 0 || slices.ContainsFunc(o.Dirty, flow.Dirty.OfStatus) ||
			slices.ContainsFunc(o.Results, func(t *flow.Term) bool {
				return t.Type == kube.TypesPkg+".NamespacedName" && t.Kind == resource.Struct || t.Kind == resource.Pure && t.Name == flow.Batched
			})
	})
}

// placed turns positions, which mean nothing in another package, into text.
func (p *program) placed(via []flow.Step) []flow.Step {
	out := slices.Clone(via)
	for i, s := range out {
		if s.Pos.IsValid() {
			pos := p.pass.Fset.Position(s.Pos)
			out[i].At, out[i].Pos = fmt.Sprintf("%s/%s:%d", p.pass.Pkg.Name(), filepath.Base(pos.Filename), pos.Line), token.NoPos
		}
	}
	return out
}

package statuswrites

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// Held reports that what a call of a function writes is part of a batch of those that
// call the function: it is written at the end of that.
func (r *Result) Held(f *Func, v *flow.Visit) bool {
	if v.Context == nil || !v.Noted {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.program.inBatch(f.Fn)
}

// Target is the only function that an interface or dynamic call can reach, or nil.
func (r *Result) Target(c *ssa.CallCommon) *ssa.Function {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.program.Target(c)
}

// inBatch reports that a function gets the context of a batch from all its callers.
// Of an exported function that nobody calls here it is taken to be so: whoever calls
// it elsewhere is held to account for its writes there, and may well have a batch.
func (p *program) inBatch(fn *ssa.Function) bool {
	if p.contexts == nil {
		p.contexts = map[*ssa.Function]*flow.Contexts{}
		for _, caller := range p.funcs {
			if r := p.found[caller]; r != nil {
				for callee, c := range r.Contexts {
					if m := ssax.Method(callee); m != nil { // of a method value
						callee = m
					}
					if o := callee.Origin(); o != nil {
						callee = o
					}
					p.contexts[callee] = c.With(p.contexts[callee])
				}
			}
		}
	}
	seen := map[*ssa.Function]bool{}
	var in func(fn *ssa.Function) bool
	in = func(fn *ssa.Function) bool {
		if seen[fn] {
			return true
		}
		seen[fn] = true
		if ssax.Method(fn) != nil {
			// Who calls a method value goes by what holds it: who makes it.
			return !slices.ContainsFunc(p.makers(fn), func(maker *ssa.Function) bool { return !p.opensBatch(maker) && !in(maker) })
		}
		c := p.contexts[fn]
		if c == nil {
			obj, ok := fn.Object().(*types.Func)
			return ok && obj.Exported() && !IsReconcile(obj)
		}
		if c.Other {
			return false
		}
		for caller := range c.Caller {
			if !in(caller) {
				return false
			}
		}
		return true
	}
	return in(fn)
}

// makers are the functions that make a value of a function.
func (p *program) makers(fn *ssa.Function) []*ssa.Function {
	var found []*ssa.Function
	for _, maker := range p.funcs {
		for made := range ssax.All[*ssa.MakeClosure](maker) {
			if made.Fn == fn && !slices.Contains(found, maker) {
				found = append(found, maker)
			}
		}
	}
	return found
}

// opensBatch reports that a function opens a batch.
func (p *program) opensBatch(fn *ssa.Function) bool {
	for call := range ssax.All[*ssa.Call](fn) {
		if p.directive(call.Call.StaticCallee()) == Batch {
			return true
		}
	}
	return false
}

// IsReconcile reports that controller-runtime calls a function, with a context of its
// own: reconcile.Reconciler, or its generic twin.
func IsReconcile(fn *types.Func) bool {
	sig := fn.Signature()
	return fn.Name() == "Reconcile" && sig.Recv() != nil && sig.Params().Len() == 2 && kube.IsContext(sig.Params().At(0).Type()) &&
		sig.Results().Len() == 2 && kube.IsResult(sig.Results().At(0).Type())
}

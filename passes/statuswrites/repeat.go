package statuswrites

import (
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// Manager tells what a function that takes callbacks does with them. It is part
// of what is told of such a function.
type Manager struct {
	// Params are the parameters, the receiver among them, that run again after a
	// conflict: the function calls them in a retry and then makes a write that
	// can conflict.
	Params []int
	// Calls are the functions of the project that it calls, by name, directly or
	// in its package.
	Calls []string
}

// Repeats tells how a function was passed to code that calls it again after a
// conflict: to a retry, as [Result.Region] says, or to a status manager, one
// that is seen or one by its name.
func (r *Result) Repeats(fn *ssa.Function) (flow.Region, bool) {
	if region, ok := r.Region(fn); ok || r.program == nil {
		return region, ok
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.managed == nil {
		r.managed = map[*ssa.Function]flow.Region{}
		for _, caller := range r.program.funcs {
			for _, c := range r.program.calls[caller] {
				r.noteManaged(c)
			}
		}
	}
	region, ok := r.managed[fn]
	return region, ok
}

// RunsAgain reports whether an instruction may run again after a conflict: it is in
// a conflict-retry region, or in a loop that retries.
func (r *Result) RunsAgain(f *Func, at ssa.Instruction) bool {
	if _, ok := r.Repeats(at.Parent()); ok || r.InRegion(at.Parent()) {
		return true
	}
	return at.Parent() == f.Fn && r.regions.beside(f, at)
}

// noteManaged notes the functions that a call passes to a manager.
func (r *Result) noteManaged(c ssa.CallInstruction) {
	common := c.Common()
	note := func(arg ssa.Value) {
		f := functionOf(arg)
		if f == nil {
			return
		}
		r.managed[f] = flow.Region{Call: c, Manager: true}
		if m := ssax.Method(f); m != nil {
			r.managed[m] = flow.Region{Call: c, Manager: true}
		}
	}
	callee := r.program.callee(common)
	if callee == nil {
		if common.IsInvoke() && r.program.Manager(common.Method.Name()) {
			for _, arg := range common.Args {
				note(arg)
			}
		}
		return
	}
	for _, i := range r.program.manager(r.regions, callee).Params {
		if arg := argument(common, i); arg != nil {
			note(arg)
		}
	}
}

// Manager tells what the function that is called does with its callbacks.
func (r *Result) Manager(call ssa.CallInstruction) Manager {
	r.mu.Lock()
	defer r.mu.Unlock()
	if callee := r.program.callee(call.Common()); callee != nil {
		return r.program.manager(r.regions, callee)
	}
	return Manager{}
}

// Found is what the engine found in a function, or nil.
func (r *Result) Found(fn *ssa.Function) *Func {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.found == nil {
		r.found = map[*ssa.Function]*Func{}
		for _, f := range r.Funcs {
			r.found[f.Fn] = f
		}
	}
	return r.found[fn]
}

// callee is the only function that a call can reach, or nil.
func (p *program) callee(c *ssa.CallCommon) *ssa.Function {
	fn := c.StaticCallee()
	if fn == nil {
		fn = p.Target(c)
	}
	if fn != nil && fn.Origin() != nil {
		fn = fn.Origin()
	}
	return fn
}

// argument is the i-th argument of a call, the receiver among them.
func argument(c *ssa.CallCommon, i int) ssa.Value {
	if c.IsInvoke() {
		if i == 0 {
			return c.Value
		}
		i--
	}
	if i < len(c.Args) {
		return c.Args[i]
	}
	return nil
}

// manager tells of a function of this package or of another one what it does
// with its callbacks.
func (p *program) manager(r *regions, fn *ssa.Function) Manager {
	if m, ok := r.managers[fn]; ok {
		return m
	}
	r.managers[fn] = Manager{} // a recursive call adds nothing
	var m Manager
	if p.directive(fn) == Atomic {
		m.Params = callbacks(fn)
	} else if fn.Blocks == nil || fn.Pkg != p.pkg {
		if obj, ok := fn.Object().(*types.Func); ok && obj.Pkg() != p.pass.Pkg {
			if told := p.told.of(obj).Manager; told != nil {
				m = *told
			}
		}
	} else {
		for i, param := range fn.Params {
			if _, ok := param.Type().Underlying().(*types.Signature); ok && p.runsAgain(r, param) {
				m.Params = append(m.Params, i)
			}
		}
		if len(m.Params) > 0 {
			m.Calls = p.callsOf(fn)
		}
	}
	r.managers[fn] = m
	return m
}

// runsAgain reports whether a function that a value holds is called again after a
// conflict.
func (p *program) runsAgain(r *regions, v ssa.Value) bool {
	for _, call := range callsOf(v, map[ssa.Value]bool{}) {
		common := call.Common()
		if callee := p.callee(common); callee != nil {
			for _, i := range p.manager(r, callee).Params {
				if arg := argument(common, i); arg != nil && holds(arg, v) {
					return true
				}
			}
		}
		if p.repeatedWith(r, call, holder(p, common, v)) {
			return true
		}
	}
	return false
}

// repeatedWith reports whether a call runs again because a write after it, or in
// the function that the callback is handed to, failed with a conflict.
func (p *program) repeatedWith(r *regions, call ssa.CallInstruction, callee *ssa.Function) bool {
	fn := call.Parent()
	conflicts := func(c ssa.CallInstruction) bool {
		f := p.found[fn]
		return kube.Conflicts(c.Common()) || f != nil && f.Prone[c] && !f.Swallowed[c]
	}
	if r.in(fn) {
		if callee != nil && conflicts(call) {
			return true // it is handed to what writes
		}
		return After(call, func(i ssa.Instruction) bool {
			c, ok := i.(ssa.CallInstruction)
			return ok && conflicts(c)
		})
	}
	// A loop of its own tries the write again, and calls the callback before.
	return After(call, func(i ssa.Instruction) bool {
		c, ok := i.(ssa.CallInstruction)
		return ok && r.retried(fn, c) && After(c, func(i ssa.Instruction) bool { return i == ssa.Instruction(call) })
	})
}

// holder is the function that a call hands a callback to, if it does not call
// the callback itself.
func holder(p *program, c *ssa.CallCommon, v ssa.Value) *ssa.Function {
	if holds(c.Value, v) {
		return nil
	}
	return p.callee(c)
}

// callsOf are the calls that call a function value or hand it on, here and in
// the literals that capture it.
func callsOf(v ssa.Value, seen map[ssa.Value]bool) []ssa.CallInstruction {
	if seen[v] || v.Referrers() == nil {
		return nil
	}
	seen[v] = true
	var calls []ssa.CallInstruction
	for _, use := range *v.Referrers() {
		switch use := use.(type) {
		case *ssa.Call:
			calls = append(calls, use)
		case *ssa.Store: // the variable that a literal captures
			if cell, ok := use.Addr.(*ssa.Alloc); ok && use.Val == v {
				calls = append(calls, callsOf(cell, seen)...)
			}
		case *ssa.UnOp:
			if use.Op == token.MUL {
				calls = append(calls, callsOf(use, seen)...)
			}
		case *ssa.ChangeType:
			calls = append(calls, callsOf(use, seen)...)
		case *ssa.MakeClosure:
			fn := use.Fn.(*ssa.Function)
			for i, bound := range use.Bindings {
				if bound == v {
					calls = append(calls, callsOf(fn.FreeVars[i], seen)...)
				}
			}
		}
	}
	return calls
}

// holds reports whether a value is the callback, or is loaded from the variable
// that keeps it.
func holds(arg, callback ssa.Value) bool {
	for {
		switch a := arg.(type) {
		case *ssa.ChangeType:
			arg = a.X
			continue
		case *ssa.UnOp:
			switch cell := a.X.(type) {
			case *ssa.Alloc:
				for _, use := range *cell.Referrers() {
					if store, ok := use.(*ssa.Store); ok && store.Val == callback {
						return true
					}
				}
			case *ssa.FreeVar: // types tell apart what a literal captures
				return types.Identical(a.Type(), callback.Type())
			}
		}
		return arg == callback
	}
}

// callsOf are the names of the functions of the project that a function calls,
// with the literals in it and what it calls in its package.
func (p *program) callsOf(fn *ssa.Function) []string {
	var names []string
	seen := map[*ssa.Function]bool{}
	var visit func(fn *ssa.Function)
	visit = func(fn *ssa.Function) {
		if seen[fn] {
			return
		}
		seen[fn] = true
		for _, c := range p.calls[fn] {
			if name := calledByProject(c.Common()); name != "" {
				names = append(names, name)
			}
		}
		for _, f := range p.refs[fn] {
			visit(f)
		}
	}
	visit(fn)
	slices.Sort(names)
	return slices.Compact(names)
}

// calledByProject is the name of a called function, if it is neither of the
// standard library nor of the API machinery: a fact is to stay small.
func calledByProject(c *ssa.CallCommon) string {
	fn := kube.Func(c)
	if fn == nil || fn.Pkg() == nil || kube.Benign(fn.Pkg()) || kube.Machinery(fn.Pkg()) || kube.Classify(c).Op != kube.None {
		return ""
	}
	return fn.Name()
}

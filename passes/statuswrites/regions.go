package statuswrites

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// regions tells which code runs again when a write fails with a conflict: what
// is passed to a retry, what a loop of its own repeats, and the unexported
// functions that only such code calls.
type regions struct {
	passed map[*ssa.Function]flow.Region
	found  map[*ssa.Function]*flow.Result
	again  map[*ssa.Function]*flow.Result
	sites  map[*ssa.Function][]ssa.CallInstruction
	other  map[*ssa.Function]bool // mentioned otherwise than in a call
	state  map[*ssa.Function]int  // 0 not asked, 1 being asked, 2 yes, 3 no

	managers map[*ssa.Function]Manager
	vouched  func(*ssa.Function) Directive
}

func (p *program) regions() *regions {
	r := &regions{
		passed: map[*ssa.Function]flow.Region{}, found: p.found, again: p.repeated,
		sites: map[*ssa.Function][]ssa.CallInstruction{}, other: map[*ssa.Function]bool{}, state: map[*ssa.Function]int{},
		managers: map[*ssa.Function]Manager{}, vouched: p.directive,
	}
	for _, fn := range p.funcs {
		for _, res := range []*flow.Result{p.found[fn], p.repeated[fn]} {
			if res == nil {
				continue
			}
			for f, region := range res.Regions {
				r.passed[f] = region
				if m := ssax.Method(f); m != nil {
					r.passed[m] = region
				}
			}
		}
		for _, c := range p.calls[fn] {
			callee := c.Common().StaticCallee()
			if callee == nil {
				callee = p.Target(c.Common())
			}
			if callee == nil {
				continue
			}
			if o := callee.Origin(); o != nil {
				callee = o
			}
			r.sites[callee] = append(r.sites[callee], c)
		}
		var operands []*ssa.Value
		for instr := range ssax.All[ssa.Instruction](fn) {
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				f := functionOf(*op)
				if f == nil {
					continue
				}
				if c, ok := instr.(ssa.CallInstruction); ok && *op == c.Common().Value && !c.Common().IsInvoke() {
					continue
				}
				if _, ok := instr.(*ssa.MakeClosure); ok {
					continue
				}
				r.other[f] = true
				if m := ssax.Method(f); m != nil {
					r.other[m] = true
				}
			}
		}
	}
	return r
}

// protected reports whether a call is made again when it fails with a conflict.
func (r *regions) protected(fn *ssa.Function, call ssa.CallInstruction) bool {
	if r.retried(fn, call) {
		return true
	}
	_, isGo := call.(*ssa.Go)
	return !isGo && r.in(fn)
}

// reached reports that some call of a function is in view, of this package or of one
// that imports it. A method may be called by way of an interface only: then none is.
func (r *regions) reached(fn *ssa.Function) bool {
	if len(r.sites[fn]) > 0 || r.other[fn] {
		return true
	}
	if !token.IsExported(fn.Name()) || fn.Pkg.Pkg.Name() == "main" {
		return false
	}
	recv := fn.Signature.Recv()
	if recv == nil {
		return true
	}
	typ := recv.Type()
	if p, ok := typ.(*types.Pointer); ok {
		typ = p.Elem()
	}
	named, ok := types.Unalias(typ).(*types.Named)
	return ok && named.Obj().Exported() && !r.behind(named, fn.Name())
}

// behind reports that an interface of the package has a method of that name, and that
// the type implements it.
func (r *regions) behind(typ *types.Named, method string) bool {
	scope := typ.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok {
			continue
		}
		iface, ok := tn.Type().Underlying().(*types.Interface)
		if !ok || !types.Implements(types.NewPointer(typ), iface) {
			continue
		}
		for m := range iface.Methods() {
			if m.Name() == method {
				return true
			}
		}
	}
	return false
}

func (r *regions) retried(fn *ssa.Function, call ssa.CallInstruction) bool {
	if again := r.again[fn]; again != nil && again.Retried[call] {
		return true
	}
	found := r.found[fn]
	return found != nil && found.Retried[call]
}

// beside reports whether an instruction stands in a loop that makes a write again
// after a conflict.
func (r *regions) beside(f *Func, at ssa.Instruction) bool {
	for c := range f.Retried {
		if flow.ShareLoop(c.Block(), at.Block()) {
			return true
		}
	}
	return false
}

// in reports whether a function runs in a region only.
func (r *regions) in(fn *ssa.Function) bool {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if _, ok := r.passed[fn]; ok || r.vouched(fn) != "" {
		return true
	}
	switch r.state[fn] {
	case 1, 2: // a recursive call is no other caller
		return true
	case 3:
		return false
	}
	r.state[fn] = 1
	in := r.onlyCalledInside(fn)
	r.state[fn] = 3
	if in {
		r.state[fn] = 2
	}
	return in
}

func (r *regions) onlyCalledInside(fn *ssa.Function) bool {
	if fn.Parent() == nil && (fn.Object() == nil || token.IsExported(fn.Name())) {
		return false
	}
	if r.other[fn] {
		// A literal that is handed to code that cannot be seen runs where it
		// stands, if anywhere.
		return fn.Parent() != nil && r.in(fn.Parent())
	}
	sites := r.sites[fn]
	for _, c := range sites {
		if !r.protected(c.Parent(), c) {
			return false
		}
	}
	return len(sites) > 0
}

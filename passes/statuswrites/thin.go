package statuswrites

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// thin reports whether a function is a thin wrapper: its only effect is one
// status write of its own parameter, once, and it returns the error. Forwarders, which
// implement a writer by passing their parameters on, are thin, too.
func (p *program) thin(fn *ssa.Function, r *flow.Result) *flow.Thin {
	if len(r.Direct) != 1 || fn.Parent() != nil {
		return nil
	}
	res := fn.Signature.Results()
	if res.Len() == 0 || !kube.IsErrorType(res.At(res.Len()-1).Type()) {
		return nil
	}
	var write ssa.CallInstruction
	for c := range r.Direct {
		write = c
	}
	if len(r.Visits) != 1 || r.Visits[0].Call != write || len(r.Swallowed) > 0 || r.Visits[0].Loop != nil {
		return nil
	}
	if ssax.Reaches(write.Block(), write.Block()) {
		return nil // it writes by one client after the other, or tries again by itself
	}
	object := r.Visits[0].Param()
	if forwards(fn, write) {
		return &flow.Thin{Object: object, Prone: r.Prone[write], Forward: true}
	}
	if object < 0 || object == 0 && fn.Signature.Recv() != nil {
		return nil
	}
	for instr := range ssax.All[ssa.Instruction](fn) {
		switch i := instr.(type) {
		case *ssa.Go, *ssa.Defer, *ssa.Send, *ssa.MapUpdate, *ssa.Select:
			return nil
		case *ssa.Store:
			if !localAddress(i.Addr) {
				return nil
			}
		case *ssa.Call:
			if i != write && !p.harmless(&i.Call) {
				return nil
			}
		}
	}
	return &flow.Thin{Object: object, Prone: r.Prone[write]}
}

// harmless reports whether a call has no effect that a caller could see.
func (p *program) harmless(c *ssa.CallCommon) bool {
	if _, ok := c.Value.(*ssa.Builtin); ok {
		return true
	}
	switch kube.Classify(c).Op {
	case kube.StatusWriter, kube.Accessor:
		return true
	case kube.None:
	default:
		return false
	}
	if c.IsInvoke() {
		return kube.Benign(c.Method.Pkg()) || kube.Reads(c) || c.Method.Pkg() == nil
	}
	fn := c.StaticCallee()
	if fn == nil {
		return false
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return false
	}
	return !kube.Changes(obj) && (fn.Blocks == nil || !p.interesting[fn])
}

func localAddress(v ssa.Value) bool {
	for {
		switch a := v.(type) {
		case *ssa.Alloc:
			return true
		case *ssa.FieldAddr:
			v = a.X
		case *ssa.IndexAddr:
			v = a.X
		default:
			return false
		}
	}
}

// forwards reports whether a method has the shape of a writer's, and hands its
// parameters on to the method of the same name.
func forwards(fn *ssa.Function, write ssa.CallInstruction) bool {
	if kube.Accepts(fn) == kube.None {
		return false
	}
	c := write.Common()
	name := ""
	if c.IsInvoke() {
		name = c.Method.Name()
	} else if callee := c.StaticCallee(); callee != nil {
		name = callee.Name()
	}
	if name != fn.Name() {
		return false
	}
	args := c.Args
	if !c.IsInvoke() && len(args) > 0 {
		args = args[1:]
	}
	params := fn.Params[1:]
	return slices.EqualFunc(args, params, isParameter)
}

// isParameter reports whether a value is the parameter, also where it is kept in
// a variable because a function literal captures it.
func isParameter(v ssa.Value, p *ssa.Parameter) bool {
	if v == ssa.Value(p) {
		return true
	}
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	cell, ok := load.X.(*ssa.Alloc)
	if !ok {
		return false
	}
	stores := 0
	for _, use := range *cell.Referrers() {
		if store, ok := use.(*ssa.Store); ok && store.Addr == cell {
			if store.Val != p {
				return false
			}
			stores++
		}
	}
	return stores == 1
}

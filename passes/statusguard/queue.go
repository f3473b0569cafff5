package statusguard

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// enqueues is the list, map or channel that an instruction adds to, or nil.
func enqueues(instr ssa.Instruction) ssa.Value {
	switch i := instr.(type) {
	case *ssa.MapUpdate:
		return i.Map
	case *ssa.Send:
		return i.Chan
	case *ssa.Call:
		if b, ok := i.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
			return i
		}
	}
	return nil
}

// queue reports whether a loop over the elements of a list, map or channel writes a
// status for each. It follows the value forward, and, as what is added to a map or
// sent shows wherever that is known, back to where it came from.
func (q *question) queue(v ssa.Value) bool {
	if v == nil || q.seen[v] {
		return false
	}
	q.seen[v] = true
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.MUL && q.held(v.X) {
			return true
		}
	case *ssa.FreeVar:
		if q.queue(ssax.Bound(v)) {
			return true
		}
	case *ssa.Parameter:
		sites, _ := q.d.result.Callers(v.Parent())
		for _, site := range sites {
			if i := slices.Index(v.Parent().Params, v); i < len(site.Common().Args) && q.queue(site.Common().Args[i]) {
				return true
			}
		}
	}
	if v.Referrers() == nil {
		return false
	}
	return slices.ContainsFunc(*v.Referrers(), func(use ssa.Instruction) bool { return q.queueUsed(v, use) })
}

func (q *question) queueUsed(v ssa.Value, use ssa.Instruction) bool {
	switch use := use.(type) {
	case *ssa.Phi, *ssa.ChangeType, *ssa.Slice:
		return q.queue(use.(ssa.Value))
	case *ssa.IndexAddr, *ssa.Next:
		return q.writesEach(use)
	case *ssa.Range:
		return q.queue(use)
	case *ssa.UnOp:
		return use.Op == token.ARROW && q.writesEach(use)
	case *ssa.Store:
		return use.Val == v && q.held(use.Addr)
	case *ssa.MakeClosure:
		fn := use.Fn.(*ssa.Function)
		for i, b := range use.Bindings {
			if b == v && q.queue(fn.FreeVars[i]) {
				return true
			}
		}
	case *ssa.Return:
		return q.queueReturned(use, slices.Index(use.Results, v))
	case ssa.CallInstruction:
		c := use.Common()
		if enqueues(use) != nil {
			return q.queue(use.Value())
		}
		callee := c.StaticCallee()
		i := slices.Index(c.Args, v)
		return callee != nil && i >= 0 && i < len(callee.Params) && q.queue(callee.Params[i])
	}
	return false
}

// held follows what is kept in a variable, or in a field of a struct.
func (q *question) held(addr ssa.Value) bool {
	if fv, ok := addr.(*ssa.FreeVar); ok {
		addr = ssax.Bound(fv)
	}
	loads := func(addr ssa.Value) bool { return q.loaded(addr) }
	switch a := addr.(type) {
	case *ssa.Alloc:
		return loads(a)
	case *ssa.FieldAddr:
		f := fieldVar(a)
		for _, fn := range q.d.result.All {
			for other := range ssax.All[*ssa.FieldAddr](fn) {
				if fieldVar(other) == f && loads(other) {
					return true
				}
			}
		}
	}
	return false
}

func (q *question) loaded(addr ssa.Value) bool {
	if addr == nil || q.seen[addr] || addr.Referrers() == nil {
		return false
	}
	q.seen[addr] = true
	for _, use := range *addr.Referrers() {
		switch use := use.(type) {
		case *ssa.UnOp:
			if use.Op == token.MUL && q.queue(use) {
				return true
			}
		case *ssa.MakeClosure:
			fn := use.Fn.(*ssa.Function)
			for i, b := range use.Bindings {
				if b == addr && q.loaded(fn.FreeVars[i]) {
					return true
				}
			}
		}
	}
	return false
}

func fieldVar(a *ssa.FieldAddr) *types.Var {
	return ssax.Deref(a.X.Type()).Underlying().(*types.Struct).Field(a.Field)
}

func (q *question) queueReturned(ret *ssa.Return, i int) bool {
	sites, _ := q.d.result.Callers(ret.Parent())
	for _, site := range sites {
		call, ok := site.(*ssa.Call)
		if !ok {
			continue
		}
		if len(ret.Results) == 1 {
			if q.queue(call) {
				return true
			}
			continue
		}
		for _, use := range *call.Referrers() {
			if e, ok := use.(*ssa.Extract); ok && e.Index == i && q.queue(e) {
				return true
			}
		}
	}
	return false
}

// writesEach reports whether the turn of a loop that takes an element goes on to write.
func (q *question) writesEach(element ssa.Instruction) bool {
	fn := element.Parent()
	for c := range ssax.All[ssa.CallInstruction](fn) {
		if q.writes(fn, c) && dominates(element, c) && flow.ShareLoop(element.Block(), c.Block()) {
			return true
		}
	}
	return false
}

// writes reports whether a call is a write that the comparison may decide about.
func (q *question) writes(fn *ssa.Function, c ssa.CallInstruction) bool {
	return q.d.status[fn][c] || q.whole && q.d.whole[fn][c]
}

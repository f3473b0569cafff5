package statuswrites

import (
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// part is what of an object may be changed.
type part int

const (
	ofAll    part = iota
	ofStatus      // what may be a status, not metadata and spec
	ofRest        // what is no status
)

// mutation asks whether a function may change that part of what its i-th argument
// points at.
type mutation struct {
	fn *ssa.Function
	i  int
	of part
}

// Mutates implements flow.Program.
func (p *program) Mutates(fn *ssa.Function, i int) bool {
	return p.mayMutate(mutation{fn: fn, i: i})
}

// MutatesStatus implements flow.Program.
func (p *program) MutatesStatus(fn *ssa.Function, i int) bool {
	return p.mayMutate(mutation{fn, i, ofStatus})
}

func (p *program) mayMutate(key mutation) bool {
	if o := key.fn.Origin(); o != nil {
		key.fn = o
	}
	fn, i := key.fn, key.i
	if fn.Blocks == nil {
		obj, ok := fn.Object().(*types.Func)
		if !ok {
			return true
		}
		rest, status := slices.Contains(p.told.of(obj).Rest, i), slices.Contains(p.told.of(obj).Status, i)
		switch {
		case key.of == ofRest && rest || key.of == ofStatus && (status || kube.TakesMetadata(obj, i)):
			return false
		case (rest || status) && !kube.Looks(obj): // one that looks only calls what may change it
			return true
		}
		return kube.ChangesArgument(obj, i) && !p.preserves(obj, i)
	}
	if i >= len(fn.Params) {
		return false
	}
	return p.mutates.ask(key, func() bool { return (&changes{p, key.of, map[ssa.Value]bool{}}).through(fn.Params[i]) })
}

// ChangesRest reports that a function may change what is no status of an object that it
// is given as its i-th argument. One with a directive does what it is vouched for.
func (r *Result) ChangesRest(fn *ssa.Function, i int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.program.directive(fn) == "" && r.program.mayMutate(mutation{fn, i, ofRest})
}

// preserves reports whether a function of another package is known to leave what its
// i-th argument points at as it is, and to hand it to nobody who might not.
func (p *program) preserves(fn *types.Func, i int) bool {
	return fn.Pkg() != p.pass.Pkg && slices.Contains(p.told.of(fn).Preserves, i)
}

// tellPreserves writes down which functions only look at the objects that they
// are given, which change nothing of them but the status, and which all but that.
func (p *program) tellPreserves(fn *ssa.Function, obj *types.Func) {
	var params, rest, status []int
	for i, param := range fn.Params {
		t := param.Type()
		switch list := t.Underlying().(type) {
		case *types.Pointer, *types.Interface:
		case *types.Slice:
			t = list.Elem()
		case *types.Map:
			t = list.Elem()
		default:
			continue
		}
		switch {
		case !p.types.Status.Pointer(t) && !kube.IsAPIObject(t):
		case !p.Mutates(fn, i):
			params = append(params, i)
		case kube.IsAPIObject(t) && !p.mayMutate(mutation{fn, i, ofRest}):
			rest = append(rest, i)
		case kube.IsAPIObject(t) && !p.MutatesStatus(fn, i):
			status = append(status, i)
		}
	}
	if len(params)+len(rest)+len(status) > 0 {
		told := p.told.tell(obj)
		told.Preserves, told.Rest, told.Status = params, rest, status
	}
}

// changes reports whether something is stored through a value, or it goes where
// that cannot be seen.
func (p *program) changes(v ssa.Value) bool {
	return (&changes{p: p, seen: map[ssa.Value]bool{}}).through(v)
}

// changes looks for what changes something that a value leads to.
type changes struct {
	p    *program
	of   part
	seen map[ssa.Value]bool
}

// through reports whether something is stored through a value, or it goes where
// that cannot be seen.
func (c *changes) through(v ssa.Value) bool {
	if c.seen[v] || v.Referrers() == nil {
		return false
	}
	c.seen[v] = true
	return slices.ContainsFunc(*v.Referrers(), func(use ssa.Instruction) bool { return c.byUse(use, v) })
}

// byUse is through for one of the uses of a value.
func (c *changes) byUse(use ssa.Instruction, v ssa.Value) bool {
	switch use := use.(type) {
	case *ssa.Store:
		if use.Addr == v {
			return true
		}
		cell, local := use.Addr.(*ssa.Alloc)
		return local && c.held(cell) || !local && c.through(use.Addr)
	case *ssa.MapUpdate:
		return use.Map == v
	case ssa.CallInstruction:
		return c.byCall(use, v)
	case *ssa.MakeClosure:
		fn := use.Fn.(*ssa.Function)
		for i, b := range use.Bindings {
			if b == v && c.through(fn.FreeVars[i]) {
				return true
			}
		}
	case *ssa.FieldAddr:
		if isStatus := kube.FieldOf(use).Name() == "Status"; kube.IsAPIObject(v.Type()) && (c.of == ofStatus && !isStatus || c.of == ofRest && isStatus) {
			return false
		}
		return c.through(use)
	case *ssa.UnOp, *ssa.IndexAddr, *ssa.Phi, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.TypeAssert, *ssa.Extract, *ssa.Slice, *ssa.Lookup:
		u := use.(ssa.Value)
		return reaches(u.Type()) && c.through(u)
	}
	return false
}

// held is through for what a local variable holds, such as one that a function
// literal captures.
func (c *changes) held(cell ssa.Value) bool {
	if c.seen[cell] || cell.Referrers() == nil {
		return false
	}
	c.seen[cell] = true
	for _, use := range *cell.Referrers() {
		switch use := use.(type) {
		case *ssa.UnOp:
			if reaches(use.Type()) && c.through(use) {
				return true
			}
		case *ssa.MakeClosure:
			for i, b := range use.Bindings {
				if b == cell && c.held(use.Fn.(*ssa.Function).FreeVars[i]) {
					return true
				}
			}
		}
	}
	return false
}

// reaches reports whether something can be changed through a value of the type.
func reaches(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Map, *types.Slice, *types.Tuple, *types.Signature:
		return true
	}
	return false
}

func (c *changes) byCall(instr ssa.CallInstruction, v ssa.Value) bool {
	call := instr.Common()
	if c.of == ofStatus && kube.OfMetadata(call) {
		return false
	}
	if b, ok := call.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "copy", "delete", "clear":
			return call.Args[0] == v
		}
		return false
	}
	if call.IsInvoke() {
		if call.Value == v || kube.Decodes(call.Method) {
			return kube.Changes(call.Method)
		}
		// Whatever it answers, it may do anything to what it is given.
		return !kube.Benign(call.Method.Pkg()) && !kube.Reads(call)
	}
	fn := call.StaticCallee()
	if fn == nil {
		return call.Value != v
	}
	if _, ok := kube.SameObject(call); ok {
		return false
	}
	for i, a := range call.Args {
		if a == v && c.p.mayMutate(mutation{fn, i, c.of}) {
			return true
		}
	}
	return false
}

// MutatedFields implements flow.Program: it asks for each field of a parameter whether
// something may be changed by its address or through what it holds, in the function
// itself and in those that it passes the parameter on to.
func (p *program) MutatedFields(fn *ssa.Function, i int) (fields []int, ok bool) {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if fn.Blocks == nil || i >= len(fn.Params) {
		return nil, false
	}
	found := p.mutatedFields.ask(mutation{fn: fn, i: i}, func() onlyFields { return p.fieldsMutated(fn.Params[i]) })
	return found.fields, found.only
}

// fieldsMutated is MutatedFields for a parameter of which that is not known yet.
func (p *program) fieldsMutated(param *ssa.Parameter) onlyFields {
	found := map[int]bool{}
	for _, use := range *param.Referrers() {
		if call, isCall := use.(ssa.CallInstruction); isCall {
			if callee := call.Common().StaticCallee(); callee != nil && callee.Blocks != nil {
				for k, a := range call.Common().Args {
					if a != param {
						continue
					}
					more, only := p.MutatedFields(callee, k)
					if !only {
						return onlyFields{}
					}
					for _, f := range more {
						found[f] = true
					}
				}
				continue
			}
		}
		if !(&changes{p: p, seen: map[ssa.Value]bool{}}).byUse(use, param) {
			continue
		}
		field, isField := use.(*ssa.FieldAddr)
		if !isField {
			return onlyFields{}
		}
		found[field.Field] = true
	}
	return onlyFields{slices.Sorted(maps.Keys(found)), true}
}

// onlyFields are the fields of what a parameter points at below which a function may
// change something, if it changes nothing else of it.
type onlyFields struct {
	fields []int
	only   bool
}

func (o onlyFields) equal(other onlyFields) bool {
	return o.only == other.only && slices.Equal(o.fields, other.fields)
}

// Assigns implements flow.Program: it looks at the stores to the fields of a
// parameter in the function itself, and in those that it passes it on to.
func (p *program) Assigns(fn *ssa.Function, i int) (fields []int, ok bool) {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if fn.Blocks == nil || i >= len(fn.Params) {
		return nil, fn.Blocks == nil // code that cannot be seen overwrites nothing
	}
	return p.assignedFields(fn, i, map[any]bool{})
}

func (p *program) assignedFields(fn *ssa.Function, i int, seen map[any]bool) (fields []int, ok bool) {
	if seen[mutation{fn: fn, i: i}] {
		return nil, true
	}
	seen[mutation{fn: fn, i: i}] = true
	return p.assignedThrough(fn.Params[i], seen)
}

// assignedHeld is assignedThrough for the pointer that a local variable holds.
func (p *program) assignedHeld(cell ssa.Value, seen map[any]bool) (fields []int, ok bool) {
	if seen[cell] {
		return nil, true
	}
	seen[cell] = true
	for _, use := range *cell.Referrers() {
		var more []int
		known := true
		switch use := use.(type) {
		case *ssa.UnOp:
			more, known = p.assignedThrough(use, seen)
		case *ssa.MakeClosure:
			for i, b := range use.Bindings {
				if b == cell && known {
					var held []int
					held, known = p.assignedHeld(use.Fn.(*ssa.Function).FreeVars[i], seen)
					more = append(more, held...)
				}
			}
		}
		if !known {
			return nil, false
		}
		fields = append(fields, more...)
	}
	return fields, true
}

// assignedThrough are the fields that are assigned through a pointer.
func (p *program) assignedThrough(v ssa.Value, seen map[any]bool) (fields []int, ok bool) {
	for _, use := range *v.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			cell, local := use.Addr.(*ssa.Alloc)
			if !local || use.Val != v {
				return nil, false // to the whole, or the pointer is kept somewhere
			}
			more, known := p.assignedHeld(cell, seen)
			if !known {
				return nil, false
			}
			fields = append(fields, more...)
		case *ssa.FieldAddr:
			for _, u := range *use.Referrers() {
				if store, isStore := u.(*ssa.Store); isStore && store.Addr == use {
					fields = append(fields, use.Field)
				}
			}
		case ssa.CallInstruction:
			callee := use.Common().StaticCallee()
			if callee == nil || callee.Blocks == nil {
				continue
			}
			for k, a := range use.Common().Args {
				if a != v || k >= len(callee.Params) {
					continue
				}
				more, known := p.assignedFields(callee, k, seen)
				if !known {
					return nil, false
				}
				fields = append(fields, more...)
			}
		}
	}
	return fields, true
}

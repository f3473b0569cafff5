package shared

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// Change is an instruction that changes memory, or a call whose callee does.
type Change struct {
	By     ssa.Instruction
	Origin Origin
	// Object is the reference through which the memory was reached first, and the
	// place in which that lies: changes of one object have it in common.
	Object Root
	// Arg is the argument of a call through which the memory is changed.
	Arg ssa.Value
	// Inner is what changes it in the callee, where that is seen.
	Inner ssa.Instruction
	when  when
}

// Root is a place that a reference to an object lies in.
type Root struct {
	Value ssa.Value
	At    path
}

// ofCache reports that the object is one of a shared cache.
func (c Change) ofCache() bool { return c.Origin.Kind == Cache }

// Cached are the changes of objects of a shared cache in a function, in the order of
// the source: one an object.
func (a *Analysis) Cached(fn *ssa.Function) []Change {
	var out []Change
	for _, c := range a.changesOf(fn) {
		if c.ofCache() && !slices.ContainsFunc(out, func(o Change) bool { return o.Object == c.Object }) {
			out = append(out, c)
		}
	}
	return out
}

// changesOf are all changes in a function of what it did not make itself.
func (a *Analysis) changesOf(fn *ssa.Function) []Change {
	if known, ok := a.changes[fn]; ok {
		return known
	}
	a.changes[fn] = nil // while a recursive function is looked at
	var out []Change
	note := func(by ssa.Instruction, target ssa.Value, at path, arg ssa.Value, inner ssa.Instruction, w when) {
		o := a.of(target, at, by)
		if o.Kind == Other {
			o = a.onAPath(target, by)
		}
		if o.Kind == Cache || o.Kind == Caller {
			out = append(out, Change{By: by, Origin: o, Object: a.rootOf(target, at), Arg: arg, Inner: inner, when: w})
		}
	}
	for instr := range ssax.All[ssa.Instruction](fn) {
		switch i := instr.(type) {
		case *ssa.Store:
			switch i.Addr.(type) {
			case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.UnOp, *ssa.Call, *ssa.Extract, *ssa.Parameter, *ssa.Phi, *ssa.TypeAssert:
				if !sameValue(i) {
					note(i, i.Addr, "", nil, nil, a.needs(i.Block()))
				}
			}
		case *ssa.MapUpdate:
			note(i, i.Map, "", nil, nil, a.needs(i.Block()))
		case ssa.CallInstruction:
			a.changedBy(i, func(arg ssa.Value, at path, inner ssa.Instruction, of when) {
				if w, may := a.neededAt(i, of); may {
					note(i, arg, at, arg, inner, w)
				}
			})
		}
	}
	slices.SortStableFunc(out, func(x, y Change) int { return int(x.By.Pos()) - int(y.By.Pos()) })
	a.changes[fn] = out
	return out
}

// sameValue reports that a store puts back what was just read from there.
func sameValue(s *ssa.Store) bool {
	load, ok := s.Val.(*ssa.UnOp)
	return ok && load.Op == token.MUL && load.X == s.Addr
}

// changedBy yields what a call changes of what it is given.
func (a *Analysis) changedBy(call ssa.CallInstruction, yield func(arg ssa.Value, at path, inner ssa.Instruction, of when)) {
	c := call.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "copy", "delete", "clear":
			yield(c.Args[0], "", nil, when{})
		}
		return
	}
	if v, ok := kube.Filled(c); ok {
		if kube.FromCache(c) == kube.NotCached {
			yield(v, "", nil, when{})
		}
		return
	}
	if v, ok := kube.Sorts(c); ok {
		if kube.IsSlice(v.Type()) {
			yield(v, "", nil, when{})
		}
		return
	}
	if v, ok := kube.SetsMetadata(c); ok {
		yield(v, "", nil, when{})
		return
	}
	if ch, ok := kube.ChangeOf(c); ok {
		yield(ch.At, "", nil, when{})
		if ch.Condition != nil { // it changes an element in place, too
			yield(ch.At, behind, nil, when{})
		}
		return
	}
	fn := a.callee(c)
	if fn == nil {
		return
	}
	if fn.Blocks == nil {
		if obj, ok := fn.Object().(*types.Func); ok && obj.Pkg() != nil && obj.Pkg() != a.p.Package() {
			for _, p := range a.p.Told(obj).Changes {
				if arg := argument(c, p.Param); arg != nil {
					yield(arg, p.At, nil, p.When)
				}
			}
		}
		return
	}
	type change struct {
		Root
		when
	}
	var told []change
	for _, inner := range a.changesOf(fn) {
		if inner.Origin.Kind != Caller {
			continue
		}
		arg := argument(c, inner.Origin.Param)
		if is := (change{Root{arg, inner.Origin.At}, inner.when}); arg != nil && !slices.Contains(told, is) {
			told = append(told, is)
			yield(arg, inner.Origin.At, inner.By, inner.when)
		}
	}
}

// rootOf finds the place in which the reference to an object lies by which all that
// belongs to the object is reached.
func (a *Analysis) rootOf(v ssa.Value, at path) Root {
	for at != "" { // the outermost reference that is one of the object
		above := at.references()
		i := slices.IndexFunc(above, func(p path) bool { return a.of(v, p, nil).Kind == Cache })
		if i < 0 {
			break
		}
		at = above[i]
	}
	for {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			if at != "" {
				rest, ok := at.cut(behind)
				if !ok {
					return Root{v, at}
				}
				at = behind + fieldStep(x.Field) + rest
			}
			v = x.X
		case *ssa.IndexAddr:
			if at != "" {
				rest, ok := at.cut(behind)
				if !ok {
					return Root{v, at}
				}
				at = item + rest
			}
			v = x.X
		case *ssa.Slice:
			v = x.X
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.TypeAssert:
			v = x.X
		case *ssa.Extract:
			assert, ok := x.Tuple.(*ssa.TypeAssert)
			if !ok {
				return Root{v, at}
			}
			v = assert.X
		case *ssa.FreeVar:
			b := ssax.Bound(x)
			if b == nil {
				return Root{v, at}
			}
			v = b
		case *ssa.Alloc:
			from := a.copied(x)
			if from == nil {
				return Root{v, at}
			}
			v, at = from, ""
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return Root{v, at}
			}
			if o := a.origin(x.X); at == "" && o.Kind == Cache {
				v = x.X // a part of an object
			} else if local(x.X) {
				v, at = x.X, behind+at
			} else {
				return Root{v, at}
			}
		default:
			return Root{v, at}
		}
	}
}

// copied is the address of the part of a cached object of which a variable holds a
// shallow copy, such as the variable of a range: what that refers to is a part of
// the same object. Of a shallow copy of the object as a whole each part that is
// changed needs a copy of its own.
func (a *Analysis) copied(variable *ssa.Alloc) ssa.Value {
	if kube.IsAPIObject(ssax.Deref(variable.Type())) {
		return nil
	}
	var from ssa.Value
	for _, use := range *variable.Referrers() {
		s, ok := use.(*ssa.Store)
		if !ok || s.Addr != variable {
			continue
		}
		load, ok := s.Val.(*ssa.UnOp)
		if !ok || load.Op != token.MUL || from != nil || a.origin(load.X).Kind != Cache {
			return nil
		}
		from = load.X
	}
	return from
}

// local reports that an address is that of a variable, or of a field of one.
func local(addr ssa.Value) bool {
	for {
		switch x := addr.(type) {
		case *ssa.FieldAddr:
			addr = x.X
		case *ssa.Alloc, *ssa.FreeVar:
			return true
		default:
			return false
		}
	}
}

package shared

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// store is one way in which a place gets what it holds.
type store struct {
	at    path      // the place, from the value whose stores are looked for
	val   ssa.Value // what is stored; nil for something unknown
	from  path      // it is what lies there from val
	by    ssa.Instruction
	cache kube.Op // not None: that read, made without copies, stores what refers to cached objects
}

// stored joins the origins of what is stored in a place before it is read.
func (a *Analysis) stored(stores []store, q question) Origin {
	var o Origin
	for _, s := range stores {
		rest, ok := q.at.cut(s.at)
		if !ok || !a.before(s.by, q.by) {
			continue
		}
		switch {
		case s.cache == kube.List && len(rest.references()) == 0:
			o = other // the list itself is made for the caller
		case s.cache != kube.None:
			o = join(o, Origin{Kind: Cache, Read: s.by})
		case s.val == nil:
			o = other
		default:
			o = join(o, a.ask(question{s.val, s.from + rest, s.by}))
		}
		if o.Kind == Other {
			break
		}
	}
	return o
}

// before reports that one instruction may run before another one of its function;
// of those of other functions that is taken for granted.
func (a *Analysis) before(first, then ssa.Instruction) bool {
	if then == nil || first == nil || first.Parent() != then.Parent() {
		return true
	}
	from, to := first.Block(), then.Block()
	if from == to {
		for _, i := range from.Instrs {
			if i == then {
				break
			}
			if i == first {
				return true
			}
		}
	}
	reached := a.reached[from]
	if reached == nil {
		reached = map[*ssa.BasicBlock]bool{}
		a.reached[from] = reached
		for queue := from.Succs; len(queue) > 0; queue = queue[1:] {
			if b := queue[0]; !reached[b] {
				reached[b] = true
				queue = append(queue[:len(queue):len(queue)], b.Succs...)
			}
		}
	}
	return reached[to]
}

// storesOf are the stores to places that a value leads to, as far as its uses show.
func (a *Analysis) storesOf(v ssa.Value) []store {
	if known, ok := a.stores[v]; ok {
		return known
	}
	a.stores[v] = nil
	f := follower{a: a, seen: map[ssa.Value]bool{}}
	f.value(v, "")
	a.stores[v] = f.found
	return f.found
}

// inFieldOf is the origin of what the package stores into a field of one of its own
// structs, whoever made the struct.
func (a *Analysis) inFieldOf(t types.Type, f int, rest path) Origin {
	var o Origin
	for _, s := range a.fieldStores(t, f) {
		o = join(o, a.whoever(a.stored([]store{s}, question{at: rest}), s.by.Parent(), 0))
		if o.Kind == Other {
			break
		}
	}
	return o
}

// whoever is an origin in a function for all who call it.
func (a *Analysis) whoever(o Origin, fn *ssa.Function, depth int) Origin {
	if o.Kind != Caller {
		return o
	}
	calls, all := a.p.Callers(fn)
	if !all || depth > maxCallers || len(calls) == 0 || exported(fn) {
		return other
	}
	var sum Origin
	for _, call := range calls {
		sum = join(sum, a.whoever(a.given(o, call), call.Parent(), depth+1))
		if sum.Kind == Other {
			break
		}
	}
	return sum
}

const maxCallers = 3

// exported reports that other packages may call a function.
func exported(fn *ssa.Function) bool {
	obj, ok := fn.Object().(*types.Func)
	if !ok || !obj.Exported() || obj.Pkg().Name() == "main" {
		return false
	}
	recv := obj.Signature().Recv()
	if recv == nil {
		return true
	}
	n, ok := types.Unalias(ssax.Deref(recv.Type())).(*types.Named)
	return !ok || n.Obj().Exported()
}

// field is a field of a struct of the package.
type field struct {
	of *types.TypeName
	n  int
}

// fieldStores are all stores of the package to a field, or to what it refers to.
func (a *Analysis) fieldStores(t types.Type, n int) []store {
	if a.fields == nil {
		a.fields = map[field][]store{}
		for _, fn := range a.p.Functions() {
			for fa := range ssax.All[*ssa.FieldAddr](fn) {
				if a.own(ssax.Deref(fa.X.Type())) {
					key := field{types.Unalias(ssax.Deref(fa.X.Type())).(*types.Named).Obj(), fa.Field}
					f := follower{a: a, seen: map[ssa.Value]bool{}}
					f.address(fa, "")
					a.fields[key] = append(a.fields[key], f.found...)
				}
			}
		}
	}
	return a.fields[field{types.Unalias(t).(*types.Named).Obj(), n}]
}

// follower finds stores by following a value through its uses.
type follower struct {
	a     *Analysis
	seen  map[ssa.Value]bool
	found []store
}

func (f *follower) add(s store) { f.found = append(f.found, s) }

// value follows a value that a place holds.
func (f *follower) value(v ssa.Value, at path) {
	switch v.Type().Underlying().(type) {
	case *types.Pointer:
		f.address(v, at+behind)
	case *types.Slice, *types.Map, *types.Interface:
		f.uses(v, at, true)
	}
}

// address follows the address of a place.
func (f *follower) address(v ssa.Value, at path) { f.uses(v, at, false) }

// uses follows the uses of a value that a place holds, or of the address of one.
func (f *follower) uses(v ssa.Value, at path, held bool) {
	if f.seen[v] || v.Referrers() == nil || at.len() > maxPath {
		return
	}
	f.seen[v] = true
	again := func(u ssa.Value) { f.uses(u, at, held) }
	for _, use := range *v.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			if use.Addr == v {
				if !held {
					f.add(store{at: at, val: use.Val, by: use})
				}
				continue
			}
			if local, ok := use.Addr.(*ssa.Alloc); ok && !f.seen[local] { // another name for it
				f.loads(local, at, held)
			}
		case *ssa.MapUpdate:
			if use.Map == v && held {
				f.add(store{at: at + item, val: use.Value, by: use})
			}
		case *ssa.FieldAddr:
			if !held {
				f.address(use, at+fieldStep(use.Field))
			}
		case *ssa.IndexAddr:
			f.address(use, at+item)
		case *ssa.UnOp:
			if use.Op.String() == "*" && !held {
				f.value(use, at)
			}
		case *ssa.Phi, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.TypeAssert, *ssa.Slice:
			again(use.(ssa.Value))
		case *ssa.MakeClosure:
			fn := use.Fn.(*ssa.Function)
			for i, b := range use.Bindings {
				if b == v {
					again(fn.FreeVars[i])
				}
			}
		case ssa.CallInstruction:
			f.call(use, v, at, held)
		}
	}
}

// loads follows what is read from a variable that was given the value.
func (f *follower) loads(local ssa.Value, at path, held bool) {
	f.seen[local] = true
	for _, use := range *local.Referrers() {
		switch use := use.(type) {
		case *ssa.UnOp:
			f.uses(use, at, held)
		case *ssa.MakeClosure:
			fn := use.Fn.(*ssa.Function)
			for i, b := range use.Bindings {
				if b == local && !f.seen[fn.FreeVars[i]] {
					f.loads(fn.FreeVars[i], at, held)
				}
			}
		}
	}
}

// call notes what a call may store into what it is given.
func (f *follower) call(call ssa.CallInstruction, v ssa.Value, at path, held bool) {
	c := call.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		if b.Name() == "copy" && c.Args[0] == v {
			f.add(store{at: at + item, val: c.Args[1], from: item, by: call})
		}
		return
	}
	if kube.FromCache(c) == kube.CachedInside {
		if read := kube.Classify(c); kube.Unboxed(read.Object) == kube.Unboxed(v) {
			f.add(store{at: at, by: call, cache: read.Op})
		}
		return
	}
	if _, ok := kube.Sorts(c); ok {
		return
	}
	if f.a.mayStore(c, v) {
		f.add(store{at: at, by: call})
	}
}

// mayStore reports that a call may change what it is given.
func (a *Analysis) mayStore(c *ssa.CallCommon, v ssa.Value) bool {
	if _, ok := kube.Filled(c); ok {
		return true
	}
	if _, ok := kube.SameObject(c); ok {
		return false
	}
	if c.IsInvoke() {
		return c.Value != v && !kube.Benign(c.Method.Pkg()) && kube.Changes(c.Method) || c.Value == v && kube.Changes(c.Method)
	}
	fn := c.StaticCallee()
	if fn == nil {
		return true
	}
	for i, arg := range c.Args {
		if arg == v && a.p.Mutates(fn, i) {
			return true
		}
	}
	return false
}

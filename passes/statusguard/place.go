package statusguard

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// stepKind tells how a place lies in the one before it.
type stepKind uint8

const (
	field   stepKind = iota // a field of a struct
	element                 // an element of an array
	pointee                 // what a pointer points at
	item                    // an element of a slice or a map: memory of its own
	other                   // a part of a slice: no place that two values can share
)

// step leads from a place to one in it, or to one that it refers to.
type step struct {
	kind  stepKind
	field int
	index ssa.Value
}

// leaves reports whether the step goes to memory outside the place itself.
func (s step) leaves() bool { return s.kind == pointee || s.kind == item || s.kind == other }

// place is where a value was read from: a value that no instruction changes,
// and the steps from there. Two values that were read from one place are the
// same if nothing was stored into it, or into a place on the way, in between.
type place struct {
	root  ssa.Value
	steps []step
	reads []ssa.Instruction // of the place itself, and of the pointers on the way
	held  []types.Type      // the structs on the way
	part  bool              // it lies in the status of an API object
}

func (p place) then(s step) place {
	steps := make([]step, len(p.steps), len(p.steps)+1)
	copy(steps, p.steps)
	p.steps = append(steps, s)
	return p
}

func (p place) read(i ssa.Instruction) place {
	p.reads = append(p.reads[:len(p.reads):len(p.reads)], i)
	return p
}

func (p place) through(x types.Type, f int) place {
	s, _ := x.Underlying().(*types.Struct)
	p = p.then(step{kind: field, field: f})
	p.held = append(p.held[:len(p.held):len(p.held)], x)
	if s != nil && s.Field(f) == kube.StatusField(x) {
		p.part = true
	}
	return p
}

// same reports whether two places are one, whenever they are looked at.
func (p place) same(q place) bool {
	if p.root != q.root || len(p.steps) != len(q.steps) {
		return false
	}
	for i, s := range p.steps {
		t := q.steps[i]
		if s.kind != t.kind || s.field != t.field || s.kind == other || !sameIndex(s.index, t.index) {
			return false
		}
	}
	return true
}

func sameIndex(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	x, ok := a.(*ssa.Const)
	y, also := b.(*ssa.Const)
	return ok && also && x.Value != nil && y.Value != nil && x.Value.ExactString() == y.Value.ExactString()
}

// of is the place that a value was read from, or the value itself.
func of(v ssa.Value) place { return ofAt(v, 0) }

// at is the place that an address leads to.
func at(addr ssa.Value) place { return atDepth(addr, 0) }

const maxDepth = 32

func ofAt(v ssa.Value, depth int) place {
	v = settle(v)
	if depth > maxDepth {
		return place{root: v}
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return atDepth(v.X, depth+1).read(v)
		}
	case *ssa.Field:
		return ofAt(v.X, depth+1).through(v.X.Type(), v.Field).read(v)
	case *ssa.Index:
		return ofAt(v.X, depth+1).then(step{kind: element, index: v.Index}).read(v)
	case *ssa.Lookup:
		if !v.CommaOk {
			return ofAt(v.X, depth+1).then(step{kind: item, index: v.Index}).read(v)
		}
	case *ssa.Slice:
		return ofAt(v.X, depth+1).then(step{kind: other})
	}
	return place{root: v}
}

func atDepth(addr ssa.Value, depth int) place {
	addr = settle(addr)
	if depth > maxDepth {
		return place{root: addr}.then(step{kind: pointee})
	}
	switch v := addr.(type) {
	case *ssa.FieldAddr:
		return atDepth(v.X, depth+1).through(ssax.Deref(v.X.Type()), v.Field)
	case *ssa.IndexAddr:
		if _, ok := v.X.Type().Underlying().(*types.Slice); ok {
			return ofAt(v.X, depth+1).then(step{kind: item, index: v.Index})
		}
		return atDepth(v.X, depth+1).then(step{kind: element, index: v.Index})
	case *ssa.Alloc:
		if s := once(v); s != nil && isStruct(s.Val.Type()) {
			// A variable that holds one struct value for good is that value.
			return ofAt(s.Val, depth+1)
		}
	}
	return ofAt(addr, depth+1).then(step{kind: pointee})
}

func isStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// settle looks through conversions, and through variables that are assigned to
// once, before they are captured or read.
func settle(v ssa.Value) ssa.Value {
	for range maxDepth {
		v = kube.Unboxed(v)
		x, ok := v.(*ssa.UnOp)
		if !ok || x.Op != token.MUL {
			return v
		}
		s := once(x.X)
		if s == nil {
			return v
		}
		v = s.Val
	}
	return v
}

func dominates(a, b ssa.Instruction) bool {
	if a.Block() != b.Block() {
		return a.Block().Dominates(b.Block())
	}
	for _, instr := range a.Block().Instrs {
		if instr == a {
			return true
		}
		if instr == b {
			return false
		}
	}
	return false
}

// once is the only store into a variable that is only read after that, or nil. A
// literal that captures it may read it too. Such a variable is another name for
// the value: the value is made before the store, and no read is reached without
// the store, so where it is made anew, it is stored anew before the next read.
func once(addr ssa.Value) *ssa.Store {
	if fv, ok := addr.(*ssa.FreeVar); ok {
		b := ssax.Bound(fv)
		if b == nil {
			return nil
		}
		return once(b)
	}
	a, ok := addr.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var store *ssa.Store
	for _, use := range *a.Referrers() {
		if s, ok := use.(*ssa.Store); ok && s.Addr == a {
			if store != nil {
				return nil
			}
			store = s
			continue
		}
		if !onlyRead(a, use) {
			return nil
		}
	}
	if store == nil || store.Parent() != a.Parent() {
		return nil
	}
	for _, use := range *a.Referrers() {
		if use != store && !dominates(store, use) {
			return nil
		}
	}
	return store
}

// reaches reports whether a path leads from one block to another without entering
// the one to avoid.
func reaches(from, to, avoid *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var visit func(b *ssa.BasicBlock) bool
	visit = func(b *ssa.BasicBlock) bool {
		if b == avoid || seen[b] {
			return false
		}
		if b == to {
			return true
		}
		seen[b] = true
		return slices.ContainsFunc(b.Succs, visit)
	}
	return visit(from)
}

// onlyRead reports whether an instruction does no more with an address than to
// read what it leads to.
func onlyRead(addr ssa.Value, use ssa.Instruction) bool {
	all := func(v ssa.Value) bool {
		for _, u := range *v.Referrers() {
			if !onlyRead(v, u) {
				return false
			}
		}
		return true
	}
	switch use := use.(type) {
	case *ssa.UnOp, *ssa.DebugRef:
		return true
	case *ssa.FieldAddr:
		return all(use)
	case *ssa.IndexAddr:
		return use.X == addr && all(use)
	case *ssa.MakeInterface:
		return all(use)
	case *ssa.MakeClosure:
		fn := use.Fn.(*ssa.Function)
		for i, b := range use.Bindings {
			if b == addr && !all(fn.FreeVars[i]) {
				return false
			}
		}
		return true
	case *ssa.Call:
		return leaves(&use.Call)
	}
	return false
}

// leaves reports whether a call leaves what it is given as it is: a comparison, a
// deep copy, a line of a log, a getter of the API machinery.
func leaves(c *ssa.CallCommon) bool {
	if _, ok := kube.Compares(c); ok {
		return true
	}
	if _, ok := kube.SameObject(c); ok {
		return true
	}
	for _, a := range c.Args {
		if _, ok := a.Type().Underlying().(*types.Signature); ok {
			return false // what it calls may do anything
		}
	}
	fn := kube.Func(c)
	return fn != nil && (kube.Benign(fn.Pkg()) && !kube.MayFill(fn) || kube.Getter(fn))
}

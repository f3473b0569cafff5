package statusguard

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// effect tells what an instruction does to what is held at a place.
type effect uint8

const (
	nothing effect = iota
	inPlace        // it changes memory that the value held there refers to, and so every copy of it
	replace        // it may put another value there
)

// constant reports whether a place holds the same value from each of the reads up
// to the end, on all paths, and whether memory below it is changed in between.
// The end is a comparison of two values that were read there. What the place is
// named by was made before each of the reads, and the end is not reached without
// them: so it is not made anew in between.
func constant(p place, reads []ssa.Instruction, end ssa.Instruction) (same, changed bool) {
	known := escapes(p.root) || !p.direct()
	for _, read := range reads {
		for _, instr := range between(read, end) {
			switch p.effect(instr, known) {
			case replace:
				return false, false
			case inPlace:
				changed = true
			}
		}
	}
	return true, changed
}

// between are the instructions on paths from one to another that do not come
// back to the first.
func between(from, to ssa.Instruction) []ssa.Instruction {
	type node struct {
		b *ssa.BasicBlock
		i int
	}
	walk := func(start node, next func(node) []node) map[node]bool {
		seen := map[node]bool{}
		queue := next(start)
		for len(queue) > 0 {
			n := queue[0]
			queue = queue[1:]
			if n == start || seen[n] || n.b.Instrs[n.i] == from {
				continue
			}
			seen[n] = true
			queue = append(queue, next(n)...)
		}
		return seen
	}
	index := func(i ssa.Instruction) node { return node{i.Block(), slices.Index(i.Block().Instrs, i)} }
	after := walk(index(from), func(n node) []node {
		if n.i+1 < len(n.b.Instrs) {
			return []node{{n.b, n.i + 1}}
		}
		var out []node
		for _, s := range n.b.Succs {
			out = append(out, node{s, 0})
		}
		return out
	})
	ahead := walk(index(to), func(n node) []node {
		if n.i > 0 {
			return []node{{n.b, n.i - 1}}
		}
		var out []node
		for _, p := range n.b.Preds {
			out = append(out, node{p, len(p.Instrs) - 1})
		}
		return out
	})
	var out []ssa.Instruction
	for n := range after {
		if ahead[n] {
			out = append(out, n.b.Instrs[n.i])
		}
	}
	return out
}

func (p place) effect(instr ssa.Instruction, known bool) effect {
	switch i := instr.(type) {
	case *ssa.Store:
		if once(i.Addr) != nil { // it names a value, and changes none
			return nothing
		}
		return p.stored(at(i.Addr), i.Addr, i.Val.Type())
	case *ssa.MapUpdate:
		return p.below(of(i.Map).then(step{kind: item, index: i.Key}))
	case *ssa.Send, *ssa.Select:
		return replace // another goroutine may run
	case *ssa.UnOp:
		if i.Op == token.ARROW {
			return replace
		}
	case *ssa.MakeClosure:
		return nothing // it is what calls it that matters
	case ssa.CallInstruction:
		return p.called(i, known)
	}
	return nothing
}

// below is the effect of a change of what a slice or a map refers to: it is
// never that of replacing a value in a struct, unless the struct is an element.
func (p place) below(q place) effect {
	switch e := p.relate(q); e {
	case disjoint:
		return nothing
	case under:
		return inPlace
	}
	return replace
}

// stored is the effect of a store of a value of a type to a place.
func (p place) stored(q place, addr ssa.Value, t types.Type) effect {
	if p.root == q.root {
		return p.below(q)
	}
	if private(p) || private(q) {
		return nothing
	}
	// Two pointers of which it is not known whether they are the same: what is
	// stored lies at the place or around it only if the types allow for it.
	var in types.Type
	switch a := settle(addr).(type) {
	case *ssa.FieldAddr:
		in = ssax.Deref(a.X.Type())
	case *ssa.IndexAddr:
		in = t
	default:
		return replace
	}
	for _, h := range p.held {
		if overlap(h, in) {
			return replace
		}
	}
	return nothing
}

// overlap reports whether a value of one type may lie in one of the other.
func overlap(a, b types.Type) bool { return inside(a, b, 0) || inside(b, a, 0) }

func inside(outer, inner types.Type, depth int) bool {
	if types.Identical(outer, inner) || depth > maxDepth {
		return true
	}
	switch u := outer.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if inside(f.Type(), inner, depth+1) {
				return true
			}
		}
	case *types.Array:
		return inside(u.Elem(), inner, depth+1)
	}
	return false
}

// private reports whether a place lies in memory that was made here and whose
// address nothing else can have.
func private(p place) bool {
	_, ok := p.root.(*ssa.Alloc)
	return ok && p.direct() && !escapes(p.root)
}

// direct reports whether the place lies in what the root points at, and not
// behind a pointer that was read there.
func (p place) direct() bool {
	return len(p.steps) == 0 || !slices.ContainsFunc(p.steps[1:], step.leaves)
}

// relation tells how one place lies to another.
type relation uint8

const (
	disjoint relation = iota
	around            // the other is the same, holds it, or is a pointer on the way to it
	within            // the other is a part of it
	under             // the other is memory that it refers to
)

func (p place) relate(q place) relation {
	if p.root != q.root {
		return disjoint
	}
	for i, s := range p.steps {
		if i >= len(q.steps) {
			return around
		}
		t := q.steps[i]
		switch {
		case s.kind == other || t.kind == other:
			return around // cannot tell
		case s.kind != t.kind:
			return around
		case s.kind == field && s.field != t.field:
			return disjoint
		case s.index != nil && !sameIndex(s.index, t.index) && constants(s.index, t.index):
			return disjoint
		}
	}
	if slices.ContainsFunc(q.steps[len(p.steps):], step.leaves) {
		return under
	}
	if len(q.steps) == len(p.steps) {
		return around
	}
	return within
}

func constants(a, b ssa.Value) bool {
	_, ok := a.(*ssa.Const)
	_, also := b.(*ssa.Const)
	return ok && also
}

// called is the effect of a call: that of the worst that it may do with what it
// is given. Where the object is known elsewhere, any call may find it.
func (p place) called(call ssa.CallInstruction, known bool) effect {
	c := call.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "copy", "delete", "clear":
			return p.below(of(c.Args[0]).then(step{kind: item}))
		}
		return nothing
	}
	if leaves(c) {
		return nothing
	}
	args := c.Args
	if c.IsInvoke() {
		args = append(args[:len(args):len(args)], c.Value)
	} else if c.StaticCallee() == nil {
		return replace // a function value may have captured anything
	} else if m, ok := c.Value.(*ssa.MakeClosure); ok {
		args = append(args[:len(args):len(args)], m)
	}
	client := kube.Classify(c).Op != kube.None
	worst := nothing
	for _, a := range args {
		worst = max(worst, p.given(a, known && !client))
	}
	return worst
}

// given is the effect of handing a value to code that cannot be seen. An object
// that a literal captured, or that lies in a list of arguments, is known.
func (p place) given(v ssa.Value, known bool) effect {
	v = settle(v)
	if kube.IsContext(v.Type()) {
		return nothing
	}
	var q place
	switch t := v.Type().Underlying().(type) {
	case *types.Pointer:
		q = at(v)
	case *types.Slice, *types.Map:
		q = of(v).then(step{kind: item})
	case *types.Interface, *types.Signature, *types.Chan:
		q = of(v)
	case *types.Struct:
		// A struct by value may hold pointers; it is no way to its own fields.
		if !leadsOn(t, 0) {
			return nothing
		}
		q = of(v)
	default:
		return nothing
	}
	switch p.relate(q) {
	case under:
		return inPlace
	case around, within:
		return replace
	}
	if known && !isStruct(v.Type()) || known && leadsOn(v.Type(), 0) {
		return replace
	}
	return nothing
}

// leadsOn reports whether a value of the type refers to other memory.
func leadsOn(t types.Type, depth int) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Struct:
		if depth > maxDepth {
			return true
		}
		for f := range u.Fields() {
			if leadsOn(f.Type(), depth+1) {
				return true
			}
		}
		return false
	case *types.Array:
		return leadsOn(u.Elem(), depth+1)
	}
	return true
}

// escapes reports whether code that is not given an object may know it all the
// same: it came from elsewhere, or was put where others can find it.
func escapes(root ssa.Value) bool {
	switch r := root.(type) {
	case *ssa.Alloc:
	case *ssa.Call:
		if _, copied := kube.SameObject(&r.Call); !copied {
			return true
		}
	default:
		return true
	}
	seen := map[ssa.Value]bool{}
	var kept func(v ssa.Value) bool
	kept = func(v ssa.Value) bool {
		if seen[v] || v.Referrers() == nil {
			return false
		}
		seen[v] = true
		for _, use := range *v.Referrers() {
			switch use := use.(type) {
			case *ssa.Store:
				if use.Val == v {
					if a, ok := use.Addr.(*ssa.Alloc); !ok || once(a) == nil || slices.ContainsFunc(*a.Referrers(), isClosure) {
						return true
					}
				}
			case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType, *ssa.Slice:
				if kept(use.(ssa.Value)) {
					return true
				}
			case *ssa.UnOp, *ssa.BinOp, *ssa.DebugRef, *ssa.Return:
			case ssa.CallInstruction:
				c := use.Common()
				_, builtin := c.Value.(*ssa.Builtin)
				if !builtin && !leaves(c) && kube.Classify(c).Op == kube.None {
					return true
				}
			default:
				return true
			}
		}
		return false
	}
	return kept(root)
}

func isClosure(i ssa.Instruction) bool {
	_, ok := i.(*ssa.MakeClosure)
	return ok
}

package flow

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// assign brings a state over an assignment.
func (e *exec) assign(s *state, addr, val *Term, at ssa.Instruction) {
	p := e.placeOf(s, addr)
	// What was lost, here or as the caller left it, and is put back is the same to
	// memory, which does not follow what the API server answers.
	same := p.part != noPart && e.holds(s, addr, val) && s.objects.get(p.object).entry != replaced &&
		!slices.ContainsFunc(s.lost, func(l loss) bool { return l.object == p.object })
	switch {
	case e.isAPIObject(addr): // an object as a whole
		e.assignObject(s, addr, val)
	case addr.Visible() && addr.Kind != resource.Const:
		// A variable of the caller's begins to stand for another object.
		if l := e.tab.Load(addr, elem(addr.Typ)); l != nil && l != val && e.isAPIObject(l) {
			e.replace(s, l)
		}
	}
	e.assigned(s, p, addr, val, at)
	if more := e.appended(s, addr, at); more != nil && p.part != noPart {
		e.store(s, addr, val)
		for _, key := range more {
			e.changed(s, p.join("["+key+"]"), at)
		}
		return
	}
	copied := p.part == statusPart && e.copies(s, p, val)
	e.renamed(s, addr, val)
	e.store(s, addr, val)
	if p.part == otherPart && p.path == "ObjectMeta.Finalizers" && (val == e.tab.Nil || e.emptyAlloc(s, val)) {
		o := s.objects.get(p.object)
		o.released = true
		s.put(p.object, o)
	}
	if same || copied || e.emptyAlloc(s, val) || e.strips(s, p, val) {
		return
	}
	e.changed(s, p, at)
	if from := e.originsOf(s, val); p.part == statusPart && len(from) == 1 && from[0].copy && from[0].path == p.path && from[0].object != p.object && from[0].object.Type == p.object.Type {
		e.takenOver[e.change(p.part, p.path, at)] = true
	}
}

// strips reports that an assignment takes the whole status off a copy of an object:
// what is to be made, or kept, without one.
func (e *exec) strips(s *state, p place, val *Term) bool {
	return val == e.tab.Zero && p.part == statusPart && p.path == "" && s.objects.get(p.object).copyOf != nil
}

// holds reports that an address is known to hold a value already.
func (e *exec) holds(s *state, addr, val *Term) bool {
	held := s.mem.get(addr)
	if held == nil && !e.isStale(s, addr) {
		if e.isFresh(s, addr) && elem(addr.Typ) != nil {
			held = e.tab.ZeroOf(elem(addr.Typ))
		} else {
			held = e.tab.Load(addr, elem(addr.Typ))
		}
	}
	if held == nil {
		return false
	}
	return held == val || s.constant(held) != nil && s.constant(held) == s.constant(val)
}

// assignObject assigns a struct: a copy of another object, with what is pending
// in that.
func (e *exec) assignObject(s *state, addr, val *Term) {
	if val == e.tab.Zero {
		return
	}
	if !isLocal(addr) || !e.isFresh(s, addr) {
		e.replace(s, addr)
	}
	from, ok := s.objects.first(func(t *Term, _ object) bool {
		return t != addr && s.mem.get(t) == val || val.Kind == resource.Load && val.Args[0] == t
	})
	if ok {
		e.copied(s, from, addr)
	}
}

// copyInto brings a state over a DeepCopyInto.
func (e *exec) copyInto(s *state, from, to *Term, at ssa.Instruction) {
	if e.isAPIObject(to) {
		e.replace(s, to)
		e.copied(s, from, to)
		return
	}
	e.changed(s, e.placeOf(s, to), at)
}

// mapUpdate brings a state over an assignment to an element of a map.
func (e *exec) mapUpdate(s *state, i *ssa.MapUpdate) {
	m := e.value(s, i.Map)
	p := e.placeOf(s, m)
	e.lose(s, m)
	key := "?"
	if k := s.constant(e.value(s, i.Key)); k != nil {
		key = k.Name
	}
	if p.part == noPart && m.Kind == resource.Load && m.Args[0].Kind == resource.Field && kube.AnyKind(m.Args[0].Args[0].Type) {
		p = e.placeBelow(s, m, "["+key+"]", 0)
	} else {
		p = p.join("[" + key + "]")
	}
	e.changed(s, p, i)
}

// edit handles the calls of the API machinery that change an object in memory,
// or compare it. They keep nothing of it.
func (e *exec) edit(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, fn *Term, args []*Term) ([]*state, bool) {
	if ch, ok := kube.ChangeOf(c); ok {
		return e.apiChange(s, instr, c, ch, fn, args), true
	}
	if cmp, ok := kube.Compares(c); ok {
		e.askedOf(s, cmp.X)
		e.askedOf(s, cmp.Y)
		return e.compare(s, instr, e.operand(s, c, cmp.X, fn, args), e.operand(s, c, cmp.Y, fn, args)), true
	}
	if obj, ok := kube.Remembers(c); ok {
		return e.remembers(s, instr, e.operand(s, c, obj, fn, args)), true
	}
	if base, ok := kube.PatchBase(c); ok {
		t := e.opaque(instr)
		e.setBase(s, t[0], e.operand(s, c, base, fn, args))
		e.result(s, instr, t...)
		return []*state{s}, true
	}
	if patch, obj, ok := kube.PatchData(c); ok {
		t, obj := e.opaque(instr), e.operand(s, c, obj, fn, args)
		if base := e.baseOf(s, e.operand(s, c, patch, fn, args)); base != nil {
			e.setBase(s, t[0], base)
			e.leavesOut(s, obj, base)
		}
		// All that differs is in the data. Where it is not sent, there is nothing.
		e.send(s, obj, statusPart)
		e.send(s, obj, otherPart)
		e.result(s, instr, t...)
		return []*state{s}, true
	}
	if data, ok := kube.RawPatch(c); ok {
		t := e.opaque(instr)
		if base := e.baseOf(s, e.operand(s, c, data, fn, args)); base != nil {
			e.setBase(s, t[0], base)
		}
		e.result(s, instr, t...)
		return []*state{s}, true
	}
	return nil, false
}

// apiChange brings a state over a change by the API machinery.
func (e *exec) apiChange(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, ch kube.Changed, fn *Term, args []*Term) []*state {
	at := e.operand(s, c, ch.At, fn, args)
	var p place
	if obj := wholeObject(at); ch.Condition == nil && e.isAPIObject(obj) {
		p = place{obj, otherPart, ch.Path}
		if f := e.tab.Field(obj, -1, "#"+ch.Path, nil); f != nil {
			e.lose(s, f)
		}
	} else if ch.Condition == nil {
		p = e.placeBelow(s, at, "."+ch.Path, 0)
		e.lose(s, at)
	} else {
		p = e.placeOf(s, at).join("[" + e.conditionType(s, e.operand(s, c, ch.Condition, fn, args)) + "]")
		e.lose(s, at)
	}
	return e.mayChange(s, instr, ch.Told, func(s *state) {
		e.changed(s, p, instr)
		e.release(s, p, ch)
	})
}

// mayChange brings a state over a call that changes something: told, where its result
// is a bool that tells whether it has.
func (e *exec) mayChange(s *state, instr ssa.CallInstruction, told bool, change func(*state)) []*state {
	if !told || dropsResult(instr) {
		change(s)
		e.result(s, instr, e.opaque(instr)...)
		return []*state{s}
	}
	same := s.clone()
	e.result(same, instr, e.tab.False)
	change(s)
	e.result(s, instr, e.tab.True)
	return []*state{s, same}
}

// release notes that an object is being deleted where the program takes its finalizer
// off it: nobody asks for that of one that stays.
func (e *exec) release(s *state, p place, ch kube.Changed) {
	if ch.Releases {
		o := s.objects.get(p.object)
		o.deleted = true
		s.put(p.object, o)
	}
}

// dropsResult reports that nothing uses the result of a call.
func dropsResult(instr ssa.CallInstruction) bool {
	v, ok := instr.(*ssa.Call)
	return !ok || v.Referrers() == nil || len(*v.Referrers()) == 0
}

// compare brings a state over a deep comparison. Where a status is equal to what
// was remembered of it, there is nothing to write.
func (e *exec) compare(s *state, instr ssa.CallInstruction, a, b *Term) []*state {
	if a == b { // nothing was changed between
		e.result(s, instr, e.tab.True)
		return []*state{s}
	}
	pending := false
	for _, t := range []*Term{a, b} {
		if o := e.ownerOf(s, t); o != nil {
			pending = pending || s.objects.get(o).has(statusPart) || s.objects.get(o).has(otherPart)
		}
	}
	if !pending || dropsResult(instr) {
		e.result(s, instr, e.opaque(instr)...)
		return []*state{s}
	}
	equal := s.clone()
	e.result(equal, instr, e.tab.True)
	for _, t := range []*Term{a, b} {
		if o := e.ownerOf(equal, t); o != nil {
			res := equal.resOf(e, o)
			for x, known := range equal.objects.all() {
				if x == o || equal.resOf(e, x) == res {
					known.dirty = nil
					equal.put(x, known)
				}
			}
		}
	}
	e.result(s, instr, e.tab.False)
	return []*state{s, equal}
}

// ownerOf is the object that a value is, lies in, or was read or copied from.
func (e *exec) ownerOf(s *state, t *Term) *Term {
	for range 3 {
		if e.isAPIObject(t) {
			return t
		}
		if p := e.placeOf(s, t); p.part != noPart {
			return p.object
		}
		if t.Kind == resource.Load {
			if p := e.placeOf(s, t.Args[0]); p.part != noPart {
				return p.object
			}
			if e.isAPIObject(t.Args[0]) {
				return t.Args[0]
			}
		}
		if from := s.origin.get(t); len(from) > 0 {
			return from[0].object
		}
		r := s.resOf(e, t)
		if r == t {
			return nil
		}
		t = r
	}
	return nil
}

// askedOf notes that a comparison asks for a part of a status, which the program has
// changed for that alone, maybe: to leave a field out, or to go on by what it has written.
func (e *exec) askedOf(s *state, v ssa.Value) {
	load, ok := kube.Unboxed(v).(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return
	}
	p := e.placeOf(s, e.value(s, load.X))
	if p.part != statusPart {
		return
	}
	for _, c := range s.objects.get(p.object).dirty {
		if c.part == statusPart && overlaps(c.path, p.path) {
			e.everWritten[c] = true
		}
	}
}

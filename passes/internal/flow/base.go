package flow

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// This file follows the bases of patches: the objects that they take the difference
// from. What a base holds already is not in the patch.

// patchBase holds the object from which a patch takes the difference.
const patchBase = "#base"

// setBase notes from which object a patch, or its data, takes the difference.
func (e *exec) setBase(s *state, patch, base *Term) {
	if f := e.tab.Field(patch, -1, patchBase, nil); f != nil {
		s.mem.set(f, base)
	}
}

// baseOf is the object from which a patch takes the difference, if that is known.
func (e *exec) baseOf(s *state, patch *Term) *Term {
	f := e.tab.Field(patch, -1, patchBase, nil)
	if f == nil {
		return nil
	}
	return s.mem.get(f)
}

// LeftOut is a change that a patch of the status does not send, because the object that
// it takes the difference from holds it too.
type LeftOut struct {
	Change
	Call ssa.CallInstruction // of the patch, or the way to it
}

func (e *exec) addLeftOut(call ssa.CallInstruction, obj *Term, c *change) {
	e.leftOut.add(eventKey{call: call, at: c.at, path: c.path}, func() LeftOut { return LeftOut{e.changeOf(c, obj), call} })
}

// EmptyPatch is a patch of a status in which there is nothing for certain.
type EmptyPatch struct {
	Call ssa.CallInstruction
	Name string // what the program calls the object
	// Copy has copied the object to take the difference from, when all had been changed;
	// nil where that is taken from the object itself.
	Copy ssa.Instruction
}

func (e *exec) addEmptyPatch(call ssa.CallInstruction, obj *Term, copied ssa.Instruction) {
	e.emptyPatches.add(eventKey{call: call, at: copied}, func() EmptyPatch { return EmptyPatch{call, e.nameOf(obj), copied} })
}

// patches notes what a patch of the status does not send.
func (e *exec) patches(s *state, instr ssa.CallInstruction, obj, patch *Term) {
	base := e.baseOf(s, patch)
	if base == nil {
		return
	}
	held, o := s.objects.get(base), s.objects.get(obj)
	switch {
	case base == obj:
		e.addEmptyPatch(instr, obj, nil)
		return
	case held.copyOf == s.source(obj) && nothingBetween(base, instr) && !locked(patch):
		e.addEmptyPatch(instr, obj, base.At.(ssa.Instruction))
		return
	}
	for _, c := range o.dirty {
		if c.part == statusPart && slices.Contains(held.dirty, c) {
			e.addLeftOut(instr, obj, c)
		}
	}
	e.leavesOut(s, obj, base)
}

// sentWith reports that a patch which sends the changes at some paths sends what lies
// at another as well: it is the same place, or an element of the same list, which a
// merge patch sends as a whole.
func sentWith(path string, sent []string) bool {
	list, _, element := strings.Cut(path, "[")
	return slices.ContainsFunc(sent, func(p string) bool {
		other, _, is := strings.Cut(p, "[")
		return overlaps(p, path) || element && is && list == other
	})
}

// leavesOut notes that a patch of an object leaves out what the caller had changed,
// where its base is a copy that holds that, too.
func (e *exec) leavesOut(s *state, obj, base *Term) {
	o, held := s.objects.get(obj), s.objects.get(base)
	if !held.inherits || held.copyOf != obj || o.entry != untouched || o.late {
		return
	}
	o.late, o.since = true, o.changedPaths(nil)
	s.put(obj, o)
}

// changedPaths adds the paths of the status that the object holds changes of.
func (o object) changedPaths(to []string) []string {
	for _, c := range o.dirty {
		if c.part != otherPart {
			to = append(to, c.path)
		}
	}
	return to
}

// leftBehind is an object of which a callee's patch leaves out what it held at the call.
type leftBehind struct {
	object *Term
	held   object
	since  []string
}

// leaveOut notes the changes that a callee's patch of the status leaves out: not those
// that functions of this one's made for it, nor what is sent with another element of
// its list. Where that element is as it was, the callee may well send nothing at all,
// and the change is still there to be written.
func (e *exec) leaveOut(s *state, l leftBehind, made []string, call ssa.CallInstruction) {
	since := slices.Concat(l.since, made)
	for _, c := range l.held.dirty {
		if c.part == statusPart && !sentWith(c.path, since) {
			e.addLeftOut(call, l.object, c)
		}
	}
	if o := s.objects.get(l.object); l.held.entry == untouched && !o.late && l.object.Visible() {
		o.late, o.since = true, l.held.changedPaths(since)
		s.put(l.object, o)
	}
}

// nothingBetween reports that the program can have changed nothing between the
// call that made a copy and a later one: both stand in one block, with nothing
// between them but what makes a patch, a writer or a log line.
func nothingBetween(base *Term, later ssa.CallInstruction) bool {
	made, ok := base.At.(*ssa.Call)
	if _, deferred := later.(*ssa.Defer); deferred || !ok || base.Kind != resource.Value || made.Block() != later.Block() {
		return false
	}
	list := made.Block().Instrs
	from, to := slices.Index(list, ssa.Instruction(made)), slices.Index(list, ssa.Instruction(later))
	if from > to {
		return false
	}
	for _, instr := range list[from+1 : to] {
		switch i := instr.(type) {
		case *ssa.Store:
			if !outsideStatus(i.Addr) {
				return false
			}
		case *ssa.Call:
			if !harmless(&i.Call) {
				return false
			}
		case *ssa.MapUpdate, *ssa.Send, *ssa.Go, *ssa.RunDefers:
			return false
		}
	}
	return true
}

// locked reports that a patch was made with a resourceVersion in it: that it has to
// say without any change.
func locked(patch *Term) bool {
	made, ok := patch.At.(*ssa.Call)
	return ok && kube.CarriesLock(&made.Call)
}

// outsideStatus reports that an address is that of an element of a list of arguments,
// or of a part of an API object other than its status.
func outsideStatus(addr ssa.Value) bool {
	for {
		switch a := addr.(type) {
		case *ssa.Alloc:
			return a.Comment == "varargs"
		case *ssa.IndexAddr:
			addr = a.X
		case *ssa.FieldAddr:
			t := a.X.Type().Underlying().(*types.Pointer).Elem()
			if kube.IsAPIObject(t) {
				return t.Underlying().(*types.Struct).Field(a.Field) != kube.StatusField(t)
			}
			addr = a.X
		default:
			return false
		}
	}
}

// harmless reports that a call changes no object: it makes a patch, gives out a
// writer, or is of a package that leaves what it gets as it is.
func harmless(c *ssa.CallCommon) bool {
	if _, ok := kube.PatchBase(c); ok {
		return true
	}
	if op := kube.Classify(c).Op; op == kube.StatusWriter || op == kube.Accessor {
		return true
	}
	if c.IsInvoke() {
		return kube.Benign(c.Method.Pkg()) && !kube.Decodes(c.Method) || kube.Getter(c.Method)
	}
	callee := c.StaticCallee()
	if callee == nil {
		return false
	}
	fn, ok := callee.Object().(*types.Func)
	if !ok || kube.Changes(fn) || callee.Blocks != nil {
		return false
	}
	return fn.Signature().Recv() == nil || kube.Benign(fn.Pkg()) || kube.Looks(fn) || kube.Copies(fn)
}

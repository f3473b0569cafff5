package flow

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// Change is a change of an object in memory.
type Change struct {
	At   ssa.Instruction
	Path string // below the status, or else the object
	// OfStatus: it is one of the status, not of metadata or spec.
	OfStatus bool
	Name     string // what the program calls the object
	Type     string // the name of its type, empty where it is not known
}

// Field names what is changed as a reader would: Status.Phase, Finalizers.
func (c Change) Field() string {
	if !c.OfStatus {
		return strings.TrimPrefix(c.Path, "ObjectMeta.")
	}
	return pathAt(c.Path)
}

func (e *exec) changeOf(c *change, obj *Term) Change {
	return Change{c.at, c.path, c.part == statusPart, e.nameOf(obj), obj.Type}
}

// Overwritten is a change that a call put what the API server holds in the place of,
// before it was written. Nothing has made it anew, neither that call nor the path after
// it, up to where what lacks it was sent or the path has ended.
type Overwritten struct {
	Change
	Call ssa.CallInstruction
	By   Step // the call that overwrites the object, of which Call may only be the way to it
	// Alone is the method, Update or Patch, that has sent the object where nothing but
	// its status had been changed.
	Alone string
	// Sent: what lacks the change was sent afterwards. It is the status, or the object as
	// a whole for a change of metadata or spec, of which nothing is told otherwise.
	Sent    bool
	Failed  bool // the path has ended with an error
	Deleted bool // it knows that the object is being deleted
}

func (e *exec) addOverwritten(l loss, o Overwritten) {
	o.Call, o.By, o.Alone, o.OfStatus = l.call.call, l.by.by, l.by.bare, l.change.part == statusPart
	e.overwritten.add(eventKey{call: o.Call, at: l.change.at, path: l.change.path, how: o}, func() Overwritten {
		o.Change = e.changeOf(l.change, l.object)
		return o
	})
}

// Replaced is a change of a status that was not written when a call answered with what the
// API server has. That may be lost, made anew, or stay where the answer omits it.
type Replaced struct {
	Change
	Call ssa.CallInstruction
}

// Unwritten is the last change of the status of an object where a path ends: the function
// has read the object itself, nobody else has it, and nothing was sent on the path of
// what it holds.
type Unwritten struct {
	Change
	Failed  bool // the path has ended with an error
	Deleted bool // it knows that the object is being deleted
	// Elsewhere: another path has written it, or handed it to code that may.
	Elsewhere bool
}

// endObjects tells, at a return, which changes of objects were overwritten by then, and
// which are in memory alone.
func (e *exec) endObjects(s *state, results []*Term) {
	failed := e.hasFailed(s, results)
	for _, l := range s.lost {
		if !l.late && l.change.part == statusPart {
			e.addOverwritten(l, Overwritten{Sent: l.after, Failed: failed, Deleted: e.isDeleted(s, l.object)})
		}
	}
	if s.forgot {
		return // whether they were written by way of another object
	}
	for t, o := range s.objects.all() {
		if !o.read || o.sent || !o.has(statusPart) || e.escapes(s, t, results) {
			continue
		}
		// Where another object was written that stands for the same resource, the change
		// takes over what that had; and where none was, there was nothing new in it.
		if _, written := s.writes.find(s.resOf(e, t)); written {
			e.written(o.dirty)
			continue
		}
		var last *change
		for _, c := range o.dirty {
			if c.part == statusPart && (last == nil || c.at.Pos() > last.at.Pos()) {
				last = c
			}
		}
		u := Unwritten{Failed: failed, Deleted: o.goes()}
		e.unwritten.add(eventKey{at: last.at, path: last.path, how: u}, func() Unwritten {
			u.Change = e.changeOf(last, t)
			return u
		})
	}
}

// hasFailed reports that a path which ends with these results tells of an error.
func (e *exec) hasFailed(s *state, results []*Term) bool {
	n := len(results)
	return n > 0 && isErrorType(e.fn.Signature.Results().At(n-1).Type()) && s.equal(e, results[n-1], e.tab.Nil) == isFalse
}

// lostAnyway reports that another path loses the same and has not failed, or has written
// what lacks it.
func (e *exec) lostAnyway(l loss) bool {
	return slices.ContainsFunc(e.overwritten.list, func(o event[Overwritten]) bool {
		return o.key.call == l.call.call && o.key.at == l.change.at && !o.shown.Deleted && (!o.shown.Failed || o.shown.Sent)
	})
}

// elsewhere notes, when all paths have been walked, which changes another path has
// written.
func (e *exec) elsewhere() []Unwritten {
	list := e.unwritten.sorted()
	for i, u := range list {
		list[i].Elsewhere = e.everWritten[e.change(statusPart, u.Path, u.At)]
	}
	return list
}

// escapes reports that an object may outlive the function, or be kept anywhere
// that the path does not follow.
func (e *exec) escapes(s *state, t *Term, results []*Term) bool {
	if t.Kind != resource.Value || slices.ContainsFunc(results, func(r *Term) bool {
		return r.Mentions(t) || r == t || s.resOf(e, r) == s.resOf(e, t) && r.Typ != nil && e.isAPIObject(r)
	}) {
		return true
	}
	for a, v := range s.mem.all() {
		if (v == t || v.Mentions(t) && v.Kind != resource.Load) && !isLocal(a.Root()) && a.Root() != t {
			return true
		}
	}
	return mayEscape(t.At, map[ssa.Value]bool{})
}

// mayEscape follows the uses of a pointer: anything but access to what it points
// at, and calls of functions, lets it escape.
func mayEscape(v ssa.Value, seen map[ssa.Value]bool) bool {
	if v.Referrers() == nil || seen[v] {
		return v.Referrers() == nil
	}
	seen[v] = true
	for _, use := range *v.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			if use.Val != v {
				continue
			}
			cell, ok := use.Addr.(*ssa.Alloc)
			if !ok {
				if index, isIndex := use.Addr.(*ssa.IndexAddr); isIndex { // a variadic argument
					if array, isArray := index.X.(*ssa.Alloc); isArray && array.Comment == "varargs" {
						continue
					}
				}
				return true
			}
			if mayEscape(cell, seen) {
				return true
			}
		case *ssa.MakeClosure:
			for _, u := range *use.Referrers() {
				switch u := u.(type) {
				case *ssa.Defer:
					if u.Call.Value != use {
						return true
					}
				case *ssa.Call: // of it, or with it as a callback
				default:
					return true
				}
			}
		case *ssa.Return, *ssa.Send, *ssa.MapUpdate, *ssa.Go:
			return true
		case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType, *ssa.Extract, *ssa.TypeAssert:
			if mayEscape(use.(ssa.Value), seen) {
				return true
			}
		case *ssa.UnOp:
			// The pointer itself, out of the variable that holds it.
			if _, pointer := use.Type().Underlying().(*types.Pointer); pointer {
				if cell, ok := v.(*ssa.Alloc); ok && use.X == cell && mayEscape(use, seen) {
					return true
				}
			}
		}
	}
	return false
}

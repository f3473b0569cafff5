package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// judgeObjects finds, at a return, the changes that were overwritten and not made
// anew, and those that are dropped.
func (e *exec) judgeObjects(s *state, results []*Term) {
	n := len(results)
	failed := n > 0 && isErrorType(e.fn.Signature.Results().At(n-1).Type()) && s.equal(e, results[n-1], e.tab.Nil) == isFalse
	for _, l := range s.lost {
		if l.late || s.objects.get(l.object).deleted || l.change.part != statusPart {
			continue
		}
		// A reconcile that failed makes its changes anew, but for what it set out to
		// write: what was sent in vain, or what is missing in a status that is written.
		if failed && !l.after && l.by.bare == "" {
			continue
		}
		f := Finding{Kind: Overwritten, Call: l.call.call, By: l.by.by, Object: l.object, Change: l.change.at, Path: l.change.path}
		switch {
		case l.after:
		case l.by.bare == "Update":
			f.Detail = UpdateOmits
		case l.by.bare == "Patch":
			f.Detail = PatchOmits
		}
		e.find(f)
	}
	if failed || s.forgot {
		return // whether they were written by way of another object
	}
	for t, o := range s.objects.all() {
		if !o.read || o.deleted || o.sent || !o.has(statusPart) || e.escapes(s, t, results) {
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
		e.dropped[last] = t
	}
}

// neverWritten finds the changes that are dropped on some path, and written on
// none.
func (e *exec) neverWritten() {
	for last, t := range e.dropped {
		if e.everWritten[last] {
			continue
		}
		e.find(Finding{Kind: Dropped, Object: t, Change: last.at, Path: last.path})
	}
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

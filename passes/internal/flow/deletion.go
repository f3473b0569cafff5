package flow

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// noteDeletion notes what a condition tells of the deletion of an object.
func (e *exec) noteDeletion(s *state, c *Term, holds bool) {
	for c.Kind == resource.Pure && c.Name == "!" {
		c, holds = c.Args[0], !holds
	}
	if c.Kind == resource.Pure && c.Name == "==" && c.Args[1] == e.tab.Nil {
		e.noteTimestamp(s, e.heldAt(s, c.Args[0]), holds)
		return
	}
	if at := e.heldAt(s, c); at != nil && at.N < 0 && strings.HasSuffix(at.Name, "IsZero") {
		e.noteTimestamp(s, e.heldAt(s, at.Args[0]), holds)
	}
}

// heldAt is the field that holds a value, where that is known.
func (e *exec) heldAt(s *state, v *Term) *Term {
	if v.Kind == resource.Load && v.Args[0].Kind == resource.Field {
		return v.Args[0]
	}
	return s.fieldWith(v)
}

// noteTimestamp notes that a field is unset or not, if it is the one that tells
// of the deletion of an object.
func (e *exec) noteTimestamp(s *state, field *Term, unset bool) {
	if field == nil || field.Name != "DeletionTimestamp" && field.Name != deletionTimestamp {
		return
	}
	obj := field.Args[0]
	if field.N >= 0 && obj.Kind == resource.Field {
		obj = obj.Args[0]
	}
	o := s.objects.get(obj)
	o.deleted = !unset
	s.put(obj, o)
}

// deletionTimestamp stands for what GetDeletionTimestamp returns.
const deletionTimestamp = "#DeletionTimestamp"

// noteGone notes that a condition finds a resource gone after a write has failed: no
// retry of that can succeed, whatever its error was, and no update is lost by it.
func (s *state) noteGone(e *exec, c *Term, holds bool) {
	for c.Kind == resource.Pure && c.Name == "!" {
		c, holds = c.Args[0], !holds
	}
	if !holds || c.Kind != resource.Pure || c.Name != "err.IsNotFound" {
		return
	}
	for k, t := range s.tries.all() {
		if t.err != nil && unwrapped(t.err) != unwrapped(c.Args[0]) {
			t.other = true
			s.tries.set(k, t)
		}
	}
	for k, f := range s.failed.all() {
		if f.err != nil && unwrapped(f.err) != unwrapped(c.Args[0]) && s.isConflict(e, f) {
			f.open = false
			s.failed.set(k, f)
		}
	}
}

// foundGone reports that a call which was given the object has failed, and that the path
// has found out why: something is no more, which is that object for all that is known.
func (e *exec) foundGone(s *state, obj *Term) bool {
	for t, f := range s.facts.all() {
		if t.Kind != resource.Pure || t.Name != "err.IsNotFound" || f.eq != e.tab.True {
			continue
		}
		if c, ok := t.Args[0].At.(ssa.CallInstruction); ok && slices.ContainsFunc(c.Common().Args, func(a ssa.Value) bool { return e.value(s, a) == obj }) {
			return true
		}
	}
	return false
}

// isDeleted reports that the path knows that an object is being deleted, or is no more.
func (e *exec) isDeleted(s *state, obj *Term) bool {
	return s.objects.get(obj).goes() || e.foundGone(s, obj)
}

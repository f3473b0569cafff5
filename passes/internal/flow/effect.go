package flow

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// This file carries what happens to objects in memory over calls: from the outcome of
// a summary (see pending.tell) into the state of the caller.

// summariseSends tells which of the caller's objects are sent, and which are
// read again.
func (e *exec) summariseSends(sum *Summary) {
	for k := range e.sends {
		if k.obj.Visible() {
			sum.Sends = append(sum.Sends, Send{k.obj, k.call, e.nameOf(k.obj)})
		}
	}
	slices.SortFunc(sum.Sends, func(a, b Send) int {
		return cmp.Or(cmp.Compare(a.Object.ID, b.Object.ID), cmp.Compare(e.callIndex(a.Call), e.callIndex(b.Call)))
	})
	for _, of := range []map[*Term]bool{e.refreshed, e.refreshedRes} {
		for t := range of {
			if t.Visible() && t.Kind != resource.Closure && !t.IsConst() && !slices.Contains(sum.Refreshes, t) {
				sum.Refreshes = append(sum.Refreshes, t)
			}
		}
	}
	e.summariseSets(sum)
	for fn, args := range e.passes {
		sum.Passes = append(sum.Passes, Pass{fn, args})
	}
	slices.SortFunc(sum.Passes, func(a, b Pass) int { return cmp.Compare(a.Fn.ID, b.Fn.ID) })
	slices.SortFunc(sum.Refreshes, func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) })
}

func (o *Outcome) sortObjects() {
	byID := func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(o.Dirty, func(a, b Dirty) int {
		return cmp.Or(byID(a.Object, b.Object), cmp.Compare(a.Part, b.Part), strings.Compare(a.Path, b.Path), cmp.Compare(a.Pos, b.Pos))
	})
	slices.SortFunc(o.Missing, func(a, b Missing) int {
		return cmp.Or(byID(a.Object, b.Object), strings.Compare(a.Path, b.Path), cmp.Compare(a.By.Pos, b.By.Pos))
	})
	slices.SortFunc(o.Late, func(a, b Late) int { return byID(a.Object, b.Object) })
	slices.SortFunc(o.Overwrites, func(a, b Overwrite) int { return byID(a.Object, b.Object) })
	slices.SortFunc(o.Sent, byID)
	slices.SortFunc(o.Settled, byID)
	slices.SortFunc(o.SentLast, byID)
	slices.SortFunc(o.Stale, byID)
}

// joinOutcomeObjects joins what two outcomes say of conflicts and objects: all that
// may be met, pending or lost, and what is settled or stale in both.
func joinOutcomeObjects(a, b *Outcome) {
	if b.Conflict && !a.Conflict || b.Hidden != HandedUp && a.Hidden == HandedUp {
		a.ConflictOf = b.ConflictOf
	}
	a.Conflict = a.Conflict || b.Conflict
	if a.Hidden == HandedUp {
		a.Hidden, a.HiddenBy = b.Hidden, b.HiddenBy
	}
	for _, d := range b.Dirty {
		if !slices.ContainsFunc(a.Dirty, func(x Dirty) bool { return x.Object == d.Object && x.Part == d.Part && x.Path == d.Path }) {
			a.Dirty = append(slices.Clip(a.Dirty), d)
		}
	}
	for _, w := range b.Overwrites {
		if !slices.ContainsFunc(a.Overwrites, func(x Overwrite) bool { return x.Object == w.Object && x.Response == w.Response && x.Last == w.Last }) {
			a.Overwrites = append(slices.Clip(a.Overwrites), w)
		}
	}
	for _, m := range b.Missing {
		if !slices.ContainsFunc(a.Missing, func(x Missing) bool { return x.Object == m.Object && x.Path == m.Path }) {
			a.Missing = append(slices.Clip(a.Missing), m)
		}
	}
	for _, l := range b.Late {
		if !slices.ContainsFunc(a.Late, func(x Late) bool { return x.Object == l.Object }) {
			a.Late = append(slices.Clip(a.Late), l)
		}
	}
	a.Sent, a.Settled, a.SentLast = meet(a.Sent, b.Sent), meet(a.Settled, b.Settled), meet(a.SentLast, b.SentLast)
	a.Stale = meet(a.Stale, b.Stale)
}

// effects are what an outcome of a callee does to objects, in the terms of the
// caller, taken before memory changes.
type effects struct {
	dirty      []translatedDirty
	overwrites []translatedOverwrite
	missing    []translatedMissing
	late       []leftBehind
	sent       []*Term
	settled    []*Term
	sentLast   []*Term
	stale      []*Term
	refreshed  []*Term
}

type translatedDirty struct {
	place place
	Dirty
}

type translatedOverwrite struct {
	object *Term
	Overwrite
}

type translatedMissing struct {
	place place
	by    Step
}

// effects translates what an outcome says of objects.
func (b *binding) effects(sum *Summary, o *Outcome) effects {
	var out effects
	for _, w := range o.Overwrites {
		if t := b.object(w.Object); t != nil {
			out.overwrites = append(out.overwrites, translatedOverwrite{t, w})
		}
	}
	for _, m := range o.Missing {
		if t := b.object(m.Object); t != nil && b.e.isAPIObject(t) {
			out.missing = append(out.missing, translatedMissing{place{t, statusPart, b.path(m.Path, m.Keys)}, m.By})
		}
	}
	for _, l := range o.Late {
		if t := b.object(l.Object); t != nil {
			out.late = append(out.late, leftBehind{t, b.s.objects.get(t), l.Since})
		}
	}
	out.sent, out.settled, out.sentLast = b.objects(o.Sent), b.objects(o.Settled), b.objects(o.SentLast)
	out.stale, out.refreshed = b.objects(o.Stale), b.objects(sum.Refreshes)
	for _, d := range o.Dirty {
		t := b.object(d.Object)
		if t == nil {
			continue
		}
		path := b.path(d.Path, d.Keys)
		p := place{t, part(d.Part), path}
		if p.part == rootPart && t.Kind != resource.Param && t.Kind != resource.FreeVar || !b.e.isAPIObject(t) {
			p = b.e.placeOf(b.s, t).join(path)
		}
		if p.part != noPart {
			out.dirty = append(out.dirty, translatedDirty{p, d})
		}
	}
	return out
}

// beginEffects brings objects in memory over a call, up to where the callee calls
// functions of the caller's.
func (e *exec) beginEffects(b *binding, f effects) {
	s := b.s
	for _, t := range f.refreshed {
		e.refresh(s, t)
	}
	for _, t := range f.settled {
		if p := e.placeOf(s, t); p.part != noPart {
			t = p.object
		}
		e.settle(s, t)
		e.unseenBy[t] = true
	}
	for _, t := range f.sent {
		if p := e.placeOf(s, t); p.part != noPart {
			t = p.object
		}
		e.send(s, t, statusPart)
	}
	for _, w := range f.overwrites {
		switch p := e.placeOf(s, w.object); {
		case w.Last: // see endEffects
		case w.Response:
			e.decodeStatus(s, w.object, b.instr)
		case p.part != noPart: // a part of it: not more than a change
			e.changed(s, p, b.instr)
		default:
			e.overwrite(s, w.object, b.instr, overwriting{w.Redone, w.By, w.Bare})
		}
	}
}

// endEffects does the rest. Objects that the callee sends on some path, managed, were
// not to be sent where it does not.
func (e *exec) endEffects(s *state, instr ssa.CallInstruction, f effects, managed []*Term) {
	for _, w := range f.overwrites {
		if w.Last && e.isAPIObject(w.object) && !slices.Contains(managed, w.object) {
			e.overwrite(s, w.object, instr, overwriting{by: w.By})
		}
	}
	for _, t := range f.sentLast {
		e.send(s, t, statusPart)
	}
	for _, t := range f.stale {
		if e.isAPIObject(t) {
			s.staleAfter(t, instr)
		}
	}
	for _, d := range f.dirty {
		e.changed(s, d.place, instr)
		if d.Guarded {
			e.everWritten[e.change(d.place.part, d.place.path, instr)] = true
		}
	}
	for _, m := range f.missing {
		s.lose(loss{
			change: e.change(statusPart, m.place.path, instr), call: e.site(instr),
			by: overwriting{by: m.by}, object: m.place.object, res: s.resOf(e, m.place.object),
		})
	}
}

package flow

import (
	"slices"
)

// wrongObjects finds the changes, made in a conflict retry, of an object that
// only stands for the resource that is written: the retry neither reads nor
// writes it. given are the objects that the retry passed in.
func (e *exec) wrongObjects(s *state, dirty []translatedDirty, writes []written, by effects, given []*Term) {
	for _, d := range dirty {
		t := d.place.object
		if d.place.part != statusPart || d.Copied || !d.Pos.IsValid() || slices.Contains(given, t) || by.handles(s, e, t) {
			continue
		}
		for _, w := range writes {
			if w.res != s.resOf(e, t) || slices.ContainsFunc(w.paths, func(p string) bool { return overlaps(p, d.place.path) }) {
				continue
			}
			also := func(o translatedDirty) bool {
				return o.place.object != t && s.resOf(e, o.place.object) == w.res && overlaps(o.place.path, d.place.path)
			}
			if !slices.ContainsFunc(dirty, also) {
				e.find(Finding{Kind: WrongObject, Pos: d.Pos, Object: t, Path: d.place.path})
			}
		}
	}
}

// handles reports that a callee reads an object again, or sends it.
func (f effects) handles(s *state, e *exec, t *Term) bool {
	for _, list := range [][]*Term{f.sent, f.sentLast, f.settled, f.refreshed} {
		if slices.Contains(list, t) {
			return true
		}
	}
	return slices.ContainsFunc(f.overwrites, func(w translatedOverwrite) bool { return w.object == t })
}

// inManager judges what a callback of a status manager does: the manager writes
// the status itself.
func (e *exec) inManager(r applied, writes []written, by effects, given []*Term) {
	e.wrongObjects(r.s, r.left.dirty, writes, by, given)
	for _, w := range r.writes {
		own := func(m written) bool { return m.res == w.res }
		if len(w.via) > 0 && w.via[0].Pos.IsValid() && slices.ContainsFunc(writes, own) {
			e.find(Finding{Kind: NestedWrite, Pos: w.via[0].Pos, Object: w.res})
		}
	}
}

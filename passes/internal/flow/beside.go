package flow

import (
	"go/token"
	"slices"
)

// Beside is a change of the status of an object, made in a conflict retry, which neither
// reads nor sends that object: it writes the resource by way of another one, and not what
// is changed here.
type Beside struct {
	Pos  token.Pos
	Name string // what the program calls the object
	Path string // below the status
}

// Field names what is changed as a reader would.
func (b Beside) Field() string { return pathAt(b.Path) }

// Nested is a write of a status in a function given to what writes that status as well,
// after calling it.
type Nested struct {
	Pos  token.Pos
	Name string // what the program calls the object
}

// besides notes what a retry changes in other objects than the ones that it writes. given
// are the objects that the retry passed in.
func (e *exec) besides(s *state, dirty []translatedDirty, writes []written, by effects, given []*Term) {
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
				e.beside.add(eventKey{pos: d.Pos, path: d.place.path}, func() Beside { return Beside{d.Pos, e.nameOf(t), d.place.path} })
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

// inManager notes what a callback of a status manager changes and writes: the manager
// writes the status itself.
func (e *exec) inManager(r applied, writes []written, by effects, given []*Term) {
	if r.said == nil {
		return
	}
	e.besides(r.s, r.said.objects.dirty, writes, by, given)
	for _, w := range r.writes() {
		own := func(m written) bool { return m.res == w.res }
		if len(w.via) > 0 && w.via[0].Pos.IsValid() && slices.ContainsFunc(writes, own) {
			e.nested.add(eventKey{pos: w.via[0].Pos}, func() Nested { return Nested{w.via[0].Pos, e.nameOf(w.res)} })
		}
	}
}

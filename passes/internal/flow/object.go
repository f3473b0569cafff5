package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// # Objects in memory
//
// Beside the writes of each resource, a state follows what happens to each
// object in memory: which changes it holds that were not written, whether they
// were overwritten, and whether its resourceVersion is known to be stale.
//
// All of it is may: a change that a state holds was made on some execution that
// the state stands for, and was neither written nor handed to code that cannot
// be seen since. A join takes the union of the changes, as each is a witness of
// its own; the rules ask of one change at a time, so a union makes no report
// that one of the joined paths would not make. Only the stale version is must
// (known for certain), and a join takes the intersection of that.

// change is one change in memory. Changes are interned: one for each path of a
// part and instruction.
type change struct {
	id   int
	part part
	path string
	at   ssa.Instruction
}

type changeKey struct {
	part part
	path string
	at   ssa.Instruction
}

func (e *exec) change(p part, path string, at ssa.Instruction) *change {
	key := changeKey{p, path, at}
	c := e.changes[key]
	if c == nil {
		c = &change{len(e.changes) + 1, p, path, at}
		e.changes[key] = c
	}
	return c
}

// entry tells what became of the changes that an object of the caller's held
// when the function was called.
type entry uint8

const (
	untouched entry = iota
	settled         // written, or handed to code that cannot be seen
	replaced        // overwritten in memory
)

// overwriting is what put the state of the API server in the place of an object.
type overwriting struct {
	// redone are the paths of the status that were changed afterwards.
	redone []string
	by     Step // the call that did, down the chain
	// bare is the method, Update or Patch, that sent the object where nothing but
	// its status had been changed.
	bare string
}

// changed notes that an instruction changed what lies at a place.
func (e *exec) changed(s *state, p place, at ssa.Instruction) {
	if p.part == noPart {
		return
	}
	o := s.objects.get(p.object).with(e.change(p.part, p.path, at))
	if p.part != otherPart {
		o.last = nil
	}
	if o.entry == replaced && p.part != otherPart {
		if _, ok := slices.BinarySearch(o.gone.redone, p.path); !ok {
			o.gone.redone = append(slices.Clip(o.gone.redone), p.path)
			slices.Sort(o.gone.redone)
		}
	}
	o.differs = o.differs || p.part != otherPart
	s.put(p.object, o)
	if p.part == otherPart {
		if p.path == "ObjectMeta.ResourceVersion" {
			e.refresh(s, p.object)
		}
		s.redo(func(l loss) bool { return l.late && l.object == p.object && overlaps(l.change.path, p.path) })
		return
	}
	res := s.resOf(e, p.object)
	s.redo(func(l loss) bool {
		return !l.late && (l.res == res || l.object == p.object) && overlaps(l.change.path, p.path)
	})
}

// overwrite notes that a call put what the API server holds in the place of an
// object: a read into it, or a write whose response is decoded into it. What the
// call itself changed anew afterwards (redone) is not lost, nor is what the call
// was handed; if it replaces one of the lost fields, the call sets a state of its
// own on purpose.
func (e *exec) overwrite(s *state, obj *Term, call ssa.CallInstruction, by overwriting) {
	o := s.objects.get(obj)
	redone := by.redone
	if o.touched || o.has(otherPart) {
		by.bare = ""
	}
	for _, c := range o.dirty {
		if c.part == statusPart {
			e.replaced.add(eventKey{call: call, at: c.at, path: c.path}, func() Replaced { return Replaced{e.changeOf(c, obj), call} })
		}
	}
	res := s.resOf(e, obj)
	own := slices.ContainsFunc(o.dirty, func(c *change) bool {
		return c.part != otherPart && slices.Contains(redone, c.path) && !isElement(c.path)
	})
	if len(o.dirty) > 0 && !own {
		handed, at := e.handed(s, call, obj), e.site(call)
		for i, c := range o.dirty {
			if c.part == otherPart {
				continue
			}
			if slices.ContainsFunc(redone, func(p string) bool { return overlaps(p, c.path) }) ||
				slices.ContainsFunc(handed, func(p place) bool { return p.part == c.part && overlaps(p.path, c.path) }) {
				e.written(o.dirty[i : i+1]) // by who made it anew, if not where the call failed before that
				continue
			}
			l := loss{change: c, call: at, by: by, object: obj, res: res}
			if o.goes() { // that must be told here: where states meet, it is forgotten
				e.addOverwritten(l, Overwritten{Deleted: true})
			} else {
				s.lose(l)
			}
		}
	}
	o.dirty = nil
	o.again = true
	s.outdated(obj)
	if o.entry == untouched {
		o.entry, o.gone = replaced, by
		if o.deleted {
			o.entry = settled
		}
	}
	o.stale, o.copyOf, o.touched = nil, nil, false
	if o.last = nil; s.called.len() > 0 && !o.deleted {
		o.last = &overwriting{by: by.by}
	}
	s.put(obj, o)
}

// goes reports that nobody will read the status of an object any more.
func (o object) goes() bool { return o.deleted || o.released }

// isElement reports that a path leads to an element of a list or map.
func isElement(path string) bool {
	for i := range path {
		if path[i] == '[' {
			return true
		}
	}
	return false
}

// decodeStatus notes that the response to a status write was decoded into the
// object: changes of its metadata and spec are gone.
func (e *exec) decodeStatus(s *state, obj *Term, call ssa.CallInstruction) {
	o := s.objects.get(obj)
	for _, c := range o.dirty {
		if c.part == otherPart {
			s.lose(loss{change: c, call: e.site(call), object: obj, res: s.resOf(e, obj), late: true})
		}
	}
	o = o.without(func(c *change) bool { return c.part == otherPart })
	o.mirror = true
	s.put(obj, o)
}

// sendWhole notes that a write of the whole object follows: what the response to
// an earlier status write took away was meant to be in it.
func (e *exec) sendWhole(s *state, obj *Term) {
	for _, l := range s.lost {
		if l.late && l.object == obj {
			e.addOverwritten(l, Overwritten{Sent: true})
		}
	}
	s.redo(func(l loss) bool { return l.late && l.object == obj })
}

// written notes that some path writes changes, or hands them to code that may:
// where another path does not, a guard decided so.
func (e *exec) written(changes []*change) {
	for _, c := range changes {
		e.everWritten[c] = true
	}
}

// writtenNext notes that what a retried function, called by that instruction, has changed
// before it failed is there for its next run to write.
func (e *exec) writtenNext(s *state, call ssa.CallInstruction) {
	for _, o := range s.objects.all() {
		for _, c := range o.dirty {
			if c.at == ssa.Instruction(call) {
				e.everWritten[c] = true
			}
		}
	}
}

// send notes that a write of an object was attempted: what it holds in that part
// is not pending any more, in this object and in its copies.
func (e *exec) send(s *state, obj *Term, p part) {
	sent := s.objects.get(obj).dirty
	e.written(sent)
	res := s.resOf(e, obj)
	covered := func(c *change) bool {
		return c.part == p && slices.ContainsFunc(sent, func(d *change) bool { return d.part == p && overlaps(c.path, d.path) })
	}
	for t, o := range s.objects.all() {
		if t != obj && s.resOf(e, t) == res {
			s.put(t, o.without(covered))
		}
	}
	o := s.objects.get(obj).without(func(c *change) bool { return c.part == p || c.part == rootPart })
	if p == statusPart {
		if o.entry == untouched {
			o.entry = settled
		}
		o.sent = true
		s.redo(func(l loss) bool {
			return !l.late && l.res == res && slices.ContainsFunc(sent, func(d *change) bool { return d.part == p && !l.instead(d) && overlaps(l.change.path, d.path) })
		})
	}
	source := o.holds
	o.holds = nil
	s.put(obj, o)
	if p == statusPart && source != nil && source != obj {
		e.send(s, source, p)
	}
}

// sendResource notes that changes of the status of a resource were sent by way
// of an object that is not at hand.
func (e *exec) sendResource(s *state, res *Term, paths []string) {
	sent := func(path string) bool {
		return slices.ContainsFunc(paths, func(p string) bool { return overlaps(p, path) })
	}
	for t, o := range s.objects.all() {
		if s.resOf(e, t) == res {
			e.written(o.dirty)
			s.put(t, o.without(func(c *change) bool { return c.part == statusPart && sent(c.path) }))
		}
	}
	s.redo(func(l loss) bool { return !l.late && l.res == res && sent(l.change.path) })
}

// touch notes that metadata or spec of an object may have been changed, its
// resourceVersion among them.
func (e *exec) touch(s *state, obj *Term) {
	e.refresh(s, obj)
	o := s.objects.get(obj)
	o.touched = true
	s.put(obj, o)
}

// settle notes that code which cannot be seen received an object, or something
// in it: whatever was pending for its resource may have been written or kept.
func (e *exec) settle(s *state, obj *Term) {
	res := s.resOf(e, obj)
	for t, o := range s.objects.all() {
		if t == obj || s.resOf(e, t) == res {
			e.written(o.dirty)
			s.put(t, o.settled())
		}
	}
	s.redo(func(l loss) bool { return l.res == res || l.object == obj })
	if e.isAPIObject(obj) || e.mayHoldStatus(obj.Typ) {
		s.put(obj, s.objects.get(obj).settled())
	}
	e.unseenBy[obj] = true
	e.refresh(s, obj)
}

// statusPaths are the paths of the status that the object holds changes of.
func (o object) statusPaths() []string {
	var paths []string
	for _, c := range o.dirty {
		if c.part == statusPart {
			paths = append(paths, c.path)
		}
	}
	if o.holds != nil {
		paths = append(paths, o.held)
	}
	return paths
}

func (o object) settled() object {
	o.dirty, o.stale, o.copyOf, o.last, o.differs = nil, nil, nil, nil, true
	if o.entry == untouched {
		o.entry = settled
	}
	return o
}

// refresh notes that an object may have been read again.
func (e *exec) refresh(s *state, obj *Term) {
	e.refreshed[obj] = true
	if res := s.resOf(e, obj); res != obj && res.Visible() {
		e.refreshedRes[res] = true
	}
	for c, t := range s.tries.all() {
		if !t.fresh && (t.obj == obj || t.res == s.resOf(e, obj)) {
			t.fresh = true
			s.tries.set(c, t)
		}
	}
	if o, ok := s.objects.find(obj); ok && (o.stale != nil || o.copyOf != nil) {
		o.stale, o.copyOf = nil, nil
		s.put(obj, o)
	}
}

// source is the object whose resourceVersion is sent with a copy of it.
func (s *state) source(obj *Term) *Term {
	if from := s.objects.get(obj).copyOf; from != nil {
		return from
	}
	return obj
}

// copied notes that a value is a copy of an object, with all that is pending.
func (e *exec) copied(s *state, from, to *Term) {
	o, ok := s.objects.find(from)
	if !ok && !e.isAPIObject(from) {
		return
	}
	s.put(to, object{dirty: o.dirty, stale: o.stale, entry: settled, copyOf: s.source(from), inherits: o.entry == untouched})
}

// replace notes that an object in memory was replaced as a whole, by assignment.
func (e *exec) replace(s *state, obj *Term) {
	o := s.objects.get(obj).settled()
	s.put(obj, o)
	e.refresh(s, obj)
}

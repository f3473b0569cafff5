package flow

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// pending is the domain of what happened to objects in memory (see object.go).
type pending struct {
	objects rows[*Term, object]
	lost    []loss // ascending (see compareLoss)
}

// loss is a change that was overwritten in memory before it was written, and that nothing
// has made anew (see Overwritten).
type loss struct {
	change *change
	call   site // what overwrote it
	by     overwriting
	object *Term
	res    *Term
	// after: the status was written afterwards.
	after bool
	// late: the response to a status write overwrote a change of metadata or
	// spec; it counts once a write of the whole object follows.
	late bool
}

// instead reports that a change is pending where a callee has not lost it: of each outcome
// both are told, but no path has both.
func (l loss) instead(c *change) bool { return c == l.change && c.at == ssa.Instruction(l.call.call) }

func compareLoss(a, b loss) int {
	return cmp.Or(cmp.Compare(a.change.id, b.change.id), cmp.Compare(a.call.order, b.call.order), cmp.Compare(a.object.ID, b.object.ID))
}

// put stores what is known of an object. A constant nil is none.
func (p *pending) put(t *Term, o object) {
	switch {
	case t == nil:
	case o.empty():
		p.objects.del(t)
	default:
		p.objects.set(t, o)
	}
}

// redo drops the losses that were made good, or that nothing can come of any more.
func (p *pending) redo(gone func(loss) bool) {
	if slices.ContainsFunc(p.lost, gone) {
		p.lost = slices.DeleteFunc(slices.Clone(p.lost), gone)
	}
}

func (p *pending) lose(l loss) {
	if i, ok := slices.BinarySearchFunc(p.lost, l, compareLoss); !ok {
		p.lost = slices.Insert(slices.Clone(p.lost), i, l)
	}
}

// follows notes that the status of a resource was written: what had been lost of
// it by then is missing in what was sent.
func (p *pending) follows(res *Term) {
	lost := func(l loss) bool { return l.res == res && !l.late && !l.after }
	if !slices.ContainsFunc(p.lost, lost) {
		return
	}
	p.lost = slices.Clone(p.lost)
	for i := range p.lost {
		p.lost[i].after = p.lost[i].after || lost(p.lost[i])
	}
}

// openAgain notes that a function of the caller's is about to be called: what it
// changes has been overwritten by nothing yet.
func (p *pending) openAgain() {
	for t, o := range p.objects.all() {
		if o.last != nil {
			o.last = nil
			p.put(t, o)
		}
	}
}

func (p *pending) share() { p.objects.share() }

func (p *pending) size() int { return p.objects.len() }

// key adds all that is known of objects, or whether they hold changes.
func (p *pending) key(e *exec, _ *state, in detail, d *digest) {
	if in >= looped {
		return
	}
	for t, o := range p.objects.all() {
		if in == all {
			o.key(e, t, d)
		} else if o.has(statusPart) {
			d.add('o', t.ID)
		}
	}
	if in != all {
		return
	}
	for _, l := range p.lost {
		d.add('l', l.change.id, l.call.order, l.object.ID, flag(l.after, 0))
	}
}

func (o object) key(e *exec, t *Term, d *digest) {
	stale := 0
	if o.stale != nil {
		stale = e.callIndex(o.stale) + 1
	}
	d.add('o', t.ID, int(o.entry), flag(o.mirror, 0)|flag(o.read, 1)|flag(o.deleted, 2)|flag(o.sent, 3)|flag(o.again, 4)|flag(o.inherits, 5)|flag(o.late, 6)|flag(o.touched, 7)|flag(o.last != nil, 8)|flag(o.differs, 9)|flag(o.released, 10), stale)
	if o.copyOf != nil {
		d.add('C', t.ID, o.copyOf.ID)
	}
	for _, c := range o.dirty {
		d.add('O', t.ID, c.id)
	}
}

// join keeps what may have happened to objects on one of the paths, and what is stale
// for certain on both.
func (p *pending) join(_ *exec, a, b, _ *state) {
	for t, y := range b.objects.all() {
		if x, both := a.objects.find(t); both {
			p.put(t, joinObject(x, y))
		} else {
			y.stale, y.copyOf = nil, nil
			p.put(t, y)
		}
	}
	for t, x := range a.objects.all() {
		if _, both := b.objects.find(t); !both {
			x.stale, x.copyOf = nil, nil
			p.put(t, x)
		}
	}
	for _, l := range b.lost {
		p.lose(l)
		if l.after {
			p.lost = slices.Clone(p.lost)
			for i := range p.lost {
				p.lost[i].after = p.lost[i].after || compareLoss(p.lost[i], l) == 0
			}
		}
	}
}

// joinObject joins what two states know of one object.
func joinObject(a, b object) object {
	a.dirty = joinChanges(a.dirty, b.dirty)
	switch {
	case a.entry == b.entry:
		if a.entry == replaced {
			a.gone.redone = slices.DeleteFunc(slices.Clone(a.gone.redone), func(p string) bool { return !slices.Contains(b.gone.redone, p) })
		}
	case b.entry == replaced:
		a.entry, a.gone = replaced, b.gone
	case a.entry != replaced:
		a.entry = untouched
	}
	if a.gone.bare != b.gone.bare {
		a.gone.bare = ""
	}
	if a.last == nil {
		a.last = b.last
	}
	if a.copyOf != b.copyOf {
		a.copyOf = nil
	}
	if b.late && !a.late {
		a.late, a.since = true, b.since
	}
	a.inherits = a.inherits && b.inherits
	a.differs = a.differs || b.differs
	a.mirror = a.mirror || b.mirror
	a.read = a.read || b.read
	a.again = a.again && b.again
	a.sent = a.sent && b.sent
	a.deleted = a.deleted && b.deleted
	a.released = a.released && b.released
	a.touched = a.touched || b.touched
	if a.stale != b.stale {
		a.stale = nil
	}
	return a
}

// joinChanges merges two lists of changes, which are in the order of their IDs,
// up to maxChanges.
func joinChanges(a, b []*change) []*change {
	byID := func(a, b *change) int { return cmp.Compare(a.id, b.id) }
	added := false
	for _, c := range b {
		if len(a) >= maxChanges {
			break
		}
		i, ok := slices.BinarySearchFunc(a, c, byID)
		if ok {
			continue
		}
		if !added {
			a, added = slices.Clone(a), true
		}
		a = slices.Insert(a, i, c)
	}
	return a
}

func (p *pending) forget(_ *exec, _ *state, v *renewal) {
	for t, o := range p.objects.all() {
		switch {
		case v.gone(t):
			p.objects.del(t)
		case v.gone(o.copyOf):
			o.copyOf = nil
			p.put(t, o)
		}
	}
	p.redo(func(l loss) bool { return v.gone(l.object) || v.gone(l.res) })
}

// tell tells of the objects that the caller can name.
func (p *pending) tell(x *ending, o *Outcome) {
	e := x.e
	p.tellMissing(x, o)
	for t, known := range p.objects.all() {
		name := t
		if !x.visible(t) {
			if name = x.outs[t]; name == nil {
				continue
			}
		}
		for _, c := range known.dirty {
			if c.part != otherPart || e.flow.small {
				o.Dirty = append(o.Dirty, Dirty{name, uint8(c.part), c.path, e.keysOf(c.path), c.at.Pos(), e.everWritten[c], e.takenOver[c]})
			}
		}
		switch known.entry {
		case replaced:
			o.Overwrites = append(o.Overwrites, Overwrite{Object: name, Redone: allUnnamed(known.gone.redone), By: known.gone.by, Bare: known.gone.bare})
		case settled:
			if e.unseenBy[t] {
				o.Settled = append(o.Settled, name)
			} else {
				o.Sent = append(o.Sent, name)
			}
		}
		if known.last != nil && !known.sent {
			o.Overwrites = append(o.Overwrites, Overwrite{Object: name, By: known.last.by, Last: true})
		}
		if known.late {
			o.Late = append(o.Late, Late{name, allUnnamed(known.since)})
		}
		if known.sent {
			o.SentLast = append(o.SentLast, name)
		}
		if known.stale != nil {
			o.Stale = append(o.Stale, name)
		}
		if known.mirror && known.entry != replaced {
			o.Overwrites = append(o.Overwrites, Overwrite{Object: name, Response: true})
		}
	}
}

// tellMissing tells of what was lost on a path that has failed, where no report stands for
// that here.
func (p *pending) tellMissing(x *ending, o *Outcome) {
	e := x.e
	if !e.hasFailed(x.s, x.results) {
		return
	}
	for _, l := range p.lost {
		if l.late || l.after || l.by.bare != "" || l.change.part != statusPart || !x.visible(l.object) ||
			e.isDeleted(x.s, l.object) || e.lostAnyway(l) {
			continue
		}
		o.Missing = append(o.Missing, Missing{l.object, l.change.path, e.keysOf(l.change.path), l.by.by})
	}
}

func (p *pending) mark(*collector) {}

func (p *pending) sweep(c *collector) {
	kept := func(t *Term) bool { return c.has(t) || c.reached(t) }
	p.objects.keep(func(t *Term, o object) bool { return kept(t) || o.read && o.has(statusPart) })
	p.redo(func(l loss) bool { return l.late && !kept(l.object) })
}

// object is what a path did to one object in memory. Its slices are never
// changed in place: states share them.
type object struct {
	dirty []*change // not written yet, by ID
	entry entry
	// sent: a write of its status was attempted.
	sent bool
	// holds: its status, at a path, was copied from another object of the same
	// resource, with all that is pending there.
	holds *Term
	held  string
	// gone tells how the caller's changes were overwritten.
	gone overwriting
	// last tells how it was overwritten after functions of the caller's were called,
	// if it was: with it, what those had changed.
	last *overwriting
	// copyOf is the object that it was copied from and has been no other than since:
	// it has the resourceVersion of that.
	copyOf *Term
	// inherits: a copy, made when the object held what the caller had left in it.
	inherits bool
	// late: a patch of its status leaves out what the caller had changed, as the
	// base was copied here; but for what was changed since, at these paths.
	late  bool
	since []string
	// mirror: its metadata and spec, as the caller left them, were overwritten
	// by the response to a status write.
	mirror bool
	// touched: its metadata and spec may have been changed in a way that is not
	// followed.
	touched bool
	again   bool // what the API server holds took its place on this path
	read    bool // it was read from the API server here
	deleted bool // the path knows that it is being deleted
	// released: the list of its finalizers was emptied here. What that does to an object
	// which stays, a caller may know.
	released bool
	stale    ssa.CallInstruction // the write that made its resourceVersion stale
	// differs: its status may have changed since a patcher remembered it.
	differs bool
}

// has reports that the object holds changes of a part.
func (o object) has(p part) bool {
	return slices.ContainsFunc(o.dirty, func(c *change) bool { return c.part == p })
}

func (o object) empty() bool {
	return len(o.dirty) == 0 && o.entry == untouched && len(o.gone.redone) == 0 && o.holds == nil && o.copyOf == nil &&
		!o.inherits && o.last == nil && !o.sent && !o.late && !o.mirror && !o.touched && !o.differs && !o.again && !o.read && !o.deleted && !o.released && o.stale == nil
}

func (o object) without(drop func(*change) bool) object {
	if slices.ContainsFunc(o.dirty, drop) {
		o.dirty = slices.DeleteFunc(slices.Clone(o.dirty), drop)
	}
	return o
}

func (o object) with(c *change) object {
	// A later change of the same place takes the place of the earlier one.
	o = o.without(func(old *change) bool { return old.part == c.part && old.path == c.path })
	i, _ := slices.BinarySearchFunc(o.dirty, c, func(a, b *change) int { return cmp.Compare(a.id, b.id) })
	o.dirty = slices.Insert(slices.Clone(o.dirty), i, c)
	return o
}

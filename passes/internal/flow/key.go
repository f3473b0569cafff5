package flow

import (
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"math/bits"
)

// digest stands for a set of rows of numbers, in whatever order they are added.
// States are compared by theirs: two that differ have the same one with a
// probability of 2^-128 or so.
type digest [2]uint64

// add adds a row to the set of that mark.
func (d *digest) add(mark byte, row ...int) {
	a, b := uint64(mark), uint64(mark)<<8
	for _, n := range row {
		a, b = mix(a^uint64(n)), mix(bits.RotateLeft64(b, 29)+uint64(n))
	}
	d[0] += mix(a + uint64(len(row)))
	d[1] += mix(b + uint64(len(row))<<32)
}

// mix spreads the bits of a number: the finalizer of SplitMix64.
func mix(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// detail is what states must agree in to have the same key.
type detail uint8

const (
	all     detail = iota // in all that they know
	control               // in all writes, failures and flags
	looped                // in the resources written, what turns of loops have written, and the calls of functions of the caller's
	counts                // in the resources written, and in those calls
	turns                 // in what turns of loops have written, and in those calls
)

// key is equal for states that agree. Which of several earlier writes is
// remembered does not count: one is as good a witness as the other.
func (s *state) key(e *exec, in detail) digest {
	d := digest{uint64(in)}
	for r, w := range s.writes.all() {
		if in != turns {
			d.add('w', r.ID, flag(w.first != nil, 0)|flag(w.ifChanged, 1))
		}
		if in == counts {
			continue
		}
		for c, l := range w.loops {
			d.add('W', r.ID, e.callIndex(c), l.index)
		}
	}
	for t, o := range s.called.all() {
		d.add('c', t.ID, int(o))
	}
	for i, f := range s.defers {
		d.add('d', i, e.callIndex(f.call))
	}
	d.add('a', int(s.waited), flag(s.forgot, 0))
	if in >= looped {
		return d
	}
	for c, f := range s.failed.all() {
		d.add('f', c.order, flag(f.open, 0)|flag(f.kept, 1)|flag(f.passed, 2)|flag(f.told, 3))
	}
	s.objectKey(e, in, &d)
	// The shape of control: what is known of the results and flags in registers.
	var buf [maxDifferent + 4]int
	for v, t := range s.env.all() {
		switch {
		case in == all:
			d.add('e', int(v), t.ID)
		case e.flow.control.Has(int(v)):
			d.add('e', append(s.known(buf[:0], t), int(v))...)
		}
	}
	for a, v := range s.mem.all() {
		switch {
		case in == all:
			d.add('m', a.ID, v.ID)
		case isControlType(v.Typ) && a.Kind != resource.Field:
			d.add('m', append(s.known(buf[:0], v), a.ID)...)
		}
	}
	if in != all {
		return d
	}
	for t, all := range s.stale.all() {
		d.add('s', t.ID, flag(all, 0))
	}
	for t, f := range s.facts.all() {
		d.add('k', append(f.row(buf[:0]), t.ID)...)
	}
	for p, r := range s.res.all() {
		d.add('r', p.ID, r.ID)
	}
	return d
}

// objectKey adds what is known of objects to the key of a state: all of it, or
// whether they hold changes.
func (s *state) objectKey(e *exec, in detail, d *digest) {
	for t, o := range s.objects.all() {
		if in != all {
			if o.has(statusPart) {
				d.add('o', t.ID)
			}
			continue
		}
		stale := 0
		if o.stale != nil {
			stale = e.callIndex(o.stale) + 1
		}
		d.add('o', t.ID, int(o.entry), flag(o.mirror, 0)|flag(o.read, 1)|flag(o.deleted, 2)|flag(o.sent, 3)|flag(o.again, 4)|flag(o.inherits, 5)|flag(o.late, 6)|flag(o.touched, 7)|flag(o.last != nil, 8)|flag(o.differs, 9), stale)
		if o.copyOf != nil {
			d.add('C', t.ID, o.copyOf.ID)
		}
		for _, c := range o.dirty {
			d.add('O', t.ID, c.id)
		}
	}
	if in != all {
		return
	}
	for _, l := range s.lost {
		d.add('l', l.change.id, l.call.order, l.object.ID, flag(l.after, 0))
	}
	for c, t := range s.tries.all() {
		d.add('t', c.order, flag(t.err != nil, 0)|flag(t.fresh, 1)|flag(t.other, 2)|flag(t.passed, 3), int(t.hidden))
	}
}

// flag is a bit of a row.
func flag(set bool, n int) int {
	if set {
		return 1 << n
	}
	return 0
}

// row appends what a fact says, for comparing states.
func (f fact) row(to []int) []int {
	if f.eq != nil {
		return append(to, 1, f.eq.ID)
	}
	to = append(to, 2)
	for _, n := range f.ne {
		to = append(to, n.ID)
	}
	return to
}

// known appends what is known of a value, for comparing states.
func (s *state) known(to []int, t *Term) []int {
	if t.IsConst() {
		return append(to, 1, t.ID)
	}
	return s.facts.get(t).row(to)
}

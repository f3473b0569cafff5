package flow

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// origins are the domain of what values came from.
type origins struct {
	origin rows[*Term, []origin] // values that were read from a status, or computed from one
}

func (o *origins) share() { o.origin.share() }

func (o *origins) size() int { return o.origin.len() }

// key adds nothing: states that agree in all else are not walked again for the sake of
// an assignment that would be reported.
func (o *origins) key(*exec, *state, detail, *digest) {}

// join adds the values that only the other path has: a value has one origin.
func (o *origins) join(_ *exec, a, b, _ *state) {
	for t, from := range b.origin.all() {
		if _, ok := a.origin.find(t); !ok {
			o.origin.set(t, from)
		}
	}
}

func (o *origins) forget(_ *exec, _ *state, v *renewal) {
	for t, from := range o.origin.all() {
		if v.gone(t) || slices.ContainsFunc(from, func(o origin) bool { return v.gone(o.object) }) {
			o.origin.del(t)
		}
	}
}

// tell has nothing to say: what values of the caller's become is told by Summary.Sets.
func (o *origins) tell(*ending, *Outcome) {}

func (o *origins) mark(*collector) {}

func (o *origins) sweep(c *collector) {
	o.origin.keep(func(t *Term, _ []origin) bool { return c.has(t) })
}

// origin is a field of a status that a value was read from, or computed from.
type origin struct {
	object *Term
	path   string
	copy   bool // the value is that of the field, not one computed from it
	old    bool // the object was read again since
}

// originsOf are the fields of a status that a value came from. Only data is
// followed, never control: a value that was chosen by a test of the status does
// not come from it.
func (e *exec) originsOf(s *state, t *Term) []origin {
	if known, ok := s.origin.find(t); ok {
		return known
	}
	switch t.Kind {
	case resource.Load:
		if o, ok := e.originAt(s, t.Args[0]); ok {
			// A pointer that was read from the object has an age of its own.
			if o.old = s.objects.get(o.object).again; !t.Under(o.object) {
				o.old = false
				for _, p := range s.origin.get(t.Root()) {
					o.old = p.old
				}
			}
			return []origin{o}
		}
	case resource.Proj:
		from := slices.Clone(e.originsOf(s, t.Args[0]))
		for i := range from {
			from[i].path = place{path: from[i].path}.join(t.Name).path
		}
		return from
	case resource.Struct:
		return e.mixed(s, t.Args)
	case resource.Pure:
		switch t.Name {
		case "key", "name", "namespace", "==", "!", "<", "<=", "errors.Is":
			return nil
		}
		return e.mixed(s, t.Args)
	}
	return nil
}

// originAt is the field that an address belongs to, directly or as a copy.
func (e *exec) originAt(s *state, addr *Term) (origin, bool) {
	p := e.placeOf(s, addr)
	if p.part == noPart { // a part of a copy
		base, path := addr, ""
		for base.Kind == resource.Field && base.N >= 0 {
			path, base = place{path: base.Name}.join(path).path, base.Args[0]
		}
		if r := s.resOf(e, base); r != base {
			p = e.placeOf(s, r).join(path)
		}
	}
	if p.part != statusPart {
		return origin{}, false
	}
	return origin{object: p.object, path: p.path, copy: true}, true
}

// mixed are the origins of a value that is computed from others.
func (e *exec) mixed(s *state, parts []*Term) []origin {
	var out []origin
	for _, part := range parts {
		for _, o := range e.originsOf(s, part) {
			o.copy = false
			if !slices.Contains(out, o) {
				out = append(out, o)
			}
		}
	}
	if len(out) > maxOrigins {
		out = out[:maxOrigins]
	}
	return out
}

// maxOrigins bounds what is remembered of one value.
const maxOrigins = 8

// comesFrom notes that a value was computed from others.
func (e *exec) comesFrom(s *state, v *Term, parts ...*Term) {
	if v.Kind != resource.Value {
		return
	}
	if from := e.mixed(s, parts); len(from) > 0 {
		s.origin.set(v, from)
	}
}

// readFrom notes that a value which has a name of its own was read from an
// address.
func (e *exec) readFrom(s *state, v, addr *Term) {
	if v.Kind != resource.Value {
		return
	}
	if _, known := s.origin.find(v); known {
		return
	}
	if o, ok := e.originAt(s, addr); ok {
		if !addr.Under(o.object) { // a copy, which has an age of its own
			for _, from := range s.origin.get(addr.Root()) {
				o.old = from.old
			}
		}
		s.origin.set(v, []origin{o})
	} else if whole := s.mem.get(addr); whole != nil && whole != v { // a copy, of which a part was changed
		e.comesFrom(s, v, whole)
	}
}

// compared notes that an index runs over a list: what it picks depends on that.
func (e *exec) compared(s *state, i *ssa.BinOp) {
	if i.Op != token.LSS {
		return
	}
	index, limit := e.value(s, i.X), e.value(s, i.Y)
	if limit.Kind == resource.Pure && limit.Name == "len" {
		e.comesFrom(s, index, limit)
	}
}

// calledWith notes what the results of a call come from: of a function that can be
// seen, of those that look something up in a list, and of those of other packages that
// compute. The receiver of a method of theirs is what they ask.
func (e *exec) calledWith(s *state, c *ssa.CallCommon, args []*Term, results ...*Term) {
	fn := c.StaticCallee()
	if fn == nil {
		return
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if fn.Blocks == nil && !kube.LooksUp(c) {
		if !kube.Computes(c) {
			return
		}
		if fn.Signature.Recv() != nil {
			args = args[:1]
		}
	}
	for _, r := range results {
		if !isErrorType(r.Typ) {
			e.comesFrom(s, r, args...)
		}
	}
}

// outdated marks what was read from an object before it is read again.
func (s *state) outdated(obj *Term) {
	for t, from := range s.origin.all() {
		for i, o := range from {
			if o.object == obj && !o.old {
				from = slices.Clone(from)
				from[i].old = true
				s.origin.set(t, from)
			}
		}
	}
}

// copies reports that an assignment puts what another object of the same
// resource holds, or what the object itself held, in place: that is no change of
// its own.
func (e *exec) copies(s *state, p place, val *Term) bool {
	from := e.originsOf(s, val)
	if len(from) != 1 || !from[0].copy || from[0].old || from[0].path != p.path || p.part != statusPart {
		return false
	}
	source := from[0].object
	if source != p.object && s.resOf(e, source) != s.resOf(e, p.object) {
		return false
	}
	if s.objects.get(p.object).entry == replaced && s.objects.get(source).inherits {
		return false // it puts back what the caller had left there
	}
	o := s.objects.get(p.object).without(func(c *change) bool { return c.part == statusPart && within(c.path, p.path) })
	s.put(p.object, o)
	if source == p.object {
		return true
	}
	for _, c := range s.objects.get(source).dirty {
		if c.part == statusPart && overlaps(c.path, p.path) {
			o = o.with(c)
		}
	}
	o.holds, o.held = source, p.path
	if len(o.dirty) > 0 && o.entry == untouched && p.path == "" {
		o.entry = settled
	}
	s.put(p.object, o)
	res := s.resOf(e, p.object)
	s.redo(func(l loss) bool { return !l.late && l.res == res && overlaps(l.change.path, p.path) })
	return true
}

// within reports that a path lies in another, or is it.
func within(path, in string) bool {
	for in != "" {
		if path == "" {
			return false
		}
		var x, y string
		x, path = step(path)
		y, in = step(in)
		if x != y {
			return false
		}
	}
	return true
}

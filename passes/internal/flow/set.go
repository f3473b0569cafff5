package flow

import (
	"cmp"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// Set is an assignment to the status of an object, of a value that comes from
// the caller: only there it shows what it was computed from.
type Set struct {
	Object   *Term // nil where the caller cannot name it
	Resource *Term // that it stands for, likewise
	Path     string
	Val      *Term
	// From is the object from whose status, at FromPath, the value was computed, where
	// that is known: only the caller may know that it is the same resource.
	From     *Term
	FromPath string
	Fresh    bool // the object was read again before
	Tested   bool // the path has tested what it assigns to
	Region   bool // in a conflict retry
	// Literal: the assignment stands in a function literal; it is reported there,
	// not at the call.
	Literal bool
	At      ssa.Instruction `json:"-"` // in this package
}

type setKey struct {
	object, resource, val, from *Term
	path, fromPath              string
	tested                      bool
	at                          ssa.Instruction
}

// Carried is an assignment to the status of a resource of a value that was computed from
// that status, and that was read before the object was read again.
type Carried struct {
	At ssa.Instruction // the assignment
	// Call is, where At is nil, the call that passes the value to the function which
	// assigns it.
	Call ssa.CallInstruction
	Name string // what the program calls the object
	Path string // that is assigned to
	From string // the path that the value was read from
	// Tested: the path has tested what it assigns to.
	Tested bool
	// Retried: from where the retry is passed a function, the assignment is seen to run
	// in it.
	Retried bool
}

// Field names what is assigned to as a reader would.
func (c Carried) Field() string { return pathAt(c.Path) }

// SameField reports that the value came from the field that it is assigned to, a part of
// it or the whole that it belongs to.
func (c Carried) SameField() bool { return overlaps(c.From, c.Path) }

func (e *exec) addCarried(obj *Term, c Carried) {
	e.carried.add(eventKey{call: c.Call, at: c.At, path: c.Path, how: c}, func() Carried {
		c.Name = e.nameOf(obj)
		return c
	})
}

// assigned notes an assignment to a status of a value from before the object was read
// again, or of which the caller knows where it is from.
func (e *exec) assigned(s *state, p place, addr, val *Term, at ssa.Instruction) {
	if p.part == otherPart || p.part == noPart {
		return
	}
	tested := e.tested(s, addr)
	values := []*Term{val}
	for t := addr; t.Kind == resource.Field || t.Kind == resource.Index || t.Kind == resource.Load; t = t.Args[0] {
		if t.Kind == resource.Index { // what it picks may be another element by now
			values = append(values, t.Args[1])
		}
	}
	again := s.objects.get(p.object).again
	res := s.resOf(e, p.object)
	for _, v := range values {
		if v.IsConst() {
			continue
		}
		from := e.originsOf(s, v)
		if len(from) == 0 {
			if v.Visible() && v.Kind != resource.Closure && v.Kind != resource.Func {
				e.addSetOf(s, Set{Val: v, Tested: tested}, p, at)
			}
			continue
		}
		for _, o := range from {
			same := o.object == p.object && o.old || o.object != p.object && s.resOf(e, o.object) == res && !s.objects.get(o.object).again
			if again && same {
				e.addCarried(p.object, Carried{At: at, Path: p.path, From: o.path, Tested: tested})
			} else if e.mayBeOld(s, o, res) {
				e.addSetOf(s, Set{From: o.object, FromPath: unnamed(o.path), Tested: tested}, p, at)
			}
		}
	}
}

// mayBeOld reports that a value that is assigned to the status of a resource was
// computed from that of an object which the caller may know to be of that resource, too.
func (e *exec) mayBeOld(s *state, o origin, res *Term) bool {
	return o.object.Visible() && o.object.Type != "" && o.object.Type == ownerType(res) && s.resOf(e, o.object) != res &&
		!s.objects.get(o.object).again
}

// addSetOf adds an assignment at a place for the caller to judge.
func (e *exec) addSetOf(s *state, set Set, p place, at ssa.Instruction) {
	res := s.resOf(e, p.object)
	set.Path, set.At, set.Literal, set.Fresh = unnamed(p.path), at, e.fn.Parent() != nil, s.objects.get(p.object).again
	if p.object.Visible() {
		set.Object = p.object
	}
	if res.Visible() && res != p.object {
		set.Resource = res
	}
	e.addSet(set)
}

func (e *exec) addSet(s Set) {
	if s.Object == nil && s.Resource == nil || len(e.sets) > maxSets {
		return
	}
	e.sets[setKey{s.Object, s.Resource, s.Val, s.From, s.Path, s.FromPath, s.Tested, s.At}] = s
}

// maxSets bounds what a summary tells of assignments.
const maxSets = 64

// tested reports that the path has tested what an address holds.
func (e *exec) tested(s *state, addr *Term) bool {
	held := s.mem.get(addr)
	if held == nil {
		held = e.tab.Load(addr, elem(addr.Typ))
	}
	if held == nil || held.IsConst() {
		return false
	}
	if f, ok := s.facts.find(held); ok && (f.eq != nil || len(f.ne) > 0) {
		return true
	}
	for t := range s.facts.all() {
		if t.Kind == resource.Pure && slices.Contains(t.Args, held) {
			return true
		}
	}
	return false
}

// summariseSets lists the assignments in a stable order.
func (e *exec) summariseSets(sum *Summary) {
	for _, s := range e.sets {
		sum.Sets = append(sum.Sets, s)
	}
	id := func(t *Term) int {
		if t == nil {
			return 0
		}
		return t.ID
	}
	slices.SortFunc(sum.Sets, func(a, b Set) int {
		return cmp.Or(cmp.Compare(id(a.Object), id(b.Object)), cmp.Compare(id(a.Resource), id(b.Resource)), cmp.Compare(id(a.Val), id(b.Val)), cmp.Compare(id(a.From), id(b.From)), cmp.Compare(a.Path, b.Path), cmp.Compare(setPos(a), setPos(b)))
	})
}

func setPos(s Set) token.Pos {
	if s.At == nil {
		return token.NoPos
	}
	return s.At.Pos()
}

// handUp adds an assignment of a callee to the status of a resource, for the caller
// to judge.
func (e *exec) handUp(set Set, res *Term) {
	if set.Object != nil && !set.Object.Visible() {
		set.Object = nil
	}
	if set.Resource = res; !res.Visible() {
		set.Resource = nil
	}
	e.addSet(set)
}

// applySets looks at the assignments of a callee with what the caller passes: at the
// call, all that was read from a status is from before the callee reads it again.
func (e *exec) applySets(b *binding, sum *Summary, region bool, fresh func(*Term) bool) {
	s := b.s
	for _, set := range sum.Sets {
		var from []origin
		if set.From != nil {
			if set.From = b.object(set.From); set.From == nil {
				continue
			}
			from = []origin{{object: set.From, path: set.FromPath}}
		} else {
			if set.Val = b.term(set.Val); set.Val == nil || set.Val.IsConst() {
				continue
			}
			from = e.originsOf(s, set.Val)
		}
		set.Region = set.Region || region
		var p place
		if set.Object != nil {
			if set.Object = b.object(set.Object); set.Object != nil {
				p = place{set.Object, statusPart, set.Path}
				if !e.isAPIObject(set.Object) {
					p = e.placeOf(s, set.Object).join(set.Path)
				}
				set.Object, set.Path = p.object, p.path
			}
		}
		if set.Resource != nil {
			set.Resource = b.resource(set.Resource)
		}
		res := set.Resource
		if res == nil && set.Object != nil {
			res = s.resOf(e, set.Object)
		}
		if res == nil || p.part == otherPart {
			continue
		}
		// Read again by the callee, all that the caller has is old; read again here
		// already, only what was read before that is.
		set.Fresh = set.Fresh || fresh != nil && (set.Object != nil && fresh(set.Object) || fresh(res))
		here := set.Object != nil && s.objects.get(set.Object).again
		if len(from) == 0 {
			set.Literal = set.Literal && b.target.Parent() != nil
			if set.Fresh = set.Fresh || here; set.Val.Visible() {
				e.handUp(set, res)
			}
			continue
		}
		if !set.Fresh && !here {
			continue
		}
		for _, o := range from {
			old := set.Fresh || o.old || o.object != set.Object && !s.objects.get(o.object).again
			if old && (s.resOf(e, o.object) == res || o.object == res) {
				c := Carried{Call: b.instr, Path: set.Path, From: o.path, Tested: set.Tested, Retried: set.Region}
				if (set.Literal && b.target.Parent() != nil || set.From != nil) && set.At != nil {
					c.At, c.Call = set.At, nil
				}
				e.addCarried(o.object, c)
			} else if e.mayBeOld(s, o, res) {
				up := set
				up.Val, up.From, up.FromPath, up.Fresh = nil, o.object, unnamed(o.path), set.Fresh || here
				e.handUp(up, res)
			}
		}
	}
}

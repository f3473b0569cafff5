package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// remembers brings a state over a call that makes a patcher for an object (see
// [kube.Remembers]).
func (e *exec) remembers(s *state, instr ssa.CallInstruction, obj *Term) []*state {
	out := e.opaque(instr)
	e.result(s, instr, out...)
	e.remember(s, instr, out[0], obj)
	return []*state{s}
}

// remember notes that a patcher takes the difference from an object as it is now:
// what was changed before is not in it, and for as long as the status stays as it
// is, there is none.
func (e *exec) remember(s *state, instr ssa.CallInstruction, patcher, obj *Term) {
	if f := e.tab.Field(patcher, -1, patchBase, nil); f != nil {
		base := e.tab.ValueAs(at(instr), resource.As{Role: resource.Remembered}, obj.Typ, "")
		s.res.set(base, s.resOf(e, obj))
		e.copied(s, obj, base)
		s.mem.set(f, base)
	}
	o := s.objects.get(obj)
	o.differs = false
	s.put(obj, o)
}

// differs reports that the path may have changed the status of a resource, in any
// object that stands for it, since a patcher remembered that.
func (s *state) differs(e *exec, res *Term) bool {
	_, ok := s.objects.first(func(t *Term, o object) bool { return o.differs && s.resOf(e, t) == res })
	return ok
}

// sendDifference is [exec.sendStatus] for a patcher. The object stays as it is in memory.
func (e *exec) sendDifference(instr ssa.CallInstruction, k kube.Call, ok, failed *state, obj, patcher *Term) {
	e.patches(ok, instr, obj, patcher)
	for _, s := range []*state{ok, failed} {
		if s != nil {
			e.send(s, obj, statusPart)
			e.send(s, obj, otherPart)
		}
	}
	if k.Serial {
		e.remember(ok, instr, patcher, obj)
	}
}

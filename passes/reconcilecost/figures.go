package reconcilecost

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// Figures are what one path costs, now and once its writes are made one.
type Figures struct {
	Status Expr // status writes
	Calls  Expr // all requests, status writes among them
	// After the rewrite each resource is written once. Where a retry reads it again
	// before each write, one read is left as well: an update outside one, as fixes
	// make it, reads only after a conflict.
	StatusAfter Expr
	CallsAfter  Expr
	Kinds       []KindWrites // each on the path that is the worst for it
}

// KindWrites are the status writes of one kind of resource, now and after the
// rewrite.
type KindWrites struct {
	Kind          string // empty where it is not known
	Status, After Expr
}

// measure adds up the steps of a path.
type measure struct {
	p       *program
	figures Figures
	refetch Expr            // reads inside conflict retries
	left    Expr            // of those, what the one write of each resource needs
	counted map[string]bool // the resources that have their one write
}

// repetition is a loop around a step: in which frame, and how often it turns.
type repetition struct {
	turns Turns
	loop  *loop
	frame int
	call  ssa.Instruction // of a callback that repeats
}

// frame is a function on the way to a step, and the call that led there.
type frame struct {
	fn   *ssa.Function
	call ssa.CallInstruction // in the frame before
}

func (p *program) measure(fn *ssa.Function, t *trace) Figures {
	m := &measure{p: p, counted: map[string]bool{}}
	m.path(t, []frame{{fn: fn}}, nil, false)
	f := &m.figures
	f.CallsAfter = f.Calls.Minus(f.Status).Minus(m.refetch).Plus(f.StatusAfter)
	if m.refetch != nil {
		f.CallsAfter = f.CallsAfter.Plus(m.left)
	}
	return *f
}

func (m *measure) path(t *trace, frames []frame, around []repetition, protected bool) {
	for _, s := range t.steps() {
		switch s.kind {
		case groupStep:
			m.path(s.sub, frames, around, protected)
		case loopStep:
			r := repetition{s.turns, s.loop, len(frames) - 1, s.instr}
			m.path(s.sub, frames, append(slices.Clip(around), r), protected)
		case callStep:
			inner := append(slices.Clip(frames), frame{s.sum.fn, s.instr.(ssa.CallInstruction)})
			m.path(s.sub, inner, around, protected || s.repeat.Retries() || m.p.retried(s.instr))
		case opStep:
			m.request(s, frames, around, protected)
		}
	}
}

func (m *measure) request(s step, frames []frame, around []repetition, protected bool) {
	n := Const(1)
	for _, r := range around {
		n = n.Repeated(r.turns)
	}
	m.figures.Calls = m.figures.Calls.Plus(n)
	if s.op == kube.Get && protected {
		m.refetch = m.refetch.Plus(n)
	}
	if !s.op.IsStatusWrite() {
		return
	}
	m.figures.Status = m.figures.Status.Plus(n)
	once := Const(1)
	resource := s.object
	for _, r := range around {
		if m.element(s, frames, r) {
			once = once.Repeated(r.turns)
			resource += "\x00" + r.turns.Symbol
		}
	}
	if m.counted[resource] {
		once = nil
	}
	m.counted[resource] = true
	m.figures.StatusAfter = m.figures.StatusAfter.Plus(once)
	if protected {
		m.left = m.left.Plus(once)
	}
	i := slices.IndexFunc(m.figures.Kinds, func(k KindWrites) bool { return k.Kind == s.object })
	if i < 0 {
		i = len(m.figures.Kinds)
		m.figures.Kinds = append(m.figures.Kinds, KindWrites{Kind: s.object})
	}
	k := &m.figures.Kinds[i]
	k.Status, k.After = k.Status.Plus(n), k.After.Plus(once)
}

// element reports whether each turn of a loop writes another resource: the object
// comes to be inside the loop.
func (m *measure) element(s step, frames []frame, r repetition) bool {
	c, ok := s.instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	k := kube.Classify(c.Common())
	object := k.Object
	if object == nil {
		object = k.Key
	}
	if object == nil {
		return false
	}
	at, origin := originOf(frames, len(frames)-1, object)
	if at > r.frame { // made by a function that the loop calls
		return !readByKeyOutside(frames, at, origin, r)
	}
	if at < r.frame {
		return false
	}
	instr, ok := origin.(ssa.Instruction)
	if r.loop == nil {
		return false
	}
	return ok && r.loop.has(instr.Block()) && !readByKeyOutside(frames, at, origin, r)
}

// readByKeyOutside reports whether an object was read under a key that does not
// depend on the turn: then it is the same resource each time.
func readByKeyOutside(frames []frame, at int, origin ssa.Value, r repetition) bool {
	if origin.Referrers() == nil {
		return false
	}
	uses := slices.Clone(*origin.Referrers())
	for _, use := range *origin.Referrers() {
		if iface, ok := use.(*ssa.MakeInterface); ok && iface.Referrers() != nil {
			uses = append(uses, *iface.Referrers()...)
		}
	}
	for _, use := range uses {
		c, ok := use.(*ssa.Call)
		if !ok {
			continue
		}
		k := kube.Classify(&c.Call)
		if k.Op != kube.Get || k.Key == nil {
			continue
		}
		keyAt, key := originOf(frames, at, keySource(k.Key))
		if keyAt != r.frame {
			return keyAt < r.frame
		}
		instr, ok := key.(ssa.Instruction)
		return !ok || r.loop != nil && !r.loop.has(instr.Block())
	}
	return false
}

// keySource is the object that a key was made of, or the key itself.
func keySource(key ssa.Value) ssa.Value {
	switch k := key.(type) {
	case *ssa.Call:
		if what, of := kube.KeyOf(&k.Call); what != "" {
			return of
		}
	case *ssa.UnOp:
		if alloc, ok := k.X.(*ssa.Alloc); ok && alloc.Referrers() != nil { // a literal: by its last field, the name
			for _, use := range slices.Backward(*alloc.Referrers()) {
				field, ok := use.(*ssa.FieldAddr)
				if !ok {
					continue
				}
				for _, set := range *field.Referrers() {
					if store, ok := set.(*ssa.Store); ok && store.Addr == field {
						return keySource(store.Val)
					}
				}
			}
		}
	}
	return key
}

// originOf follows a value to where it comes from: up the calls that passed it,
// through copies, fields and elements. It returns the frame that it was found in.
func originOf(frames []frame, at int, v ssa.Value) (int, ssa.Value) {
	for range 64 {
		v = kube.Unboxed(v)
		switch x := v.(type) {
		case *ssa.TypeAssert:
			v = x.X
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.Field:
			v = x.X
		case *ssa.UnOp:
			v = x.X
		case *ssa.Alloc:
			held := ssax.SoleStore(x)
			if held == nil {
				return at, v
			}
			v = held
		case *ssa.Call:
			of, ok := kube.SameObject(&x.Call)
			if !ok {
				if what, owner := kube.KeyOf(&x.Call); what != "" {
					v = owner
					continue
				}
				return at, v
			}
			v = of
		case *ssa.Parameter:
			arg := argument(frames[at], x)
			if arg == nil {
				return at, v
			}
			at, v = at-1, arg
		case *ssa.FreeVar:
			outer, captured := capturedBy(frames, at, x)
			if captured == nil {
				return at, v
			}
			at, v = outer, captured
		default: // an element of a list is made by the instruction that takes it
			return at, v
		}
	}
	return at, v
}

// argument is what the call that led to a frame passes for a parameter.
func argument(f frame, p *ssa.Parameter) ssa.Value {
	if f.call == nil {
		return nil
	}
	i := slices.Index(f.fn.Params, p)
	common := f.call.Common()
	args := common.Args
	if common.IsInvoke() {
		args = append([]ssa.Value{common.Value}, args...)
	}
	if i < 0 || len(args) != len(f.fn.Params) {
		return nil
	}
	return args[i]
}

// capturedBy is what a literal captured, in the frame that made it.
func capturedBy(frames []frame, at int, v *ssa.FreeVar) (int, ssa.Value) {
	fn := v.Parent()
	i := slices.Index(fn.FreeVars, v)
	for outer := at - 1; outer >= 0; outer-- {
		if frames[outer].fn != fn.Parent() && !strings.HasPrefix(fn.Synthetic, "bound method") {
			continue
		}
		for _, b := range frames[outer].fn.Blocks {
			for _, instr := range b.Instrs {
				if closure, ok := instr.(*ssa.MakeClosure); ok && closure.Fn == fn {
					return outer, closure.Bindings[i]
				}
			}
		}
	}
	return at, nil
}

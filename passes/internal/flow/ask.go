package flow

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// known handles calls whose result is known without looking into them.
func (e *exec) known(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, obj *types.Func, fn *Term, args []*Term) bool {
	if what, of := kube.KeyOf(c); what != "" {
		var t *Term
		if r := s.resOf(e, wholeObject(e.operand(s, c, of, fn, args))); what != "key" || r != nil {
			t = e.tab.Pure(what, r)
		}
		if t == nil {
			return false
		}
		out := e.opaque(instr)
		out[0] = t // old versions return an error with it
		e.result(s, instr, out...)
		return true
	}
	if of, ok := kube.SameObject(c); ok {
		t := e.opaque(instr)
		r := s.resOf(e, e.operand(s, c, of, fn, args))
		e.result(s, instr, t...)
		s.res.set(t[0], r)
		s.stale.set(t[0], true)
		from := e.operand(s, c, of, fn, args)
		e.copied(s, from, t[0])
		if p := e.placeOf(s, from); p.part == statusPart {
			s.origin.set(t[0], []origin{{object: p.object, path: p.path, copy: true}})
		}
		s.facts.set(t[0], fact{ne: []*Term{e.tab.Nil}})
		if len(t) > 1 { // ToUnstructured fails only for what is no object
			s.facts.set(t[1], fact{eq: e.tab.Nil})
		}
		return true
	}
	if name, ok := kube.ErrorPredicate(c); ok {
		e.result(s, instr, e.tab.PureOf("err."+name, types.Typ[types.Bool], unwrapped(args[0])))
		return true
	}
	if obj == nil {
		return false
	}
	switch {
	case kube.ErrorIs(obj):
		if t := e.tab.PureOf("errors.Is", types.Typ[types.Bool], unwrapped(args[0]), args[1]); t != nil {
			e.result(s, instr, t)
			return true
		}
	case kube.IsZero(obj) && len(args) == 1:
		if kube.IsResult(obj.Signature().Recv().Type()) {
			v := args[0]
			if _, ok := obj.Signature().Recv().Type().(*types.Pointer); ok {
				v = e.load(s, v, elem(obj.Signature().Recv().Type()), at(instr), resource.As{Role: resource.Held})
			}
			e.result(s, instr, e.tab.PureOf("==", types.Typ[types.Bool], v, e.tab.Zero))
			return true
		}
	case kube.SetsVersion(obj) && len(args) == 2:
		e.store(s, e.versionOf(wholeObject(args[0])), args[1])
		e.refresh(s, wholeObject(args[0]))
		return true
	case kube.DeletionTime(obj) && len(args) == 1 && (kube.IsAPIObject(args[0].Typ) || args[0].Name == "ObjectMeta"):
		if addr := e.tab.Field(wholeObject(args[0]), -1, deletionTimestamp, nil); addr != nil {
			e.result(s, instr, e.load(s, addr, obj.Signature().Results().At(0).Type(), at(instr), resource.As{}))
			return true
		}
	case kube.CopiesInto(obj) && len(args) == 2:
		r := s.resOf(e, args[0])
		e.copyInto(s, args[0], args[1], instr)
		e.lose(s, args[1])
		s.res.set(args[1], r)
		return true
	}
	return false
}

// versionOf is the address of an object's resourceVersion. Objects that are
// only known as an interface get one all the same.
func (e *exec) versionOf(obj *Term) *Term {
	if f := e.tab.Field(obj, -1, "#resourceVersion", nil); f != nil {
		return f
	}
	return obj
}

// operand is the term of an operand of a call.
func (e *exec) operand(s *state, c *ssa.CallCommon, v ssa.Value, fn *Term, args []*Term) *Term {
	if c.IsInvoke() && v == c.Value {
		return fn
	}
	for i, a := range c.Args {
		if a == v {
			return args[i]
		}
	}
	return e.value(s, v)
}

// asksObject treats a call that changes nothing as a field of the object it is
// called on: asked again without a change between, it answers the same.
func (e *exec) asksObject(s *state, instr ssa.CallInstruction, name string, args []*Term) bool {
	v, ok := instr.(*ssa.Call)
	if !ok || v.Call.Signature().Results().Len() != 1 || len(args) == 0 {
		return false
	}
	typ := v.Type()
	if _, ok := typ.Underlying().(*types.Basic); !ok {
		return false
	}
	base := -1
	for i, a := range args {
		if a.Typ != nil && isPointerLike(a.Typ) && !a.IsConst() {
			base = i
			break
		}
	}
	if base < 0 {
		t := e.tab.PureOf(name, typ, args...)
		e.set(s, v, t)
		return t != nil
	}
	var b strings.Builder
	b.WriteString("#" + name)
	for i, a := range args {
		if i == base {
			continue
		}
		if !a.Visible() { // it has no name that outlives this path
			return false
		}
		b.WriteString("," + a.String())
	}
	addr := e.tab.Field(args[base], -1, b.String(), nil)
	if addr == nil {
		return false
	}
	t := e.load(s, addr, typ, v, resource.As{})
	s.env.set(e.register(v), t)
	if t.Kind == resource.Value && addr.Visible() && types.IsInterface(v.Call.Value.Type()) {
		// A caller that knows the type may know that it always answers the same.
		e.answers[t] = addr
	}
	return true
}

// askedByCall lists the names that a call looks at, for the relevance of facts.
func (e *exec) askedByCall(c *ssa.CallCommon) []string {
	var names []string
	if c.IsInvoke() {
		names = append(names, "#"+c.Method.Name())
	}
	fn := c.StaticCallee()
	if fn == nil {
		return names
	}
	names = append(names, "#"+fn.String())
	if sum := e.prog.Summary(fn); sum != nil {
		for _, o := range sum.Outcomes {
			for _, f := range o.Facts {
				for t := f.Of; t != nil; {
					if t.Kind == resource.Field || t.Kind == resource.Proj {
						names = append(names, t.Name)
					}
					if len(t.Args) == 0 {
						break
					}
					t = t.Args[0]
				}
			}
		}
	}
	return names
}

package flow

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// set names a register; a term that grew too deep is named after the register.
func (e *exec) set(s *state, v ssa.Value, t *Term) {
	if t == nil {
		t = e.tab.Value(v, 0, v.Type())
	}
	s.env.set(e.register(v), t)
}

func (e *exec) values(s *state, vs []ssa.Value) []*Term {
	out := make([]*Term, len(vs))
	for i, v := range vs {
		out[i] = e.value(s, v)
	}
	return out
}

func (e *exec) not(t *Term) *Term {
	switch {
	case t == e.tab.True:
		return e.tab.False
	case t == e.tab.False:
		return e.tab.True
	case t.Kind == resource.Pure && t.Name == "!":
		return t.Args[0]
	}
	return e.tab.PureOf("!", types.Typ[types.Bool], t)
}

// anchor names the results of a deferred call, which go/ssa gives no value.
type anchor struct {
	call ssa.CallInstruction
}

func (a anchor) Name() string { return "defer" }

func (a anchor) String() string { return a.call.String() }

func (a anchor) Type() types.Type { return a.call.Common().Signature().Results() }

func (a anchor) Parent() *ssa.Function { return a.call.Parent() }

func (a anchor) Referrers() *[]ssa.Instruction { return nil }

func (a anchor) Pos() token.Pos { return a.call.Pos() }

func at(c ssa.CallInstruction) ssa.Value {
	if v, ok := c.(ssa.Value); ok {
		return v
	}
	return anchor{c}
}

// result names the results of a call.
func (e *exec) result(s *state, instr ssa.CallInstruction, results ...*Term) {
	v, ok := instr.(*ssa.Call)
	if !ok {
		return
	}
	if n := v.Call.Signature().Results().Len(); n > 1 {
		e.set(s, v, e.tab.Struct(results, nil))
	} else if n == 1 {
		e.set(s, v, results[0])
	}
}

// opaque names the results of a call after the call.
func (e *exec) opaque(instr ssa.CallInstruction) []*Term {
	r := instr.Common().Signature().Results()
	out := make([]*Term, r.Len())
	for i := range out {
		out[i] = e.tab.Value(at(instr), i, r.At(i).Type())
	}
	return out
}

// callee is what a call calls: the function, or what the method is called on.
func (e *exec) callee(s *state, c *ssa.CallCommon) *Term { return e.value(s, c.Value) }

package flow

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// value is what a value of the program is on this path.
func (e *exec) value(s *state, v ssa.Value) *Term {
	switch v.(type) {
	case *ssa.Const, *ssa.Global, *ssa.Function, *ssa.Parameter, *ssa.FreeVar:
		t := e.constant[v]
		if t == nil {
			t = e.constantValue(v)
			e.constant[v] = t
		}
		return t
	}
	if t := s.env.get(e.register(v)); t != nil {
		return t
	}
	return e.tab.Value(v, 0, v.Type())
}

// constantValue is what a value is that no path changes.
func (e *exec) constantValue(v ssa.Value) *Term {
	switch v := v.(type) {
	case *ssa.Const:
		return e.tab.OfConst(v)
	case *ssa.Global:
		return e.tab.Global(e.prog.Global(v), v.Type())
	case *ssa.Function:
		return e.tab.Func(v)
	case *ssa.Parameter:
		receiver := e.fn.Signature.Recv() != nil && v == e.fn.Params[0]
		if e.repeats() && !receiver { // another value each time
			return e.tab.Value(v, 0, v.Type())
		}
		return e.tab.Param(slices.Index(e.fn.Params, v), v.Type())
	case *ssa.FreeVar:
		return e.tab.FreeVar(slices.Index(e.fn.FreeVars, v), v.Type())
	}
	return nil
}

// constantCall is the result of a method that always returns the same constant,
// where the type it is called on is known (see asksObject).
func (e *exec) constantCall(addr *Term) *Term {
	if addr.Kind != resource.Field || addr.N != -1 || addr.Args[0].Typ == nil {
		return nil
	}
	method := addr.Name[strings.LastIndexAny(addr.Name, "#.")+1:]
	if c := e.prog.Constant(addr.Args[0].Typ, method); c != nil {
		return e.tab.OfConst(c)
	}
	return nil
}

// declared is the struct that a package variable holds from its declaration on.
func (e *exec) declared(addr *Term, typ types.Type) *Term {
	st, ok := structOf(typ)
	known := e.prog.Fields(addr.Name)
	if !ok || known == nil || st.NumFields() > smallStruct {
		return nil
	}
	fields := make([]*Term, st.NumFields())
	for i := range fields {
		if c := known[i]; c != nil {
			fields[i] = e.tab.OfConst(c)
		} else {
			fields[i] = e.tab.ZeroOf(st.Field(i).Type())
		}
	}
	return e.tab.Struct(fields, typ)
}

package flow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// This file knows what is in an interface: the type that a value had when it was put
// there, which is what a type switch asks for.

// typeIn is the function of a value in an interface that answers its type.
const typeIn = "type"

// typeOf is the type of what is in an interface: a constant where it is known, and
// otherwise a function of the value, which the path or the caller may know.
func (e *exec) typeOf(x *Term) *Term {
	if x.Kind != resource.Const && isPointerToNamed(x.Typ) {
		return e.typeConstant(x.Typ)
	}
	return e.tab.PureOf(typeIn, nil, x)
}

func (e *exec) typeConstant(t types.Type) *Term {
	return e.tab.Constant("type " + types.TypeString(t, nil))
}

// knowType notes the type that a function has put into the interface which it returns.
func (e *exec) knowType(s *state, fn *ssa.Function, results []*Term) {
	if len(results) != 1 || !types.IsInterface(results[0].Typ) {
		return
	}
	if t := putByAll(fn); t != nil {
		if is := e.typeOf(results[0]); is != nil && !is.IsConst() {
			s.facts.set(is, fact{eq: e.typeConstant(t)})
		}
	}
}

// putType tells of the last result, which is an interface, of what type that is in it.
func (x *ending) putType(o *Outcome, t *Term, typ types.Type) {
	if !types.IsInterface(typ) || isErrorType(typ) {
		return
	}
	if of := x.e.typeOf(t); of != nil {
		if is := x.s.constant(of); is != nil {
			o.Facts = append(o.Facts, Fact{Of: x.e.tab.PureOf(typeIn, nil, o.Results[len(o.Results)-1]), Eq: is})
		}
	}
}

// putByAll is the one type that all ends of a function put into what they return.
func putByAll(fn *ssa.Function) types.Type {
	var one types.Type
	for ret := range ssax.Returns(fn) {
		if call, ok := ret.Results[0].(*ssa.Call); ok && fn.Synthetic != "" { // a method value
			if callee := call.Call.StaticCallee(); callee != nil {
				return putByAll(callee)
			}
		}
		made, ok := ret.Results[0].(*ssa.MakeInterface)
		if !ok || !isPointerToNamed(made.X.Type()) || one != nil && !types.Identical(one, made.X.Type()) {
			return nil
		}
		one = made.X.Type()
	}
	return one
}

func isPointerToNamed(t types.Type) bool {
	if t == nil {
		return false
	}
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && !types.IsInterface(named)
}

// holdsType is whether an interface holds a type, as a type switch asks. Of types other
// than pointers to structs nothing is known.
func (e *exec) holdsType(i *ssa.TypeAssert, x *Term) *Term {
	if isPointerToNamed(i.AssertedType) {
		if is := e.typeOf(x); is != nil {
			want := e.typeConstant(i.AssertedType)
			switch {
			case is == want:
				return e.tab.True
			case is.IsConst():
				return e.tab.False
			}
			if is := e.tab.PureOf("==", types.Typ[types.Bool], is, want); is != nil {
				return is
			}
		}
	}
	return e.tab.Value(i, 1, types.Typ[types.Bool])
}

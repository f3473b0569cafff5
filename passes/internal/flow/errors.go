package flow

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// errors handles the calls that make, wrap, join and filter errors.
func (e *exec) errors(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, obj *types.Func, args []*Term) ([]*state, bool) {
	if predicate, ok := kube.Ignores(c); ok {
		err := unwrapped(args[0])
		test := e.tab.PureOf("err."+predicate, types.Typ[types.Bool], err)
		gone := s.clone()
		var out []*state
		if s.assume(e, test, false) {
			e.result(s, instr, args[0])
			out = append(out, s)
		}
		if gone.assume(e, test, true) {
			e.result(gone, instr, e.tab.Nil)
			out = append(out, gone)
		}
		return out, true
	}
	if obj == nil {
		return nil, false
	}
	if kube.MakesError(obj) {
		t := e.opaque(instr)[0]
		if made, how := e.madeOf(s, c); made != nil {
			if w := e.tab.PureOf(how, errorType, made, e.tab.Value(at(instr), 0, nil)); w != nil {
				t = w
			}
		}
		s.facts.set(t, fact{ne: []*Term{e.tab.Nil}})
		e.result(s, instr, t)
		return []*state{s}, true
	}
	if kube.JoinsErrors(obj) {
		e.joinErrors(s, instr, c, args)
		return []*state{s}, true
	}
	if i, ok := kube.WrapsError(obj); ok {
		none := s.clone()
		var out []*state
		if s.assumeConst(e, args[i], e.tab.Nil, false) {
			t := e.tab.PureOf("wrap", errorType, args[i], e.tab.Value(at(instr), 0, nil))
			if t == nil {
				t = e.opaque(instr)[0]
			}
			s.facts.set(t, fact{ne: []*Term{e.tab.Nil}})
			e.result(s, instr, t)
			out = append(out, s)
		}
		if none.assumeConst(e, args[i], e.tab.Nil, true) {
			e.result(none, instr, e.tab.Nil)
			out = append(out, none)
		}
		return out, true
	}
	return nil, false
}

// madeOf is the one error among the values that an error is made of, but for errors of
// the program's packages where there are several; and whether that wraps or hides it. It
// is nil where there is none, or more.
func (e *exec) madeOf(s *state, c *ssa.CallCommon) (made *Term, how string) {
	var all, own []*Term // own errors are among all
	verbs, known := formatOf(c)
	hidden := map[*Term]bool{}
	for _, a := range c.Args {
		for i, v := range kube.Variadic(a) {
			if i, ok := v.(*ssa.ChangeInterface); ok {
				v = i.X
			}
			if !isErrorType(v.Type()) {
				continue
			}
			t := e.value(s, v)
			if all = append(all, t); isSentinel(t) {
				own = append(own, t)
			}
			hidden[t] = known && (i >= len(verbs) || verbs[i] != 'w')
		}
	}
	if len(all) > 1 {
		all = slices.DeleteFunc(all, func(t *Term) bool { return slices.Contains(own, t) })
	}
	if len(all) != 1 || all[0].IsConst() {
		return nil, ""
	}
	if hidden[all[0]] {
		return unwrapped(all[0]), "hide"
	}
	return unwrapped(all[0]), "wrap"
}

// formatOf are the verbs of the format that a call is given, one for each value. They are
// not known where the format is not, or where it counts the values itself.
func formatOf(c *ssa.CallCommon) (verbs string, known bool) {
	for _, a := range c.Args {
		k, ok := a.(*ssa.Const)
		if !ok || k.Value == nil || k.Value.Kind() != constant.String {
			continue
		}
		format := constant.StringVal(k.Value)
		for {
			_, rest, found := strings.Cut(format, "%")
			if !found {
				return verbs, true
			}
			format = strings.TrimLeft(rest, "+-# 0123456789.")
			switch {
			case format == "" || format[0] == '*' || format[0] == '[':
				return "", false
			case format[0] != '%':
				verbs += format[:1]
			}
			format = format[1:]
		}
	}
	return "", false
}

// joinErrors brings a state over a call that makes one error of several: nil if all
// of them are.
func (e *exec) joinErrors(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, args []*Term) {
	some, none := e.errorsIn(s, c.Args, args)
	out := e.opaque(instr)
	switch {
	case some:
		s.facts.set(out[0], fact{ne: []*Term{e.tab.Nil}})
	case none:
		out[0] = e.tab.Nil
	}
	e.result(s, instr, out...)
}

// errorsIn reports that some of the errors among the arguments, one by one or in a
// list, is known to be one, and that all are known to be nil.
func (e *exec) errorsIn(s *state, vs []ssa.Value, args []*Term) (some, none bool) {
	none = true
	note := func(t *Term, list bool) {
		is := s.equal(e, t, e.tab.Nil)
		some = some || !list && is == isFalse || list && s.holdsError(e, t)
		none = none && is == isTrue
	}
	for i, v := range vs {
		if i >= len(args) {
			break
		}
		if elements := kube.Variadic(v); elements != nil {
			for _, v := range elements {
				if kube.IsError(v.Type()) {
					note(e.value(s, v), false)
				}
			}
			continue
		}
		list, ok := v.Type().Underlying().(*types.Slice)
		switch {
		case ok && kube.IsError(list.Elem()):
			note(args[i], true)
		case kube.IsError(v.Type()):
			note(args[i], false)
		}
	}
	return some, none
}

// listed notes what is known of a list of errors after one was appended.
func (e *exec) listed(s *state, c *ssa.CallCommon, args []*Term, list *Term) {
	typ, ok := c.Signature().Results().At(0).Type().Underlying().(*types.Slice)
	if !ok || !kube.IsError(typ.Elem()) || list.Kind != resource.Value {
		return
	}
	if some, _ := e.errorsIn(s, c.Args, args); some {
		s.facts.set(e.tab.Pure(holdsError, list), fact{eq: e.tab.True})
		e.notEmpty(s, list)
	} else if len(kube.Variadic(c.Args[1])) > 0 {
		e.notEmpty(s, list)
	}
}

// eitherError forks a state before a call that collects an error of the caller's, by
// whether there is one: what comes of it depends on that, and the caller knows.
func (e *exec) eitherError(s *state, call *ssa.Call, args []*Term) []*state {
	callee := call.Call.StaticCallee()
	if callee == nil {
		return []*state{s}
	}
	fn, ok := callee.Object().(*types.Func)
	if joins := ok && kube.JoinsErrors(fn); !joins && !e.isBundle(call.Type()) {
		return []*state{s}
	}
	out := []*state{s}
	for _, t := range e.passedValues(s, &call.Call, args) {
		if t.Kind != resource.Param || !isErrorType(t.Typ) || s.equal(e, t, e.tab.Nil) != unknown {
			continue
		}
		for _, s := range out {
			if other := s.clone(); other.assumeConst(e, t, e.tab.Nil, true) && s.assumeConst(e, t, e.tab.Nil, false) {
				out = append(out, other)
			}
		}
	}
	return out
}

// bundles reports what a call does with a bundle, a small struct of the program or of
// a library that collects errors: puts a known error into it, or asks for what it
// holds, which is known to be one.
func (e *exec) bundles(s *state, call *ssa.Call, args []*Term) (puts, asks bool) {
	var held, any bool
	for i, a := range call.Call.Args {
		if e.isBundle(a.Type()) {
			any = true
			held = held || s.holdsError(e, args[i])
		}
	}
	r := call.Call.Signature().Results()
	if r.Len() == 1 && e.isBundle(r.At(0).Type()) {
		any = true
	}
	if !any {
		return false, false
	}
	some, _ := e.errorsIn(s, call.Call.Args, args)
	asks = held && len(args) == 1 && r.Len() == 1 && isErrorType(r.At(0).Type())
	return some || held, asks
}

// bundled brings states over what [exec.bundles] tells of a call.
func (e *exec) bundled(states []*state, call *ssa.Call, args []*Term, asks bool) []*state {
	return slices.DeleteFunc(states, func(s *state) bool {
		result := e.value(s, call)
		if asks {
			return !s.assumeConst(e, result, e.tab.Nil, false)
		}
		for i, a := range call.Call.Args {
			if e.isBundle(a.Type()) && !args[i].IsConst() {
				s.facts.set(e.tab.Pure(holdsError, args[i]), fact{eq: e.tab.True})
			}
		}
		if e.isBundle(call.Type()) && !result.IsConst() {
			s.facts.set(e.tab.Pure(holdsError, result), fact{eq: e.tab.True})
			return !s.assumeConst(e, result, e.tab.Nil, false)
		}
		return false
	})
}

// isBundle reports that values of a type are bundles of errors.
func (e *exec) isBundle(t types.Type) bool {
	p, ok := t.(*types.Pointer)
	if !ok {
		return false
	}
	known := e.prog.Types().bundles
	is, ok := known[p]
	if !ok {
		st, isStruct := structOf(p.Elem())
		if isStruct && st.NumFields() <= 4 {
			for f := range st.Fields() {
				list, isList := f.Type().Underlying().(*types.Slice)
				is = is || isList && kube.IsError(list.Elem())
			}
		}
		known[p] = is
	}
	return is
}

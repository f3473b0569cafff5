package reconcilecost

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// fact is what is known of a value: the constant that it equals, or those that
// it does not.
type fact struct {
	eq string
	ne string // one constant; a set of them would tell more of a long switch
	at place  // where it was loaded from, while nothing has changed that
}

func (f fact) empty() bool { return f.eq == "" && f.ne == "" && f.at.base == nil }

// The constants that facts are about, besides those of the program.
const (
	isNil   = "nil"
	isZero  = "{}"
	isTrue  = "true"
	isFalse = "false"
)

// place is an address: fields below a pointer, and what they point at.
type place struct {
	base ssa.Value
	path string
}

// result stands for one of several results of a call.
type result struct {
	call ssa.Value
	n    int
}

// tried stands for what became of the writes of a call, in a loop.
type tried struct{ call ssa.Instruction }

// state is one or more paths to a place of a function that agree in their facts.
type state struct {
	facts  map[any]fact // by ssa.Value, place, result or tried
	worst  cost
	trace  *trace   // of the worst path
	best   int      // status writes of the best path
	wrote  bool     // the worst path has written a status
	held   []string // the kinds that a batch has noted a write of, ascending
	defers *deferred
	at     flow.Points // that the engine may have come to; nil where its paths are not known
	end    callEnd     // of the call that is being made
}

type deferred struct {
	call *ssa.Defer
	next *deferred
}

// fork copies a state, to be changed.
func (s *state) fork() *state {
	c := *s
	c.facts = maps.Clone(s.facts)
	if c.facts == nil {
		c.facts = map[any]fact{}
	}
	return &c
}

func (s *state) set(key any, f fact) {
	if f.empty() {
		delete(s.facts, key)
		return
	}
	s.facts[key] = f
}

// merge takes the worse of two paths as the worst, and the better as the best.
func (s *state) merge(o *state) {
	if o.worst.compare(s.worst) > 0 {
		s.worst, s.trace, s.wrote = o.worst, o.trace, o.wrote
	}
	s.best = min(s.best, o.best)
	s.held = union(s.held, o.held)
	s.at = s.at.Or(o.at)
}

// signature is equal for states that agree.
func (s *state) signature(ids map[any]int) string {
	keys := make([]string, 0, len(s.facts))
	for k, f := range s.facts {
		id, ok := ids[k]
		if !ok {
			id = len(ids)
			ids[k] = id
		}
		at := ""
		if f.at.base != nil {
			at = "@"
		}
		keys = append(keys, fmt.Sprintf("%d=%s!%s%s", id, f.eq, f.ne, at))
	}
	slices.Sort(keys)
	if s.defers != nil {
		keys = append(keys, fmt.Sprintf("defer %p", s.defers.call))
	}
	keys = append(keys, fmt.Sprint(s.at))
	return strings.Join(keys, " ")
}

// joinAll makes one state of many: facts that they do not share are dropped.
func joinAll(states []*state) *state {
	one := states[0].fork()
	for _, s := range states[1:] {
		one.merge(s)
		for k, f := range one.facts {
			if s.facts[k] != f {
				delete(one.facts, k)
			}
		}
	}
	return one
}

// placeOf names an address, or fails for what cannot be told apart by it.
func placeOf(v ssa.Value) (place, bool) {
	switch v := v.(type) {
	case *ssa.FieldAddr:
		p, ok := placeOf(v.X)
		p.path += fmt.Sprintf(".%d", v.Field)
		return p, ok
	case *ssa.UnOp:
		if v.Op == token.MUL {
			p, ok := placeOf(v.X)
			p.path += "*"
			return p, ok
		}
	case *ssa.IndexAddr:
		return place{}, false
	case *ssa.MakeInterface:
		return placeOf(v.X)
	case *ssa.ChangeInterface:
		return placeOf(v.X)
	}
	if _, ok := v.Type().Underlying().(*types.Pointer); !ok {
		return place{}, false
	}
	return place{base: v}, true
}

// kill forgets what lies at an address and below.
func (s *state) kill(at place) {
	below := func(p place) bool { return p.base == at.base && strings.HasPrefix(p.path, at.path) }
	for k, f := range s.facts {
		p, ok := k.(place)
		if ok && below(p) {
			delete(s.facts, k)
		} else if f.at.base != nil && below(f.at) {
			f.at = place{}
			s.set(k, f)
		}
	}
}

// of is what is known of a value.
func (s *state) of(ctx bindings, v ssa.Value) fact {
	if f, ok := s.facts[v]; ok && (f.eq != "" || f.ne != "") {
		return f
	}
	switch v := v.(type) {
	case *ssa.Const:
		return fact{eq: constText(v)}
	case *ssa.Parameter:
		switch b := ctx[v]; {
		case b.value != "":
			return fact{eq: b.value}
		case b.known():
			return fact{ne: isNil}
		}
	case *ssa.MakeInterface, *ssa.MakeClosure, *ssa.Alloc, *ssa.Global, *ssa.Function, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.MakeMap:
		return fact{ne: isNil}
	case *ssa.ChangeInterface:
		return s.of(ctx, v.X)
	case *ssa.ChangeType:
		return s.of(ctx, v.X)
	case *ssa.Field:
		if s.of(ctx, v.X).eq == isZero {
			return fact{eq: zeroText(v.Type())}
		}
	case *ssa.UnOp:
		if v.Op == token.NOT {
			return not(s.of(ctx, v.X))
		}
	case *ssa.BinOp:
		x, y := s.of(ctx, v.X), s.of(ctx, v.Y)
		return compareFacts(v.Op, x, y)
	case *ssa.Call:
		return s.ofCall(ctx, &v.Call)
	}
	return fact{}
}

func (s *state) ofCall(ctx bindings, c *ssa.CallCommon) fact {
	if _, ok := kube.ErrorPredicate(c); ok && s.of(ctx, c.Args[0]).eq == isNil {
		return fact{eq: isFalse}
	}
	if err, ok := kube.TestedError(c); ok && s.of(ctx, err).eq == isNil {
		return fact{eq: isFalse}
	}
	callee := c.StaticCallee()
	if callee == nil {
		return fact{}
	}
	if fn, ok := callee.Object().(*types.Func); ok {
		switch {
		case kube.MakesError(fn):
			return fact{ne: isNil}
		case kube.IsZero(fn):
			f := s.of(ctx, c.Args[0])
			if at, ok := placeOf(c.Args[0]); ok { // a method of the pointer
				f = s.facts[at]
			}
			switch {
			case f.eq == isZero:
				return fact{eq: isTrue}
			case f.ne == isZero:
				return fact{eq: isFalse}
			}
		}
		if i, ok := kube.WrapsError(fn); ok {
			return s.of(ctx, c.Args[i])
		}
	}
	return fact{}
}

func not(f fact) fact {
	switch f.eq {
	case isTrue:
		return fact{eq: isFalse}
	case isFalse:
		return fact{eq: isTrue}
	}
	return fact{}
}

func compareFacts(op token.Token, x, y fact) fact {
	if x.eq == "" {
		x, y = y, x
		switch op {
		case token.LSS, token.GTR, token.LEQ, token.GEQ:
			return fact{} // only x > 0 is of use
		}
	}
	if x.eq == "" {
		return fact{}
	}
	same := ""
	switch {
	case y.eq != "":
		same = isFalse
		if x.eq == y.eq {
			same = isTrue
		}
	case y.ne == x.eq:
		same = isFalse
	}
	switch {
	case op == token.EQL:
		return fact{eq: same}
	case op == token.NEQ:
		return not(fact{eq: same})
	case same == isTrue && (op == token.GTR || op == token.LSS):
		return fact{eq: isFalse}
	}
	return fact{}
}

func constText(c *ssa.Const) string {
	if c.Value != nil {
		return c.Value.ExactString()
	}
	return zeroText(c.Type())
}

func zeroText(t types.Type) string {
	switch u := t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return isZero
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return isFalse
		case u.Info()&types.IsString != 0:
			return `""`
		case u.Info()&types.IsNumeric != 0:
			return "0"
		}
	}
	return isNil
}

// assume restricts a state to the paths on which a condition holds, or does not.
// It returns nil if there is none.
func (s *state) assume(ctx bindings, cond ssa.Value, holds bool) *state {
	want := isFalse
	if holds {
		want = isTrue
	}
	if known := s.of(ctx, cond).eq; known != "" && known != want {
		return nil
	}
	s = s.fork()
	s.learn(ctx, cond, fact{eq: want})
	return s
}

// learn records what is known of a value, and what follows for those that it
// was made of.
func (s *state) learn(ctx bindings, v ssa.Value, f fact) {
	old := s.facts[v]
	f.at = old.at
	if f.eq == "" && old.eq != "" {
		f.eq = old.eq
	}
	if f.ne == "" {
		f.ne = cmp.Or(old.ne, f.ne)
	}
	if _, isConst := v.(*ssa.Const); isConst {
		return
	}
	s.set(v, f)
	if f.at.base != nil {
		s.set(f.at, fact{eq: f.eq, ne: f.ne})
	}
	switch v := v.(type) {
	case *ssa.ChangeInterface:
		s.learn(ctx, v.X, fact{eq: f.eq, ne: f.ne})
	case *ssa.UnOp:
		if v.Op == token.NOT {
			s.learn(ctx, v.X, not(f))
		}
	case *ssa.BinOp:
		equal := v.Op == token.EQL && f.eq == isTrue || v.Op == token.NEQ && f.eq == isFalse
		if v.Op != token.EQL && v.Op != token.NEQ {
			return
		}
		for _, side := range [][2]ssa.Value{{v.X, v.Y}, {v.Y, v.X}} {
			if k := s.of(ctx, side[1]).eq; k != "" && equal {
				s.learn(ctx, side[0], fact{eq: k})
			} else if k != "" {
				s.learn(ctx, side[0], fact{ne: k})
			}
		}
	case *ssa.Call:
		if f.eq != isTrue {
			return
		}
		if _, ok := kube.ErrorPredicate(&v.Call); ok {
			s.learn(ctx, v.Call.Args[0], fact{ne: isNil})
		} else if err, ok := kube.TestedError(&v.Call); ok {
			s.learn(ctx, err, fact{ne: isNil})
		}
	}
}

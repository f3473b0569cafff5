package flow

import (
	"cmp"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

var errorType = kube.ErrorType

// truth is what a state knows of a condition.
type truth uint8

const (
	unknown truth = iota
	isTrue
	isFalse
)

func truthOf(b bool) truth {
	if b {
		return isTrue
	}
	return isFalse
}

func (t truth) not() truth {
	switch t {
	case isTrue:
		return isFalse
	case isFalse:
		return isTrue
	}
	return unknown
}

// decide tells what the state knows of a condition.
func (s *state) decide(e *exec, c *Term) truth {
	if c == nil {
		return unknown
	}
	switch c {
	case e.tab.True:
		return isTrue
	case e.tab.False:
		return isFalse
	}
	if f, ok := s.facts.find(c); ok {
		if f.eq == e.tab.True || len(f.ne) == 1 && f.ne[0] == e.tab.False {
			return isTrue
		}
		if f.eq == e.tab.False || len(f.ne) == 1 && f.ne[0] == e.tab.True {
			return isFalse
		}
	}
	if c.Kind != resource.Pure {
		return unknown
	}
	switch c.Name {
	case "!":
		return s.decide(e, c.Args[0]).not()
	case "==":
		return s.equal(e, c.Args[0], c.Args[1])
	case "<", "<=":
		return s.less(e, c)
	case "errors.Is":
		return s.errorIs(e, c.Args[0], c.Args[1])
	}
	if len(c.Args) == 1 && isErrorTest(c.Name) && s.equal(e, c.Args[0], e.tab.Nil) == isTrue {
		return isFalse
	}
	return unknown
}

func isErrorTest(name string) bool { return len(name) > 4 && name[:4] == "err." }

// equal reports that two values are equal.
func (s *state) equal(e *exec, a, b *Term) truth {
	if a == b {
		return isTrue
	}
	if s.constant(a) != nil && s.constant(b) != nil {
		a, b = s.constant(a), s.constant(b)
		if a == b {
			return isTrue
		}
		return isFalse
	}
	if s.constant(a) != nil {
		a, b = b, a
	}
	c := s.constant(b)
	if c == nil {
		if isSentinel(b) && isErrorType(b.Typ) && !e.mayBe(s, a, b) || isSentinel(a) && isErrorType(a.Typ) && !e.mayBe(s, b, a) {
			return isFalse
		}
		return unknown
	}
	for _, n := range s.facts.get(a).ne {
		if n == c {
			return isFalse
		}
	}
	switch c {
	case e.tab.Nil:
		if e.neverNil(a) {
			return isFalse
		}
	case e.tab.Zero:
		if a.Kind == resource.Struct {
			return s.zeroStruct(e, a)
		}
	case e.tab.True, e.tab.False:
		if d := s.decide(e, a); d != unknown {
			return truthOf((d == isTrue) == (c == e.tab.True))
		}
	}
	return unknown
}

// constant is the constant that a value is known to be.
func (s *state) constant(t *Term) *Term {
	if t.IsConst() {
		return t
	}
	return s.facts.get(t).eq
}

// zeroStruct reports that all fields of a struct are zero.
func (s *state) zeroStruct(e *exec, t *Term) truth {
	all := isTrue
	for _, f := range t.Args {
		c := s.constant(f)
		switch {
		case c == nil:
			nonzero := false
			for _, n := range s.facts.get(f).ne {
				nonzero = nonzero || e.isZero(n)
			}
			if nonzero || e.neverNil(f) {
				return isFalse
			}
			all = unknown
		case !e.isZero(c):
			return isFalse
		}
	}
	return all
}

func (e *exec) isZero(c *Term) bool {
	switch c {
	case e.tab.Nil, e.tab.Zero, e.tab.False, e.tab.Empty:
		return true
	}
	return c.Name == "0" || c.Name == "#0"
}

// neverNil tells of values that are not nil by how they were made.
func (e *exec) neverNil(t *Term) bool {
	switch t.Kind {
	case resource.Field, resource.Index, resource.Global, resource.Func, resource.Closure, resource.Struct, resource.Keyed:
		return true
	case resource.Value:
		switch at := t.At.(type) {
		case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice:
			return t.IsResult(0)
		case *ssa.MakeInterface:
			_, pointer := at.X.Type().Underlying().(*types.Pointer)
			return t.IsResult(0) && !pointer
		case *ssa.Call:
			callee := at.Call.StaticCallee()
			return t.IsResult(0) && callee != nil && returnsLiteral(callee)
		}
	case resource.Load:
		// A package-level error is a sentinel.
		return t.Args[0].Kind == resource.Global && isErrorType(t.Typ)
	}
	return false
}

// returnsLiteral reports that what a function returns is a literal wherever it returns: a
// function, or a new struct, map or list.
func returnsLiteral(fn *ssa.Function) bool {
	returns := 0
	for ret := range ssax.Returns(fn) {
		if len(ret.Results) != 1 {
			return false
		}
		switch ret.Results[0].(type) {
		case *ssa.MakeClosure, *ssa.Function, *ssa.Alloc, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice:
			returns++
		default:
			return false
		}
	}
	return returns > 0
}

// less tells what the state knows of a comparison by order.
func (s *state) less(e *exec, c *Term) truth {
	zero := e.tab.Constant("0")
	switch { // no length is negative
	case c.Name == "<" && c.Args[0] == zero && s.notZeroLength(zero, c.Args[1]):
		return isTrue
	case c.Name == "<=" && c.Args[1] == zero && s.notZeroLength(zero, c.Args[0]):
		return isFalse
	}
	a, b := s.constant(c.Args[0]), s.constant(c.Args[1])
	if a == nil || b == nil {
		return unknown
	}
	x, y := constant.MakeFromLiteral(a.Name, token.INT, 0), constant.MakeFromLiteral(b.Name, token.INT, 0)
	if len(a.Name) > 1 && a.Name[0] == '-' {
		x = constant.UnaryOp(token.SUB, constant.MakeFromLiteral(a.Name[1:], token.INT, 0), 0)
	}
	if len(b.Name) > 1 && b.Name[0] == '-' {
		y = constant.UnaryOp(token.SUB, constant.MakeFromLiteral(b.Name[1:], token.INT, 0), 0)
	}
	if x.Kind() != constant.Int || y.Kind() != constant.Int {
		return unknown
	}
	op := token.LSS
	if c.Name == "<=" {
		op = token.LEQ
	}
	return truthOf(constant.Compare(x, op, y))
}

// notZeroLength reports that a value is the length of what is known not to be empty.
func (s *state) notZeroLength(zero, t *Term) bool {
	return isLength(t) && slices.Contains(s.facts.get(t).ne, zero)
}

func isLength(t *Term) bool { return t.Kind == resource.Pure && t.Name == "len" }

func (s *state) errorIs(e *exec, err, target *Term) truth {
	switch {
	case err == target:
		return isTrue
	case s.equal(e, err, e.tab.Nil) == isTrue:
		return isFalse
	case isSentinel(err) && isSentinel(target):
		return isFalse
	case isSentinel(target) && !e.mayBe(s, err, target):
		return isFalse
	}
	return unknown
}

// mayBe reports that an error may be, or wrap, an error variable of this
// package. One that came from elsewhere cannot: other packages do not know it.
func (e *exec) mayBe(s *state, err, target *Term) bool {
	name := target.Args[0].Name
	own := false
	for _, g := range e.prog.Sentinels() {
		own = own || e.prog.Global(g) == name
	}
	if !own {
		return true
	}
	switch err.Kind {
	case resource.Load:
		return err == target || err.Args[0].Kind != resource.Global
	case resource.Pure:
		if err.Name == "wrap" {
			return s.errorIs(e, err.Args[0], target) != isFalse
		}
	case resource.Value:
		call, ok := err.At.(*ssa.Call)
		if !ok {
			return true
		}
		if err.Role != resource.Result { // what a callee returned: its summary tells
			t := e.tab.PureOf("errors.Is", types.Typ[types.Bool], err, target)
			return t == nil || s.facts.get(t).eq != e.tab.False
		}
		callee := call.Call.StaticCallee()
		switch {
		case call.Call.IsInvoke():
			return false
		case callee == nil:
			return true
		case callee.Blocks == nil:
			return false
		}
		return e.prog.Returns(callee, name)
	}
	return true
}

// assume adds what holds when a condition is true (or false). It reports
// whether that is possible at all.
func (s *state) assume(e *exec, c *Term, holds bool) bool {
	if c == nil {
		return true
	}
	if d := s.decide(e, c); d != unknown {
		return d == truthOf(holds)
	}
	if c.Kind == resource.Pure {
		switch c.Name {
		case "!":
			return s.assume(e, c.Args[0], !holds)
		case "==":
			a, b := c.Args[0], c.Args[1]
			if s.constant(a) != nil {
				a, b = b, a
			}
			if k := s.constant(b); k != nil {
				return s.assumeConst(e, a, k, holds)
			}
		case "<", "<=":
			// No length is negative: there are some, or none.
			if n, some := e.length(c); n != nil {
				return s.assumeConst(e, n, e.tab.Constant("0"), holds != some)
			}
		default:
			if holds && (isErrorTest(c.Name) || c.Name == "errors.Is") {
				if !s.assumeConst(e, c.Args[0], e.tab.Nil, false) {
					return false
				}
			}
		}
	}
	v := e.tab.False
	if holds {
		v = e.tab.True
	}
	s.facts.set(c, fact{eq: v})
	return true
}

// length is the length that a condition compares with zero, and whether it says that it
// is more.
func (e *exec) length(c *Term) (n *Term, more bool) {
	zero := e.tab.Constant("0")
	switch {
	case c.Name == "<" && c.Args[0] == zero && isLength(c.Args[1]):
		return c.Args[1], true
	case c.Name == "<=" && c.Args[1] == zero && isLength(c.Args[0]):
		return c.Args[0], false
	}
	return nil, false
}

// assumeConst adds that a value equals (or differs from) a constant.
func (s *state) assumeConst(e *exec, a, k *Term, equal bool) bool {
	switch s.equal(e, a, k) {
	case isTrue:
		return equal
	case isFalse:
		return !equal
	}
	if k == e.tab.True || k == e.tab.False {
		if a.Kind == resource.Pure {
			return s.assume(e, a, equal == (k == e.tab.True))
		}
		if !equal {
			k, equal = e.other(k), true
		}
	}
	if equal {
		s.facts.set(a, fact{eq: k})
		return true
	}
	s.facts.set(a, fact{ne: insert(s.facts.get(a).ne, k)})
	return true
}

func (e *exec) other(b *Term) *Term {
	if b == e.tab.True {
		return e.tab.False
	}
	return e.tab.True
}

// notEmpty notes that a list holds something.
func (e *exec) notEmpty(s *state, list *Term) {
	s.facts.set(e.tab.PureOf("len", types.Typ[types.Int], list), fact{ne: []*Term{e.tab.Constant("0")}})
}

// holdsError is the fact of a list or bundle that there is an error in it which is
// not nil.
const holdsError = "holds an error"

func (s *state) holdsError(e *exec, t *Term) bool {
	if t.Kind == resource.Pure && t.Name == "[:]" { // a literal
		for a, v := range s.mem.after(t.Args[0]) {
			if a.Kind == resource.Index && a.Args[0] == t.Args[0] && s.equal(e, v, e.tab.Nil) == isFalse {
				return true
			}
		}
	}
	return s.facts.get(e.tab.Pure(holdsError, t)).eq == e.tab.True
}

// positive reports that a number is known to be greater than zero.
func (e *exec) positive(s *state, t *Term) bool {
	zero := e.tab.Constant("0")
	if c := s.constant(t); c != nil {
		return s.less(e, e.tab.Pure("<", zero, c)) == isTrue
	}
	return s.facts.get(e.tab.Pure("<", zero, t)).eq == e.tab.True
}

// insert adds a term to a list of what a value differs from. A long list, as a
// switch with many cases makes, forgets its first.
func insert(list []*Term, t *Term) []*Term {
	at, found := slices.BinarySearchFunc(list, t, func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) })
	if found {
		return list
	}
	list = slices.Insert(slices.Clone(list), at, t)
	if len(list) > maxDifferent {
		list = list[1:]
	}
	return list
}

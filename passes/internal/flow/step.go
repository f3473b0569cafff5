package flow

import (
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// fork brings a state over an instruction that functions are called by; it returns
// one state for each way to go on.
func (e *exec) fork(s *state, instr ssa.Instruction) []*state {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return e.runDefers(s)
	}
	if e.flow.inner[call.Block().Index] != nil {
		e.reached(s, call)
		e.reachedTry(s, call)
		s.forget(e, call)
	}
	args := e.values(s, call.Call.Args)
	var out []*state
	for _, s := range e.eitherError(s, call, args) {
		puts, asks := e.bundles(s, call, args)
		next := e.call(s, call, e.callee(s, &call.Call), args)
		if puts || asks {
			next = e.bundled(next, call, args, asks)
		}
		out = append(out, next...)
	}
	return out
}

// step brings a state over any other instruction.
func (e *exec) step(s *state, instr ssa.Instruction) {
	if v, ok := instr.(ssa.Value); ok && e.flow.inner[instr.Block().Index] != nil {
		s.forget(e, v)
	}
	switch i := instr.(type) {
	case *ssa.Alloc:
		t := e.tab.Value(i, 0, i.Type())
		e.fresh(s, t)
		s.env.set(e.register(i), t)
	case *ssa.FieldAddr:
		f := fieldOf(i.X.Type(), i.Field)
		e.set(s, i, e.tab.Field(e.value(s, i.X), i.Field, f.Name(), i.Type()))
	case *ssa.Field:
		f := fieldOf(i.X.Type(), i.Field)
		e.set(s, i, e.tab.Proj(e.value(s, i.X), i.Field, f.Name(), i.Type()))
	case *ssa.IndexAddr:
		e.set(s, i, e.tab.Index(e.array(s, i), e.value(s, i.Index), i.Type()))
	case *ssa.Index:
		e.set(s, i, e.tab.PureOf("[]", i.Type(), e.value(s, i.X), e.value(s, i.Index)))
	case *ssa.Lookup:
		// What a map holds is not followed.
		e.set(s, i, nil)
		e.comesFrom(s, s.env.get(e.register(i)), e.value(s, i.X))
	case *ssa.UnOp:
		e.unary(s, i)
	case *ssa.BinOp:
		e.set(s, i, e.binary(s, i))
		e.comesFrom(s, s.env.get(e.register(i)), e.value(s, i.X), e.value(s, i.Y))
		e.compared(s, i)
		if i.Op == token.ADD {
			e.count(s, i)
		}
	case *ssa.ChangeType:
		s.env.set(e.register(i), e.value(s, i.X))
	case *ssa.ChangeInterface:
		s.env.set(e.register(i), e.value(s, i.X))
	case *ssa.MakeInterface:
		s.env.set(e.register(i), e.value(s, i.X))
	case *ssa.MultiConvert:
		s.env.set(e.register(i), e.value(s, i.X))
	case *ssa.Convert:
		if types.Identical(i.X.Type().Underlying(), i.Type().Underlying()) || isPointerLike(i.X.Type()) && isPointerLike(i.Type()) {
			s.env.set(e.register(i), e.value(s, i.X))
		} else if x := e.value(s, i.X); x.IsConst() || isStringType(i.X.Type()) && isStringType(i.Type()) {
			s.env.set(e.register(i), x)
		} else {
			e.set(s, i, e.tab.PureOf("conv:"+i.Type().String(), i.Type(), x))
		}
	case *ssa.TypeAssert:
		x := e.value(s, i.X)
		if i.CommaOk {
			e.set(s, i, e.tab.Struct([]*Term{x, e.holdsType(i, x)}, nil))
		} else {
			s.env.set(e.register(i), x)
		}
	case *ssa.Extract:
		e.set(s, i, e.tab.Proj(e.value(s, i.Tuple), i.Index, "#"+strconv.Itoa(i.Index), i.Type()))
	case *ssa.MakeClosure:
		var bindings []*Term
		for _, b := range i.Bindings {
			bindings = append(bindings, e.value(s, b))
		}
		s.env.set(e.register(i), e.tab.Closure(i.Fn.(*ssa.Function), bindings))
	case *ssa.Slice:
		x := e.value(s, i.X)
		if i.Low == nil && i.High == nil && i.Max == nil {
			e.set(s, i, e.tab.PureOf("[:]", i.Type(), x))
		} else {
			e.set(s, i, nil)
			e.comesFrom(s, s.env.get(e.register(i)), x)
		}
	case *ssa.Store:
		e.storeInstr(s, i)
	case *ssa.MapUpdate:
		e.mapUpdate(s, i)
		e.keep(s, i.Value.Type())
	case *ssa.Send:
		e.keep(s, i.X.Type())
	case *ssa.Select:
		if i.Blocking {
			e.wait(s, i.Block(), forEvent)
		}
		e.set(s, i, nil)
	case *ssa.Go:
		e.goStatement(s, i)
	case *ssa.Defer:
		d := deferred{call: i, fn: e.callee(s, &i.Call)}
		for _, a := range i.Call.Args {
			d.args = append(d.args, e.value(s, a))
		}
		s.deferCall(d)
	case ssa.Value: // MakeSlice, MakeMap, MakeChan, Range, Next, …
		e.set(s, i, nil)
	}
}

// fresh tells that a variable is declared (again).
func (e *exec) fresh(s *state, t *Term) {
	s.mem.del(t)
	for a := range s.mem.after(t) {
		if a.Root() == t {
			s.mem.del(a)
		}
	}
	s.stale.del(t)
	for a := range s.stale.after(t) {
		if a.Root() == t {
			s.stale.del(a)
		}
	}
	s.res.del(t)
}

func (e *exec) unary(s *state, i *ssa.UnOp) {
	x := e.value(s, i.X)
	switch i.Op {
	case token.MUL:
		t := e.load(s, x, i.Type(), i, resource.As{})
		s.env.set(e.register(i), t)
		e.readFrom(s, t, x)
		if _, ok := structOf(i.Type()); ok && !t.IsConst() {
			if r := s.resOf(e, x); r != x || t.Kind != resource.Load {
				s.res.set(t, r)
			}
		}
	case token.NOT:
		e.set(s, i, e.not(x))
	case token.ARROW:
		e.wait(s, i.Block(), forEvent)
		e.set(s, i, nil)
	default:
		e.set(s, i, e.tab.PureOf(i.Op.String(), i.Type(), x))
	}
}

func (e *exec) binary(s *state, i *ssa.BinOp) *Term {
	x, y := e.value(s, i.X), e.value(s, i.Y)
	// A comparison with the zero struct may meet a nil of another type.
	compare := func(name string, x, y *Term) *Term {
		return e.tab.PureOf(name, types.Typ[types.Bool], x, y)
	}
	switch i.Op {
	case token.ADD:
		if turn, err := strconv.Atoi(x.Name); e.flow.turns[i] && x.IsConst() && err == nil {
			return e.tab.Constant(strconv.Itoa(turn + 1))
		}
	case token.EQL, token.NEQ:
		if x.IsConst() || !y.IsConst() && x.ID > y.ID {
			x, y = y, x
		}
		e.askedOf(s, i.X)
		e.askedOf(s, i.Y)
		t := compare("==", x, y)
		if t != nil && i.Op == token.NEQ {
			return e.not(t)
		}
		return t
	case token.LSS:
		return compare("<", x, y)
	case token.GTR:
		return compare("<", y, x)
	case token.LEQ:
		return compare("<=", x, y)
	case token.GEQ:
		return compare("<=", y, x)
	}
	return nil
}

// count notes that a counter which was incremented is positive.
func (e *exec) count(s *state, i *ssa.BinOp) {
	x, y, sum := e.value(s, i.X), e.value(s, i.Y), s.env.get(e.register(i))
	if sum.Kind != resource.Value || !e.positive(s, y) || !e.positive(s, x) && s.constant(x) != e.tab.Constant("0") {
		return
	}
	s.facts.set(sum, fact{ne: []*Term{e.tab.Constant("0")}})
	s.facts.set(e.tab.PureOf("<", types.Typ[types.Bool], e.tab.Constant("0"), sum), fact{eq: e.tab.True})
}

// storeInstr stores a value. An error that is stored where others may see it
// was handed on.
func (e *exec) storeInstr(s *state, i *ssa.Store) {
	addr, val := e.value(s, i.Addr), e.value(s, i.Val)
	if isErrorType(i.Val.Type()) && val != e.tab.Nil && !isLocal(addr.Root()) {
		e.keep(s, i.Val.Type())
	}
	if kube.Delays(i.Addr) {
		e.takesTime(s, val)
	}
	e.assign(s, addr, val, i)
}

package unstable

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// ticks reports that time is put in a status whenever the function runs: a whole
// element takes the place of the old one, or a field is set on all paths to a
// write; and that no test of the status, or of what changes it, comes before, here
// or in the callers.
func (u *unit) ticks(s sink, f flow) bool {
	if !u.always(s.at) {
		return false
	}
	if s.whole && f.path != "" && !u.restored(s.value, f) {
		if store, ok := s.at.(*ssa.Store); ok && !u.ofObject(store.Addr, map[ssa.Value]bool{}) {
			return u.followed(s.at, fieldName(join(s.field, f.path)), 0) // whoever compares it may leave out the time
		}
		return u.called(s.at.Parent(), 0, nil)
	}
	if hasElement(join(s.field, f.path)) || u.restored(s.value, f) {
		return false
	}
	if f.param != own {
		return true // as far as the function goes; its callers judge
	}
	return u.followed(s.at, fieldName(join(s.field, f.path)), 0)
}

// ofObject reports that an address leads to the status of an object, or to a part of
// one that the function was given, and not to a part that the program has put in a
// struct of its own, to be compared with the status one day.
func (u *unit) ofObject(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	if t := u.target(v); t.object || t.in == elsewhere {
		return t.object
	}
	switch root := u.wholeOf(v).(type) {
	case *ssa.Lookup:
		return u.ofObject(root.X, seen)
	case *ssa.Extract:
		if l, ok := root.Tuple.(*ssa.Lookup); ok {
			return u.ofObject(l.X, seen)
		}
	case *ssa.Phi:
		return slices.ContainsFunc(root.Edges, func(e ssa.Value) bool {
			_, made := e.(*ssa.Alloc) // where there is none
			return !made && u.ofObject(e, seen)
		})
	case *ssa.Parameter:
		return kube.IsAPIObject(ssax.Deref(root.Type())) || u.partOfStatus(root.Type())
	}
	return true
}

func hasElement(path string) bool {
	for path != "" {
		i := lastSlash(path)
		if path[i:] == element || path[i:] == "/"+element {
			return true
		}
		path = path[:i]
	}
	return false
}

// restored reports that what is stored there gets another time too: the old one.
func (u *unit) restored(v ssa.Value, f flow) bool {
	if f.path == "" {
		return false
	}
	if call, ok := v.(*ssa.Call); ok && isAppend(call) {
		g := f
		if g.path, ok = below(f.path, element); !ok {
			return false
		}
		return slices.ContainsFunc(kube.Variadic(call.Call.Args[1]), func(e ssa.Value) bool { return u.restored(e, g) })
	}
	at := u.place(v)
	if load, ok := v.(*ssa.UnOp); ok && at.root == v {
		at = u.place(load.X)
	}
	if s, ok := v.(*ssa.Slice); ok {
		at = u.place(s.X)
	}
	for _, s := range u.written[at.part(f.path)] {
		if _, old := u.old(s.Val); old {
			return true
		}
		fs := u.contents(s.Val, s)
		if !slices.ContainsFunc(fs, func(g flow) bool { return g.kind == Clock || g.kind == Given }) {
			return true
		}
	}
	return false
}

// always reports that an instruction is reached without a test of the old status,
// the generation, or of what tells of a change. One in a literal has also passed those
// around the literal.
func (u *unit) always(at ssa.Instruction) bool {
	for at != nil {
		if !u.walk(at, u.idle, func(cond ssa.Value) bool { return u.suspect(cond, map[ssa.Value]bool{}) }) {
			return false
		}
		at = u.makes[at.Parent()]
	}
	return true
}

// idle is what a test answers while nothing changes, and nothing fails.
func (u *unit) idle(cond ssa.Value) answer {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return u.idle(c.X).not()
		}
	case *ssa.BinOp:
		if c.Op != token.EQL && c.Op != token.NEQ {
			return u.filled(c)
		}
		a := u.same(c.X, c.Y)
		if c.Op == token.NEQ {
			a = a.not()
		}
		return a
	case *ssa.Extract:
		if _, ok := u.old(c); ok && isBool(c.Type()) {
			return yes // what the status has under a key has been set before
		}
	case *ssa.Call:
		if x, ok := kube.Compares(&c.Call); ok {
			if u.aboutStatus(x.X) || u.aboutStatus(x.Y) {
				return yes
			}
		}
	}
	return either
}

// filled is what a test answers that asks whether a list of the status has elements: it
// has been filled before.
func (u *unit) filled(test *ssa.BinOp) answer {
	list, n := test.X, test.Y
	if test.Op == token.LSS || test.Op == token.GEQ { // 0 < len(list)
		list, n = n, list
	}
	if k, ok := n.(*ssa.Const); !ok || !isZero(k) || !isLen(list) {
		return either
	}
	if _, ok := u.old(list); !ok {
		return either
	}
	switch test.Op {
	case token.GTR, token.LSS:
		return yes
	case token.LEQ, token.GEQ:
		return no
	}
	return either
}

func (u *unit) aboutStatus(v ssa.Value) bool {
	v = kube.Unboxed(v)
	if u.partOfStatus(v.Type()) || kube.IsAPIObject(v.Type()) {
		return true
	}
	_, ok := u.old(v)
	return ok
}

func (u *unit) same(x, y ssa.Value) answer {
	if _, ok := x.(*ssa.Const); ok {
		x, y = y, x
	}
	if k, ok := y.(*ssa.Const); ok {
		switch {
		case !isZero(k):
			return either
		case kube.IsErrorType(x.Type()), isReason(x):
			return yes
		case u.oldCondition(x):
			return no
		}
		if _, ok := u.old(x); ok && !isBool(x.Type()) {
			return no // it has been set before
		}
		return either
	}
	for _, v := range []ssa.Value{x, y} {
		if name, ok := u.old(v); ok && name != "Type" {
			return yes
		}
	}
	return either
}

// isReason reports that a value is one of several constants, the zero one among them: a
// reason to do something, which is empty while there is none.
func isReason(v ssa.Value) bool {
	phi, ok := v.(*ssa.Phi)
	if !ok || isBool(v.Type()) {
		return false
	}
	none := false
	for _, e := range constants(phi, map[ssa.Value]bool{}) {
		if e == nil {
			return false
		}
		none = none || isZero(e)
	}
	return none
}

// constants are those that a phi may be; nil stands for what is none.
func constants(phi *ssa.Phi, seen map[ssa.Value]bool) []*ssa.Const {
	seen[phi] = true
	var out []*ssa.Const
	for _, e := range phi.Edges {
		switch e := e.(type) {
		case *ssa.Phi:
			if !seen[e] {
				out = append(out, constants(e, seen)...)
			}
		case *ssa.Const:
			out = append(out, e)
		default:
			out = append(out, nil)
		}
	}
	return out
}

// suspect reports that a test may ask of a change: of the old status, the generation,
// a flag, or what a function that was given the status says.
func (u *unit) suspect(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] || len(seen) > 40 {
		return false
	}
	seen[v] = true
	if name, ok := u.old(v); ok {
		return name != "Type"
	}
	if isBool(v.Type()) && u.answered(v) {
		return true
	}
	switch x := v.(type) {
	case *ssa.Const, *ssa.Global, *ssa.Function, *ssa.Builtin, *ssa.Alloc:
		return false
	case *ssa.Parameter:
		return isBool(x.Type())
	case *ssa.Phi:
		return isBool(x.Type()) || kube.IsSlice(x.Type()) && slices.ContainsFunc(x.Edges, func(e ssa.Value) bool { return u.suspect(e, seen) })
	case *ssa.Call:
		for _, a := range x.Call.Args {
			a = kube.Unboxed(a)
			if u.partOfStatus(a.Type()) || u.suspect(a, seen) {
				return true
			}
			if isBool(x.Type()) && kube.IsAPIObject(a.Type()) && x.Call.StaticCallee() != nil && x.Call.StaticCallee().Blocks != nil {
				return true
			}
		}
		return x.Call.IsInvoke() && u.suspect(x.Call.Value, seen)
	case *ssa.Extract:
		if kube.IsErrorType(x.Type()) {
			return false
		}
		if call, ok := x.Tuple.(*ssa.Call); ok && isBool(x.Type()) {
			return u.suspect(call, seen)
		}
		l, ok := x.Tuple.(*ssa.Lookup)
		return ok && u.suspect(l.X, seen)
	case *ssa.Lookup:
		return u.suspect(x.X, seen)
	case *ssa.IndexAddr:
		return u.suspect(x.X, seen)
	case *ssa.FieldAddr:
		switch fieldOf(x.X.Type(), x.Field) {
		case "Generation", "Annotations": // by those somebody asks for something
			return true
		case "Type": // of a condition: which one it is
			return false
		}
		return u.target(x).in != elsewhere || u.suspect(x.X, seen)
	case *ssa.UnOp:
		return u.suspect(x.X, seen)
	case *ssa.BinOp:
		if x.Op == token.LSS && isLen(x.Y) {
			return false // of a loop over a list
		}
		return u.suspect(x.X, seen) || u.suspect(x.Y, seen)
	case *ssa.Field:
		return u.suspect(x.X, seen)
	case *ssa.Convert:
		return u.suspect(x.X, seen)
	case *ssa.ChangeType:
		return u.suspect(x.X, seen)
	case *ssa.MakeInterface:
		return u.suspect(x.X, seen)
	}
	return false
}

// answered reports that a value is a part of what a function answered that was given an
// object or a status: what there is to do about it. When a part of a reconcile wants to
// run again is none of that.
func (u *unit) answered(v ssa.Value) bool {
	root := u.wholeOf(v)
	if kube.IsResult(ssax.Deref(root.Type())) {
		return false
	}
	if e, ok := root.(*ssa.Extract); ok {
		root = e.Tuple
	}
	call, ok := root.(*ssa.Call)
	return ok && root != v && !kube.IsAPIObject(call.Type()) && slices.ContainsFunc(call.Call.Args, u.aboutStatus)
}

func isLen(v ssa.Value) bool {
	c, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	b, ok := c.Call.Value.(*ssa.Builtin)
	return ok && b.Name() == "len"
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// maxCallers bounds how far up the callers are asked.
const maxCallers = 3

// called reports that a function may be called whenever a reconcile runs: one of
// its calls stands under no test of a change, or nobody is known to call it. When a
// literal is called that a function returns, only the callers of that know. What a
// timer calls is no reconcile: it is meant to say when it was.
func (u *unit) called(fn *ssa.Function, depth int, also func(*unit, ssa.CallInstruction) bool) bool {
	for fn.Parent() != nil {
		if returned(fn) && len(u.callers[fn.Parent()]) == 0 {
			return false
		}
		fn = fn.Parent()
	}
	calls := u.callers[fn]
	if len(calls) == 0 && u.timed[fn] {
		return false
	}
	if len(calls) == 0 || depth > maxCallers {
		return also == nil
	}
	for _, call := range calls {
		caller := u.unitOf(call.Parent())
		if caller == nil || caller.waits(call) || !caller.always(call) {
			continue
		}
		if also != nil {
			if also(caller, call) {
				return true
			}
			continue
		}
		if call.Parent() == fn || caller.called(call.Parent(), depth+1, nil) {
			return true
		}
	}
	return false
}

// byTimer reports that a call has its arguments called again and again by a timer.
func byTimer(c *ssa.CallCommon) bool {
	return kube.ByTimer(kube.Func(c))
}

// functionOf is the function, literal or method that a value of a function type is, or
// nil.
func functionOf(v ssa.Value) *ssa.Function {
	if made, ok := v.(*ssa.MakeClosure); ok {
		v = made.Fn
	}
	fn, ok := v.(*ssa.Function)
	if !ok {
		return nil
	}
	if method, ok := fn.Object().(*types.Func); ok && fn.Blocks == nil || ok && fn.Synthetic != "" {
		return fn.Prog.FuncValue(method)
	}
	return fn
}

// waits reports that a call stands in a function that waits for a timer again and
// again, or in a literal that a timer calls.
func (u *unit) waits(call ssa.CallInstruction) bool {
	for _, l := range u.loops[call.Parent()] {
		for _, b := range l.fn.Blocks {
			if l.header != nil && l.has(b) && slices.ContainsFunc(b.Instrs, receivesTime) {
				return true
			}
		}
	}
	return u.timed[call.Parent()]
}

func receivesTime(instr ssa.Instruction) bool {
	isTimer := func(v ssa.Value) bool {
		c, ok := v.Type().Underlying().(*types.Chan)
		return ok && isTime(c.Elem())
	}
	switch i := instr.(type) {
	case *ssa.UnOp:
		return i.Op == token.ARROW && isTimer(i.X)
	case *ssa.Select:
		return slices.ContainsFunc(i.States, func(s *ssa.SelectState) bool { return s.Dir == types.RecvOnly && isTimer(s.Chan) })
	}
	return false
}

// returned reports that a literal is what the function around it returns.
func returned(literal *ssa.Function) bool {
	for ret := range ssax.Returns(literal.Parent()) {
		for _, r := range ret.Results {
			r = kube.Unboxed(r)
			if made, ok := r.(*ssa.MakeClosure); ok {
				r = made.Fn
			}
			if r == literal {
				return true
			}
		}
	}
	return false
}

// unitOf is the unit that a function belongs to.
func (a *Analysis) unitOf(fn *ssa.Function) *unit {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return a.units[fn]
}

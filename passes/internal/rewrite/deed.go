package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// what says how far a deed stands in the way of moving a write over it. The larger
// ones do more so.
type what uint8

const (
	pure    what = iota // it only computes, or changes the status of the object
	quiet               // it cannot be seen through, but it neither waits nor fails
	looks               // it reads from the API server
	tells               // it tells somebody what happened: an event, memory that others see
	effects             // it may do anything
	stops               // it must see what was written
)

// deed is what an instruction does, seen from a write of an object that is to move.
type deed struct {
	what
	pos    token.Pos
	name   string // of what is called
	fn     *types.Func
	blind  bool   // the object goes to code that cannot be seen through
	reason string // why it stops: a clause
}

// worse is the deed that stands more in the way.
func worse(a, b deed) deed {
	blind := a.blind || b.blind
	if b.what > a.what {
		a = b
	}
	a.blind = blind
	return a
}

// deed is what an instruction does. The object is nil where the function cannot name
// it; typ is its type all the same.
func (r *Rewriter) deed(instr ssa.Instruction, object ssa.Value, typ types.Type) deed {
	d := deed{pos: instr.Pos()}
	switch i := instr.(type) {
	case *ssa.Store:
		switch at := root(i.Addr); {
		case object != nil && at == object:
			if i.Addr == object {
				d.what, d.reason = stops, r.line(i.Pos())+" puts another object in its place"
			}
		case at != nil && !made(at) && !kube.IsAPIObject(at.Type()):
			d.what, d.name = tells, "the assignment"
		}
	case *ssa.MapUpdate:
		if at := root(i.Map); at != nil && at != object && !made(at) && !kube.IsAPIObject(at.Type()) {
			d.what, d.name = tells, "the assignment"
		}
	case *ssa.Send, *ssa.Select:
		d.what, d.name = effects, "the channel operation"
	case *ssa.UnOp:
		if i.Op == token.ARROW {
			d.what, d.name = effects, "the channel operation"
		}
	case *ssa.Go:
		d.what, d.name, d.blind = effects, "the goroutine", r.hands(i.Common(), object)
	case *ssa.Panic:
		if i.Pos().IsValid() { // the program has it
			d.what, d.reason = stops, r.line(i.Pos())+" ends the run without the later write"
		}
	case *ssa.Call, *ssa.Defer:
		d = r.call(i.(ssa.CallInstruction), object, typ)
	}
	return d
}

// call is what a call does.
func (r *Rewriter) call(c ssa.CallInstruction, object ssa.Value, typ types.Type) deed {
	common := c.Common()
	d := deed{pos: c.Pos(), name: r.nameOf(c), fn: kube.Func(common)}
	if _, ok := common.Value.(*ssa.Builtin); ok {
		return d
	}
	if k := kube.Classify(common); k.Op != kube.None {
		return r.request(k, d, object, typ)
	}
	if kube.Event(common) {
		d.what, d.name = tells, "the event"
		return d
	}
	if d.fn != nil && kube.NoReturn(d.fn) {
		d.what, d.reason = stops, d.name+" in "+r.line(d.pos)+" ends the run without the later write"
		return d
	}
	if callee := common.StaticCallee(); callee != nil {
		if r.directive(callee) != "" {
			d.what = effects
			if r.hands(common, object) {
				d.what, d.reason = stops, d.name+" in "+r.line(d.pos)+" writes it too"
			}
			return d
		}
		if callee.Blocks != nil && callee.Pkg == c.Parent().Pkg {
			inner := r.body(callee, c, object, typ)
			d.what, d.blind, d.reason = inner.what, inner.blind, inner.reason
			return d
		}
	}
	d.what = unseen(common, typ)
	d.blind = d.what > pure && d.what != tells && r.hands(common, object)
	if d.what == stops {
		d.reason = d.name + " in " + r.line(d.pos) + " cannot be seen through"
	}
	return d
}

// request is what a request to an API server does.
func (r *Rewriter) request(k kube.Call, d deed, object ssa.Value, typ types.Type) deed {
	var own, same bool
	if k.Object != nil {
		at := root(k.Object)
		own = object != nil && at == object
		same = at != nil && types.Identical(at.Type(), typ) || kube.ListItem(k.Object) != nil && kube.ListItem(k.Object) == typeName(typ)
	}
	switch k.Op {
	case kube.StatusWriter, kube.OtherWriter, kube.Accessor:
	case kube.Get, kube.List:
		d.what = looks
		if own || same {
			d.what, d.reason = stops, d.name+" in "+r.line(d.pos)+" reads it from the API server, and would miss what is not stored yet"
		}
	default:
		d.what = effects
		if own {
			d.what, d.reason = stops, d.name+" in "+r.line(d.pos)+" sends the object too, and its answer replaces what is not stored yet"
		}
	}
	return d
}

func typeName(t types.Type) *types.TypeName {
	if n := kube.Named(t); n != nil {
		return n.Obj()
	}
	return nil
}

// body is the worst of what a function of the package does.
func (r *Rewriter) body(fn *ssa.Function, c ssa.CallInstruction, object ssa.Value, typ types.Type) deed {
	inner := bound(fn, c, object)
	key := bodyKey{fn, inner, typeName(typ)}
	if d, ok := r.bodies[key]; ok {
		return d
	}
	r.bodies[key] = deed{} // a recursive call does no more than the first
	var worst deed
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			worst = worse(worst, r.deed(instr, inner, typ))
		}
	}
	r.bodies[key] = worst
	return worst
}

type bodyKey struct {
	fn     *ssa.Function
	object ssa.Value
	typ    *types.TypeName
}

// bound is what a function that is called calls an object of its caller, or nil.
func bound(fn *ssa.Function, c ssa.CallInstruction, object ssa.Value) ssa.Value {
	if object == nil {
		return nil
	}
	for i, arg := range c.Common().Args {
		if i < len(fn.Params) && root(arg) == object && kube.IsAPIObject(arg.Type()) {
			return fn.Params[i]
		}
	}
	if closure, ok := c.Common().Value.(*ssa.MakeClosure); ok {
		for i, b := range closure.Bindings {
			if b == object || root(b) == object {
				return fn.FreeVars[i]
			}
		}
	}
	return nil
}

// hands reports that a call gets the object, or a part of it.
func (r *Rewriter) hands(c *ssa.CallCommon, object ssa.Value) bool {
	if object == nil {
		return false
	}
	args := c.Args
	if closure, ok := c.Value.(*ssa.MakeClosure); ok {
		args = append(args[:len(args):len(args)], closure.Bindings...)
	}
	for _, arg := range args {
		if arg == object || root(arg) == object {
			return true
		}
		for _, v := range kube.Variadic(arg) {
			if root(v) == object {
				return true
			}
		}
	}
	return false
}

// unseen is what a call does whose body is not at hand.
func unseen(c *ssa.CallCommon, typ types.Type) what {
	switch kube.Outside(c) {
	case kube.Nothing:
		return pure
	case kube.Acts:
		return effects
	}
	fn := kube.Func(c)
	if fn == nil {
		return effects // the value of a variable
	}
	if name := typeName(typ); name != nil && name.Pkg() == fn.Pkg() && !kube.ReachesOut(fn) {
		return pure // beside the API types
	}
	if kube.ReachesOut(fn) || fails(fn) {
		return effects
	}
	return quiet
}

// fails reports that a function returns an error.
func fails(fn *types.Func) bool {
	for v := range fn.Signature().Results().Variables() {
		if kube.IsError(v.Type()) {
			return true
		}
	}
	return false
}

// nameOf is what the program calls the function of a call.
func (r *Rewriter) nameOf(c ssa.CallInstruction) string {
	if kube.Func(c.Common()) == nil {
		if at, ok := r.Root.FindByPos(c.Pos(), c.Pos()+1); ok {
			if call, ok := at.Node().(*ast.CallExpr); ok && call.Lparen == c.Pos() && plain(call.Fun) {
				return types.ExprString(call.Fun)
			}
		}
	}
	return calledName(c.Common())
}

func calledName(c *ssa.CallCommon) string {
	if fn := kube.Func(c); fn != nil {
		return fn.Name()
	}
	if callee := c.StaticCallee(); callee != nil {
		return "the function literal"
	}
	return "the callback"
}

// line names a line of the program.
func (r *Rewriter) line(pos token.Pos) string {
	return fmt.Sprintf("line %d", r.pass.Fset.Position(pos).Line)
}

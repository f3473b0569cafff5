package flow

import (
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// call brings a state over a call.
func (e *exec) call(s *state, instr ssa.CallInstruction, fn *Term, args []*Term) []*state {
	out := e.invoke(s, instr, fn, args)
	e.passContexts(out, instr, args)
	return out
}

func (e *exec) invoke(s *state, instr ssa.CallInstruction, fn *Term, args []*Term) []*state {
	c := instr.Common()
	if c.IsInvoke() && s.equal(e, fn, e.tab.Nil) == isTrue {
		return nil // it panics
	}
	if _, ok := instr.(*ssa.Call); !ok {
		e.reached(s, instr)
	}
	if b, ok := c.Value.(*ssa.Builtin); ok {
		e.builtin(s, instr, b, args)
		return []*state{s}
	}
	e.endContexts(s, c, fn, args)
	static := c.StaticCallee()
	if static == nil && (fn.Kind == resource.Func || fn.Kind == resource.Closure) && !c.IsInvoke() {
		static = fn.Fn
	}
	var obj *types.Func
	if static != nil {
		obj, _ = static.Object().(*types.Func)
		if obj == nil && static.Origin() != nil {
			obj, _ = static.Origin().Object().(*types.Func)
		}
	}
	if obj != nil && kube.NoReturn(obj) {
		return nil
	}
	e.passError(s, instr, args)
	if obj == nil || !kube.MakesError(obj) {
		e.passTry(s, c, args)
	}
	if out, ok := e.rangeFunc(s, instr, c, fn, static, args); ok {
		return out
	}
	k, known := e.kinds[c]
	if !known {
		k = kube.Classify(c)
		e.kinds[c] = k
	}
	if k.Op != kube.None {
		if out, ok := e.kube(s, instr, c, k, static, fn, args); ok {
			return out
		}
	}
	if e.known(s, instr, c, obj, fn, args) {
		return []*state{s}
	}
	if out, ok := e.edit(s, instr, c, fn, args); ok {
		return out
	}
	if out, ok := e.errors(s, instr, c, obj, args); ok {
		return out
	}
	if backs := kube.Callbacks(c, e.prog.Always); backs != nil {
		return e.callbacks(s, instr, c, backs, args)
	}
	if kube.Waits(c) {
		e.wait(s, instr.Block(), forItem)
	}
	if static == nil {
		if static = e.prog.Target(c); static != nil && c.IsInvoke() {
			args = append([]*Term{fn}, args...)
		}
	}
	if static == nil && c.IsInvoke() && fn.Typ != nil {
		if static = e.prog.Method(fn.Typ, c.Method); static != nil {
			args = append([]*Term{fn}, args...)
		}
	}
	if static != nil {
		if static == e.fn {
			e.startsOver(s)
		}
		if sum := e.prog.Summary(static); sum != nil {
			return e.apply(s, instr, static, sum, fn, args)
		}
		return e.unsummarised(s, instr, c, static, args)
	}
	if e.prog.Manager(calledName(c)) {
		if out, ok := e.manager(s, instr, c, args); ok {
			return out
		}
	}
	if !c.IsInvoke() && fn.Visible() && !fn.IsConst() && fn.Root().Kind != resource.Global {
		return e.callOfCallers(s, instr, c, fn)
	}
	e.unseen(s, instr, c, fn, args)
	return []*state{s}
}

// calledName is the name of the method or of the field that is called, where
// the function is not known.
func calledName(c *ssa.CallCommon) string {
	if c.IsInvoke() {
		return c.Method.Name()
	}
	if load, ok := c.Value.(*ssa.UnOp); ok {
		if f, ok := load.X.(*ssa.FieldAddr); ok {
			return fieldOf(f.X.Type(), f.Field).Name()
		}
	}
	return ""
}

func (e *exec) builtin(s *state, instr ssa.CallInstruction, b *ssa.Builtin, args []*Term) {
	switch b.Name() {
	case "len", "cap":
		if args[0] == e.tab.Nil || args[0] == e.tab.Empty {
			e.result(s, instr, e.tab.Constant("0"))
			return
		}
		if list := instr.Common().Args[0]; isStepList(list) {
			array := elem(list.(*ssa.Slice).X.Type()).Underlying().(*types.Array)
			e.result(s, instr, e.tab.Constant(strconv.FormatInt(array.Len(), 10)))
			return
		}
		if t := e.tab.PureOf(b.Name(), types.Typ[types.Int], args[0]); t != nil {
			e.result(s, instr, t)
			return
		}
	case "append":
		for _, a := range instr.Common().Args[1:] {
			if sl, ok := a.Type().Underlying().(*types.Slice); ok {
				e.keep(s, sl.Elem())
			}
		}
	case "copy", "delete", "clear":
		p := e.placeOf(s, args[0])
		e.lose(s, args[0])
		e.changed(s, p.join("[?]"), instr)
	}
	if v, ok := instr.(*ssa.Call); ok {
		e.set(s, v, nil)
		e.comesFrom(s, s.env.get(e.register(v)), args...)
		if b.Name() == "append" {
			e.listed(s, instr.Common(), args, s.env.get(e.register(v)))
		}
	}
}

// unsummarised brings a state over a call of a function without a summary: it
// writes no status, as far as can be seen.
func (e *exec) unsummarised(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, fn *ssa.Function, args []*Term) []*state {
	if e.prog.NoReturn(fn) {
		return nil
	}
	if e.prog.Interesting(fn) { // a recursive call, before anything is known of it
		return nil
	}
	if out, ok := e.setsStatus(s, instr, c, args); ok {
		return out
	}
	changes := false
	for i, a := range args {
		if e.prog.Mutates(fn, i) {
			changes = true
			var typ types.Type
			if i < len(c.Args) {
				typ = c.Args[i].Type()
			}
			switch only, known := e.prog.MutatedFields(fn, i); {
			case e.isAPIObject(a) && !e.prog.MutatesStatus(fn, i):
				e.touch(s, a)
				e.loseBelow(s, a, typ)
			case known && !e.isAPIObject(a) && e.loseFields(s, a, only):
			default:
				e.loseThrough(s, a, typ)
			}
			fields, ok := e.prog.Assigns(fn, i)
			if !ok {
				e.lose(s, a)
			}
			for _, f := range fields {
				e.loseField(s, a, f)
			}
		}
	}
	if !changes && e.asksObject(s, instr, fn.String(), args) {
		return []*state{s}
	}
	results := e.opaque(instr)
	e.result(s, instr, results...)
	e.knowType(s, fn, results)
	e.knowRequeues(s, fn, results)
	e.calledWith(s, c, args, results...)
	return []*state{s}
}

// setsStatus brings a state over a call of a setter of a package of API types, or of
// conditions, that changes the status in a way that is not followed: it keeps nothing of
// it. A bool that it answers is taken to tell whether it has changed anything.
func (e *exec) setsStatus(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, args []*Term) ([]*state, bool) {
	i, ok := kube.SetsStatus(c, e.prog.Types().Status)
	if !ok {
		return nil, false
	}
	p := e.placeOf(s, args[i])
	if p.part != statusPart && p.part != rootPart {
		return nil, false
	}
	for j, a := range c.Args {
		if kube.IsCondition(a.Type()) {
			p = p.join("[" + e.conditionType(s, args[j]) + "]")
		}
	}
	e.lose(s, args[i])
	r := c.Signature().Results()
	told := r.Len() == 1 && types.Identical(r.At(0).Type(), types.Typ[types.Bool])
	return e.mayChange(s, instr, told, func(s *state) { e.changed(s, p, instr) }), true
}

// unseen brings a state over a call that cannot be seen through.
func (e *exec) unseen(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, fn *Term, args []*Term) {
	if c.IsInvoke() && kube.Reads(c) {
		if e.asksObject(s, instr, c.Method.Name(), append([]*Term{fn}, args...)) {
			return
		}
	}
	benign := c.IsInvoke() && !kube.Decodes(c.Method) && (kube.Benign(c.Method.Pkg()) || isErrorType(c.Value.Type()))
	if kube.OfMetadata(c) {
		e.lose(s, fn)
		e.touch(s, fn)
	} else if !benign {
		for i, a := range args {
			e.loseThrough(s, a, c.Args[i].Type())
		}
		if c.IsInvoke() && kube.IsAPIObject(c.Value.Type()) {
			e.lose(s, fn)
			e.settle(s, fn)
		}
	}
	e.result(s, instr, e.opaque(instr)...)
}

// goStatement starts a path of its own: it does nothing on this one, but a loop
// that starts it again and again repeats what it writes.
func (e *exec) goStatement(s *state, i *ssa.Go) {
	e.async(s, i, e.callee(s, &i.Call), e.values(s, i.Call.Args))
}

// async visits what a function on a path of its own writes, and forgets what it
// may change.
func (e *exec) async(s *state, instr ssa.CallInstruction, fn *Term, args []*Term) {
	target := instr.Common().StaticCallee()
	if _, isGo := instr.(*ssa.Go); !isGo || target == nil {
		target = nil
		if fn.Kind == resource.Func || fn.Kind == resource.Closure {
			target = fn.Fn
		}
	}
	if target != nil {
		if sum := e.prog.Summary(target); sum != nil {
			seen := map[*Term]bool{}
			for _, o := range sum.Outcomes {
				if o.Failed && dropped(instr) {
					e.prone[instr], e.swallowed[instr] = true, true
				}
				in := e.bind(s, instr, target, fn, args)
				for _, w := range o.Writes {
					if r := in.resource(w.Resource); r != nil && !seen[r] {
						seen[r] = true
						is := Visit{Call: instr, Resource: r, Name: e.nameOf(r), Via: w.Via, Async: true}
						var flush ssa.CallInstruction
						if is.Context, is.Noted, flush = in.batch(target, w); flush != nil {
							is = is.at(flush)
						}
						e.visit(s, is)
					}
				}
			}
		}
	}
	e.loseThrough(s, fn, nil)
	for i, a := range args {
		if i < len(instr.Common().Args) {
			e.loseThrough(s, a, instr.Common().Args[i].Type())
		}
	}
}

package unstable

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// call is a step of a call.
func (u *unit) call(i ssa.CallInstruction) {
	c := i.Common()
	v, _ := i.(*ssa.Call)
	if b, ok := c.Value.(*ssa.Builtin); ok {
		u.builtin(b, v, c)
		return
	}
	if literal := literalOf(c); literal != nil {
		for k, p := range literal.Params {
			if k < len(c.Args) {
				u.flow(p, u.contents(c.Args[k], i))
			}
		}
		return // its returns flow by themselves
	}
	switch r := resultOf(c); r {
	case kube.Text, kube.Parts, kube.Printed:
		u.textOf(i, v, c, r)
	case kube.Same:
		if v != nil && len(c.Args) > 0 {
			for _, a := range c.Args {
				u.flowResult(v, 0, u.contents(a, i))
			}
		}
	case kube.MapOrder, kube.SetOrder, kube.SetSlice:
		if v != nil {
			u.flowResult(v, 0, flows{{kind: Order, param: own, from: u.origin(orderOf(r), i.Pos())}})
		}
	case kube.Clock:
		if v != nil {
			u.flowResult(v, 0, flows{{kind: Clock, param: own, from: u.origin("the time", i.Pos())}})
		}
	case kube.FromClock:
		if v != nil {
			for _, a := range c.Args {
				u.flowResult(v, 0, u.contents(a, i).each(func(f flow) (flow, bool) { return f, f.kind == Clock || f.kind == Given }))
			}
		}
	case kube.CacheOrder:
		if v != nil {
			u.flowResult(v, 0, flows{{kind: Order, param: own, from: u.origin("the order of a cached list", i.Pos())}})
		}
	case kube.Listed:
		reader := c.Value
		if !c.IsInvoke() {
			reader = c.Args[0]
		}
		if u.live(reader, 0) {
			break
		}
		list := c.Args[len(c.Args)-2]
		u.store(u.place(list).part("Items"), flows{{kind: Order, param: own, from: u.origin("the order of a cached list", i.Pos())}}, i)
	case kube.Ordered:
		if len(c.Args) > 0 {
			list := c.Args[0]
			if c.IsInvoke() {
				list = c.Value
			}
			u.sort(list, map[ssa.Value]bool{})
			if fn := kube.Func(c); fn.Signature().Recv() != nil && !c.IsInvoke() && len(c.Args) > 1 {
				u.sort(c.Args[1], map[ssa.Value]bool{})
			}
		}
	case kube.Appended:
		recv := c.Args[0]
		u.store(u.place(recv), u.contents(c.Args[1], i).each(flow.whole), i)
		u.builds(i, recv, c.Args[1])
	case kube.Steady:
	case kube.NoResult:
		u.callee(i, v, c)
	}
}

func orderOf(r kube.Result) string {
	if r == kube.MapOrder {
		return "the order of a map"
	}
	return "the order of a set"
}

// builds notes what is written to a builder that outlives the turn of a loop.
func (u *unit) builds(i ssa.CallInstruction, builder, written ssa.Value) {
	for _, l := range u.around(i) {
		if l.keeps(u.place(builder).root) && u.varies(written, l, map[ssa.Value]bool{}) {
			u.store(u.place(builder), u.orders(l), i)
		}
	}
}

// adds notes what a callee adds to a list that outlives the turn of a loop.
func (u *unit) adds(t Told, i ssa.CallInstruction, args []ssa.Value) {
	list, ok := strings.CutSuffix(t.Path, element)
	if !ok || t.Kind != Given || t.Given == nil || t.Given.N >= len(args) {
		return
	}
	list = strings.TrimSuffix(list, "/")
	if !isListAt(args[t.N].Type(), list) {
		return
	}
	for _, l := range u.around(i) {
		if l.keeps(u.place(args[t.N]).root) && u.varies(args[t.Given.N], l, map[ssa.Value]bool{}) {
			u.store(u.place(args[t.N]).part(list), u.orders(l), i)
		}
	}
}

// isListAt reports that a path leads from a type to a list.
func isListAt(t types.Type, path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		t = ssax.Deref(t)
		switch u := t.Underlying().(type) {
		case *types.Struct:
			i := 0
			for i < u.NumFields() && u.Field(i).Name() != part {
				i++
			}
			if i == u.NumFields() {
				return false
			}
			t = u.Field(i).Type()
		default:
			return path == "" && kube.IsSlice(t)
		}
	}
	return kube.IsSlice(ssax.Deref(t))
}

func (u *unit) textOf(i ssa.CallInstruction, v *ssa.Call, c *ssa.CallCommon, r kube.Result) {
	if r == kube.Printed {
		u.store(u.place(c.Args[0]), u.contents(c.Args[len(c.Args)-1], i).each(flow.whole), i)
		u.builds(i, c.Args[0], c.Args[len(c.Args)-1])
		return
	}
	if v == nil {
		return
	}
	args := c.Args
	if c.IsInvoke() {
		args = append([]ssa.Value{c.Value}, args...)
	}
	for k, a := range args {
		if _, ok := a.Type().Underlying().(*types.Map); ok {
			continue // fmt sorts
		}
		fs := u.contents(a, i).each(flow.whole)
		for _, b := range args {
			fs = u.apart(fs, b)
			for _, e := range kube.Variadic(b) {
				fs = u.apart(fs, kube.Unboxed(e))
			}
		}
		if ofErrors(a.Type()) && kube.IsErrorType(v.Type()) {
			fs = fs.each(func(f flow) (flow, bool) { f.may = f.may || f.kind == Order; return f, true })
		}
		u.flowResult(v, 0, fs)
		if r == kube.Parts {
			continue
		}
		for m, b := range args {
			if m != k {
				u.flowResult(v, 0, u.accumulated(i, a, b))
			}
		}
		for _, e := range kube.Variadic(a) {
			for _, d := range kube.Variadic(a) {
				if e != d {
					u.flowResult(v, 0, u.accumulated(i, e, d))
				}
			}
		}
	}
}

// flowResult adds to what is known of a result of a call.
func (u *unit) flowResult(v *ssa.Call, n int, fs flows) {
	if v == nil || len(fs) == 0 {
		return
	}
	tuple, ok := v.Type().(*types.Tuple)
	if !ok {
		if n == 0 {
			u.flow(v, fs)
		}
		return
	}
	if n >= tuple.Len() {
		return
	}
	all := u.results[v]
	if all == nil {
		all = make([]flows, tuple.Len())
		u.results[v] = all
	}
	if all[n].add(fs.lasting(tuple.At(n).Type())...) {
		u.grown = true
	}
}

func (u *unit) extract(i *ssa.Extract) {
	switch t := i.Tuple.(type) {
	case *ssa.Call:
		if all := u.results[t]; all != nil {
			u.flow(i, all[i.Index])
		}
	case *ssa.Next:
		r, ok := t.Iter.(*ssa.Range)
		if !ok || t.IsString || i.Index == 0 {
			return
		}
		if _, ok := r.X.Type().Underlying().(*types.Map); !ok {
			return
		}
		for _, l := range u.loops[i.Parent()] {
			if l.next == t {
				u.flow(i, flows{{kind: Element, param: own, loop: l, from: u.origin("the order of a map", r.Pos())}})
			}
		}
		if i.Index == 2 {
			u.flow(i, u.load(u.place(r.X).part(element), i))
		}
	}
}

func (u *unit) builtin(b *ssa.Builtin, v *ssa.Call, c *ssa.CallCommon) {
	switch {
	case v == nil:
	case b.Name() == "append":
		u.flow(v, u.contents(c.Args[0], v))
		if len(c.Args) > 1 {
			u.flow(v, u.apart(u.contents(c.Args[1], v), c.Args[0]))
			u.flow(v, u.accumulated(v, c.Args[0], c.Args[1]))
		}
	case b.Name() == "copy":
		u.store(u.place(c.Args[0]), u.contents(c.Args[1], v), v)
	case b.Name() == "min", b.Name() == "max":
	}
}

// apart leaves out the elements that are added to what lives on from turn to turn:
// all of them are there in the end.
func (u *unit) apart(fs flows, base ssa.Value) flows {
	return fs.each(func(f flow) (flow, bool) {
		return f, f.kind != Element || !u.carried(base, f.loop, map[ssa.Value]bool{})
	})
}

// literalOf is the function literal that a call is of.
func literalOf(c *ssa.CallCommon) *ssa.Function {
	fn := c.StaticCallee()
	if fn == nil || fn.Parent() == nil || fn.Blocks == nil {
		return nil
	}
	return fn
}

// returns hands what a literal returns to the calls of it.
func (u *unit) returns(i *ssa.Return) {
	fn := i.Parent()
	if fn == u.top || isBody(fn) {
		return
	}
	for _, other := range u.fns {
		for _, b := range other.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(*ssa.Call); ok && call.Call.StaticCallee() == fn {
					for k, r := range i.Results {
						u.flowResult(call, k, u.contents(r, i))
					}
				}
			}
		}
	}
}

// summaryOf is what is known of the function that a call is of, and its arguments
// with the receiver.
func (u *unit) summaryOf(c *ssa.CallCommon) (*Summary, []ssa.Value) {
	args := c.Args
	if c.IsInvoke() {
		args = append([]ssa.Value{c.Value}, args...)
	}
	fn := u.prog.Target(c)
	if fn == nil {
		fn = c.StaticCallee()
	}
	if fn == nil {
		return nil, nil
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if s := u.sums[fn]; s != nil {
		return s, args
	}
	if u.units[fn] != nil {
		u.early = true
	}
	if obj, ok := fn.Object().(*types.Func); ok && fn.Blocks == nil {
		return u.prog.Unstable(obj), args
	}
	return nil, nil
}

// callee is a step of a call of a function with a summary.
func (u *unit) callee(i ssa.CallInstruction, v *ssa.Call, c *ssa.CallCommon) {
	s, args := u.summaryOf(c)
	if s == nil {
		if cutsText(c) {
			u.textOf(i, v, c, kube.Text)
		}
		return
	}
	for _, t := range s.Results {
		u.flowResult(v, t.N, u.arrive(t, i, args))
	}
	for _, t := range s.Changes {
		if t.N < len(args) {
			u.store(u.place(args[t.N]), u.arrive(t, i, args), i)
			u.adds(t, i, args)
		}
	}
	for _, p := range s.Sorts {
		if p.N >= len(args) {
			continue
		}
		if p.Path == "" {
			u.sort(args[p.N], map[ssa.Value]bool{})
		} else {
			u.markSorted(u.place(args[p.N]).part(p.Path))
		}
	}
}

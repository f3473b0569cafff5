package statuscallback

import (
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// repeatsEffects reports what each attempt does again: one report an effect, at the
// first place of it.
func (c *check) repeatsEffects(fn *ssa.Function) {
	places := map[string][]analysis.Range{}
	for instr := range ssax.All[ssa.Instruction](fn) {
		what, of := c.effect(fn, instr)
		if what == "" || !c.runsAgain(instr, of) {
			continue
		}
		rng := statement(fn, position(instr))
		if call, ok := instr.(ssa.CallInstruction); ok {
			rng = c.writes.Range(call)
		}
		places[what] = append(places[what], rng)
	}
	for _, what := range slices.Sorted(maps.Keys(places)) {
		at := places[what]
		slices.SortFunc(at, func(a, b analysis.Range) int { return int(a.Pos() - b.Pos()) })
		opts := c.retry(fn)
		for _, other := range at[1:] {
			opts = append(opts, report.Related(other, "and here"))
		}
		c.Report(at[0], fmt.Sprintf("%s on each attempt of a retry: after a conflict it happens again; do it once, before or after the retry", what), opts...)
	}
}

// position is where an effect stands: of a select, its first send.
func position(instr ssa.Instruction) token.Pos {
	if sel, ok := instr.(*ssa.Select); ok {
		for _, s := range sel.States {
			if s.Dir == types.SendOnly {
				return s.Pos
			}
		}
	}
	return instr.Pos()
}

// effect says what an instruction does, if it must not be done twice, and to
// which type of resource.
func (c *check) effect(fn *ssa.Function, instr ssa.Instruction) (what string, of *types.TypeName) {
	switch i := instr.(type) {
	case *ssa.Send:
		if sharesChannel(fn, i.Chan) {
			return "a value is sent to a channel", nil
		}
	case *ssa.Select:
		for _, s := range i.States {
			if s.Dir == types.SendOnly && sharesChannel(fn, s.Chan) {
				return "a value is sent to a channel", nil
			}
		}
	case *ssa.Go:
		if !joins(i) {
			return "a goroutine is started", nil
		}
	case *ssa.Call:
		return c.callEffect(fn, i)
	case *ssa.Defer: // it runs at the end of the attempt, whatever comes of it
		return c.callEffect(fn, i)
	}
	return "", nil
}

func (c *check) callEffect(fn *ssa.Function, call ssa.CallInstruction) (what string, of *types.TypeName) {
	common := call.Common()
	if kube.Event(common) {
		return "an event is recorded", nil
	}
	if name := effects.Match(common); name != "" {
		return name + " is called", nil
	}
	k := kube.Classify(common)
	verb := ""
	switch k.Op {
	case kube.Create:
		verb = "created"
	case kube.Delete:
		verb = "deleted"
	case kube.Update, kube.StatusUpdate:
		verb = "updated"
	case kube.Patch, kube.StatusPatch:
		verb = "patched"
	default: // applying the same again changes nothing
		return "", nil
	}
	typ := objectType(k.Object)
	if typ == nil || k.Patch != nil && kube.IsApply(k.Patch) || expected(call, k.Op) {
		return "", nil
	}
	if known, ok := c.resources(fn); !ok || known[typ.Obj()] {
		return "", nil
	}
	return fmt.Sprintf("another resource, a %s, is %s", typ.Obj().Name(), verb), typ.Obj()
}

// objectType is the API type of an object, if it is known.
func objectType(v ssa.Value) *types.Named {
	if v == nil {
		return nil
	}
	n := kube.Named(kube.Unboxed(v).Type())
	if n == nil || types.IsInterface(n) || !kube.IsAPIObject(n) || n.Obj().Pkg() == nil || strings.HasPrefix(n.Obj().Name(), "Unstructured") {
		return nil
	}
	return n
}

// resources are the types that the retry is about: those of the objects that it
// reads or whose status it writes, here and in what calls this code, and those
// of what the manager is given. It fails where one of them is not known: it may
// be any.
func (c *check) resources(fn *ssa.Function) (known map[*types.TypeName]bool, ok bool) {
	known = map[*types.TypeName]bool{}
	seen := map[*ssa.Function]bool{fn: true}
	for work := []*ssa.Function{fn}; len(work) > 0; {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		h := c.handles(fn)
		if h.any {
			return nil, false
		}
		for _, t := range h.types {
			known[t] = true
		}
		if _, passed := c.writes.Repeats(fn); passed {
			continue
		}
		calls, _ := c.writes.Callers(fn)
		for _, call := range calls {
			if by := call.Parent(); !seen[by] && c.inRegion(by) {
				seen[by] = true
				work = append(work, by)
			}
		}
	}
	return known, true
}

// handled are the types of the objects that a function reads, writes the status
// of, or is given. Where any is set, one of them is not known.
type handled struct {
	types []*types.TypeName
	any   bool
}

func (c *check) handles(fn *ssa.Function) handled {
	h, known := c.handled[fn]
	if known {
		return h
	}
	add := func(v ssa.Value) bool {
		n := objectType(v)
		if n != nil {
			h.types = append(h.types, n.Obj())
		}
		return n != nil
	}
	for call := range ssax.All[*ssa.Call](fn) {
		switch k := kube.Classify(&call.Call); {
		case k.Op == kube.Get && k.Typed:
			h.types = append(h.types, typedResult(call))
		case k.Op == kube.List:
			h.types = append(h.types, kube.ListItem(k.Object))
		case k.Op == kube.Get, k.Op.IsStatusWrite() && k.Object != nil:
			h.any = !add(k.Object) || h.any
		}
	}
	for _, p := range fn.Params {
		add(p)
	}
	if region, passed := c.writes.Repeats(fn); passed {
		for _, arg := range region.Call.Common().Args {
			add(arg)
		}
	}
	c.handled[fn] = h
	return h
}

// typedResult is the type that a typed client or a lister reads.
func typedResult(call *ssa.Call) *types.TypeName {
	if n := kube.Named(call.Call.Signature().Results().At(0).Type()); n != nil {
		return n.Obj()
	}
	return nil
}

// expected reports whether the code copes with a write that was made before: it
// asks whether the object exists already, or is gone.
func expected(call ssa.CallInstruction, op kube.Op) bool {
	v, ok := call.(*ssa.Call)
	if !ok || op != kube.Create && op != kube.Delete {
		return false
	}
	predicate := "IsAlreadyExists"
	if op == kube.Delete {
		predicate = "IsNotFound"
	}
	queue, seen := []ssa.Value{v}, map[ssa.Value]bool{}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		if seen[v] || v.Referrers() == nil {
			continue
		}
		seen[v] = true
		for _, use := range *v.Referrers() {
			switch use := use.(type) {
			case *ssa.Call:
				if name, ok := kube.ErrorPredicate(&use.Call); ok && name == predicate {
					return true
				}
				if name, ok := kube.Ignores(&use.Call); ok && name == predicate {
					return true
				}
			case *ssa.Phi, *ssa.Extract:
				queue = append(queue, use.(ssa.Value))
			case *ssa.Store:
				queue = append(queue, use.Addr)
			case *ssa.UnOp:
				queue = append(queue, use)
			}
		}
	}
	return false
}

// sharesChannel reports whether the other end of a channel is outside of the
// attempt: it was not made here, and nothing here receives from its like (a
// semaphore, or a result that is waited for).
func sharesChannel(fn *ssa.Function, ch ssa.Value) bool {
	if load, ok := ch.(*ssa.UnOp); ok && load.Op == token.MUL {
		if _, local := load.X.(*ssa.Alloc); local {
			return false
		}
	}
	if _, made := ch.(*ssa.MakeChan); made {
		return false
	}
	elem := ch.Type().Underlying().(*types.Chan).Elem()
	receives := func(t types.Type) bool {
		c, ok := t.Underlying().(*types.Chan)
		return ok && types.Identical(c.Elem(), elem)
	}
	for _, f := range append([]*ssa.Function{fn}, fn.AnonFuncs...) {
		for instr := range ssax.All[ssa.Instruction](f) {
			switch i := instr.(type) {
			case *ssa.UnOp:
				if i.Op == token.ARROW && receives(i.X.Type()) {
					return false
				}
			case *ssa.Select:
				for _, s := range i.States {
					if s.Dir == types.RecvOnly && receives(s.Chan.Type()) {
						return false
					}
				}
			}
		}
	}
	return true
}

// joins reports whether the attempt waits for a goroutine that it starts: by a
// wait group or by a channel.
func joins(g *ssa.Go) bool {
	return statuswrites.After(g, func(i ssa.Instruction) bool {
		switch i := i.(type) {
		case *ssa.Call:
			return !i.Call.IsInvoke() && kube.Joins(kube.Func(&i.Call))
		case *ssa.UnOp:
			return i.Op == token.ARROW
		case *ssa.Select:
			for _, s := range i.States {
				if s.Dir == types.RecvOnly {
					return true
				}
			}
		}
		return false
	})
}

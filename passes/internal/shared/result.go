package shared

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// Told is what a package tells others of one of its functions.
type Told struct {
	Results []Flow    `json:"r,omitempty"`
	Changes []Changed `json:"c,omitempty"` // what it changes, whenever it changes anything
}

// Changed is a place that a function changes.
type Changed struct {
	Place
	When when `json:"w,omitzero"`
}

// Flow says where a reference in a result comes from: from a place that a parameter
// leads to, or else from a shared cache.
type Flow struct {
	Result int    `json:"i,omitempty"`
	At     path   `json:"a,omitempty"`
	From   *Place `json:"f,omitempty"`
}

// Place is a place that a parameter leads to.
type Place struct {
	Param int  `json:"i,omitempty"`
	At    path `json:"a,omitempty"`
}

// Nothing reports that there is nothing to tell.
func (t Told) Nothing() bool { return len(t.Results) == 0 && len(t.Changes) == 0 }

// result is the origin of a reference in a result of a call.
func (a *Analysis) result(call *ssa.Call, i int, at path) Origin {
	c := &call.Call
	switch kube.FromCache(c) {
	case kube.CachedObject:
		if i == 0 {
			return Origin{Kind: Cache, Read: call}
		}
		return other
	case kube.CachedElements:
		if _, ok := at.cut(item); ok && i == 0 {
			return Origin{Kind: Cache, Read: call}
		}
		return other
	}
	if _, copied := kube.SameObject(c); copied {
		return other
	}
	if b, ok := c.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" && at != "" {
			return join(a.ask(question{c.Args[0], at, call}), a.ask(question{c.Args[1], at, call}))
		}
		return other
	}
	if of, name, ok := kube.MetadataField(c); ok {
		meta, _ := ssax.Deref(of.Type()).Underlying().(*types.Struct)
		for f := range meta.NumFields() {
			if meta.Field(f).Name() == name {
				return a.ask(question{of, behind + fieldStep(f) + at, call})
			}
		}
		return other
	}
	fn := a.callee(c)
	if fn == nil {
		return other
	}
	if fn.Blocks != nil {
		return a.given(a.returned(fn, i, at), call)
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return other
	}
	o := other
	for _, flow := range a.p.Told(obj).Results {
		rest, ok := at.cut(flow.At)
		if !ok || flow.Result != i {
			continue
		}
		o = Origin{Kind: Cache, Read: call}
		if flow.From != nil {
			o = Origin{Kind: Caller, Param: flow.From.Param, At: flow.From.At + rest}
		}
	}
	return a.given(o, call)
}

// callee is the only function that a call can reach, or nil.
func (a *Analysis) callee(c *ssa.CallCommon) *ssa.Function {
	fn := c.StaticCallee()
	if fn == nil {
		fn = a.p.Target(c)
	}
	if fn != nil && fn.Origin() != nil {
		fn = fn.Origin()
	}
	return fn
}

// returned joins the origins of a result over the returns of a function.
func (a *Analysis) returned(fn *ssa.Function, i int, at path) Origin {
	var o Origin
	for ret := range ssax.Returns(fn) {
		if i >= len(ret.Results) {
			continue
		}
		o = join(o, a.ask(question{ret.Results[i], at, ret}))
		if o.Kind == Other {
			break
		}
	}
	return o
}

// given puts the argument of a call in the place of the parameter that an origin in
// its callee stands for.
func (a *Analysis) given(o Origin, call ssa.CallInstruction) Origin {
	switch o.Kind {
	case Cache:
		o.Read = call
	case Caller:
		arg := argument(call.Common(), o.Param)
		if arg == nil {
			return other
		}
		return a.ask(question{arg, o.At, call})
	}
	return o
}

// argument is the value that a call gives for a parameter of its callee.
func argument(c *ssa.CallCommon, i int) ssa.Value {
	if c.IsInvoke() {
		if i == 0 {
			return c.Value
		}
		i--
	}
	if i >= len(c.Args) {
		return nil
	}
	return c.Args[i]
}

package reconcilecost

import (
	"fmt"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// binding is what is known of a value that is passed to a function: the function
// that it is with what that captured, its dynamic type, the bool that it is, that it is
// the context or the client of a batch, or which fields of it are.
type binding struct {
	fn     *ssa.Function
	free   []binding
	typ    types.Type
	value  string
	fields ssax.Numbers // the fields that are the client of a batch
}

func (b binding) known() bool { return b.fn != nil || b.typ != nil || b.value != "" || b.fields != 0 }

func (b binding) String() string {
	switch {
	case b.fn != nil:
		var free []string
		for _, f := range b.free {
			free = append(free, f.String())
		}
		// Literals have no name of their own that is known to be unique.
		return fmt.Sprintf("%p[%s]", b.fn, strings.Join(free, ","))
	case b.typ != nil:
		return b.typ.String()
	case b.fields != 0:
		return fmt.Sprint(b.fields)
	}
	return b.value
}

// field is what is known of a field.
func (b binding) field(n int) binding {
	if b.fields.Has(n) {
		return binding{value: batched}
	}
	return binding{}
}

// bindings are what is known of the parameters and the captured variables of a function.
type bindings map[ssa.Value]binding

// contextOf binds them in the order of the function; it is nil where nothing is
// known of any.
func contextOf(fn *ssa.Function, params, free []binding) bindings {
	var ctx bindings
	set := func(v ssa.Value, b binding) {
		if b.known() {
			if ctx == nil {
				ctx = bindings{}
			}
			ctx[v] = b
		}
	}
	for i, b := range params {
		if i < len(fn.Params) {
			set(fn.Params[i], b)
		}
	}
	for i, b := range free {
		if i < len(fn.FreeVars) {
			set(fn.FreeVars[i], b)
		}
	}
	return ctx
}

func (ctx bindings) key(fn *ssa.Function) string {
	var key strings.Builder
	fmt.Fprintf(&key, "%p", fn)
	for i, p := range fn.Params {
		if b, ok := ctx[p]; ok {
			fmt.Fprintf(&key, " %d=%s", i, b)
		}
	}
	for i, v := range fn.FreeVars {
		if b, ok := ctx[v]; ok {
			fmt.Fprintf(&key, " free%d=%s", i, b)
		}
	}
	return key.String()
}

// maxNested bounds closures that capture closures.
const maxNested = 4

// bind finds out what is known of a value. Of a captured variable, which is an
// address, it is what the variable holds.
func (ctx bindings) bind(v ssa.Value, depth int) binding {
	if depth > maxNested*3 {
		return binding{}
	}
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		return ctx[v]
	case *ssa.Const:
		if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Kind() == types.Bool && v.Value != nil {
			return binding{value: v.Value.String()}
		}
	case *ssa.Function:
		return binding{fn: v}
	case *ssa.MakeClosure:
		if depth > maxNested {
			return binding{}
		}
		fn := v.Fn.(*ssa.Function)
		free := make([]binding, len(v.Bindings))
		for i, captured := range v.Bindings {
			free[i] = ctx.bind(captured, depth+1)
		}
		return binding{fn: fn, free: free}
	case *ssa.MakeInterface:
		return binding{typ: v.X.Type()}
	case *ssa.ChangeInterface:
		return ctx.bind(v.X, depth+1)
	case *ssa.ChangeType:
		return ctx.bind(v.X, depth+1)
	case *ssa.TypeAssert:
		return ctx.bind(v.X, depth+1)
	case *ssa.Extract:
		if t, ok := v.Tuple.(*ssa.TypeAssert); ok && v.Index == 0 {
			return ctx.bind(t, depth+1)
		}
		if call, ok := v.Tuple.(*ssa.Call); ok && kube.IsContext(v.Type()) {
			return ctx.made(call, depth)
		}
	case *ssa.Phi:
		var one binding
		for i, e := range v.Edges {
			b := ctx.bind(e, depth+1)
			if !b.known() || i > 0 && b.String() != one.String() {
				return binding{}
			}
			one = b
		}
		return one
	case *ssa.Field:
		return ctx.bind(v.X, depth+1).field(v.Field)
	case *ssa.FieldAddr:
		return ctx.bind(v.X, depth+1).field(v.Field)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return ctx.bind(v.X, depth+1)
		}
	case *ssa.Alloc:
		if _, ok := v.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct); ok && ssax.SoleStore(v) == nil {
			return ctx.literal(v, depth)
		}
		if held := ssax.SoleStore(v); held != nil || kube.IsContext(v.Type().Underlying().(*types.Pointer).Elem()) {
			if held == nil {
				held = batchIn(v)
			}
			if held == nil {
				return binding{}
			}
			return ctx.bind(held, depth+1)
		}
	case *ssa.Call:
		if of, ok := kube.SameObject(&v.Call); ok {
			return ctx.bind(of, depth+1)
		}
		if kube.IsContext(v.Type()) {
			return ctx.made(v, depth)
		}
		if directive(v.Call.StaticCallee()) == statuswrites.Client {
			return binding{value: batched}
		}
		if k := kube.Classify(&v.Call); k.Op == kube.StatusWriter && k.Client != nil {
			return ctx.bind(k.Client, depth+1)
		}
	}
	return binding{}
}

// excludes reports that a condition, or that it does not hold, contradicts the bools that
// are passed. The engine walks a function once for all its callers: where the function
// has so many paths that it joins them, what they say of a bool is lost.
func (ctx bindings) excludes(cond ssa.Value, holds bool) bool {
	if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
		return ctx.excludes(not.X, !holds)
	}
	return ctx.bind(cond, 0).value == strconv.FormatBool(!holds)
}

// literal is what is known of a struct whose fields are set one by one.
func (ctx bindings) literal(v *ssa.Alloc, depth int) binding {
	var clients ssax.Numbers
	for _, use := range *v.Referrers() {
		field, ok := use.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		for _, use := range *field.Referrers() {
			if store, ok := use.(*ssa.Store); ok && store.Addr == field && ctx.bind(store.Val, depth+1).value == batched {
				clients.Add(field.Field)
			}
		}
	}
	return binding{fields: clients}
}

// kindOf is the kind of resource that an object is one of.
func (ctx bindings) kindOf(v ssa.Value) string {
	if v == nil {
		return ""
	}
	if name := kindName(v.Type()); name != "" {
		return name
	}
	if b := ctx.bind(v, 0); b.typ != nil {
		return kindName(b.typ)
	}
	return ""
}

// kindName is the name of a concrete type of API objects, or "".
func kindName(typ types.Type) string {
	t := types.Unalias(typ)
	for {
		p, ok := t.Underlying().(*types.Pointer)
		if !ok {
			break
		}
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	if !ok || types.IsInterface(named) {
		return ""
	}
	return strings.TrimSuffix(named.Obj().Name(), "ApplyConfiguration")
}

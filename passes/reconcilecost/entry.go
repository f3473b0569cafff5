package reconcilecost

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/names"
)

// Style tells how a reconciler is called.
type Style string

// The styles of reconcilers.
const (
	Request    Style = "controller-runtime" // Reconcile(ctx, reconcile.Request), or another key
	Object     Style = "object"             // Reconcile(ctx, *T)
	Knative    Style = "knative"            // ReconcileKind(ctx, *T)
	Sync       Style = "sync handler"       // what is given the items of a work queue
	Entrypoint Style = "entrypoint"         // named by the user
)

// Sought says what a function must be to count as a reconciler.
const Sought = "methods Reconcile(ctx, reconcile.Request) or Reconcile(ctx, *T), knative's ReconcileKind(ctx, *T), functions that are given items of a client-go work queue and return an error"

// entry is a function that a reconcile begins with.
type entry struct {
	fn    *ssa.Function
	style Style
}

// entries finds the reconcilers of the roots, in the order of the source.
func (p *program) entries(named names.List) []entry {
	var found []entry
	add := func(fn *ssa.Function, style Style) {
		fn = p.body(fn)
		if fn != nil && !slices.ContainsFunc(found, func(e entry) bool { return e.fn == fn }) {
			found = append(found, entry{fn, style})
		}
	}
	for _, pkg := range p.roots {
		if forTests(pkg.Pkg) {
			continue
		}
		fns := p.functions(pkg)
		for _, fn := range fns {
			obj, ok := fn.Object().(*types.Func)
			if !ok {
				continue
			}
			if style := styleOf(obj); style != "" {
				add(fn, style)
			} else if named.Names(obj) {
				add(fn, Entrypoint)
			}
		}
		for _, fn := range fns {
			for _, handler := range p.handlers(fn) {
				add(handler, Sync)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b entry) int {
		x, y := p.fset.Position(a.fn.Pos()), p.fset.Position(b.fn.Pos())
		return cmp.Or(cmp.Compare(x.Filename, y.Filename), cmp.Compare(x.Offset, y.Offset))
	})
	return found
}

// functions are the declared functions and methods of a package.
func (p *program) functions(pkg *ssa.Package) []*ssa.Function {
	var out []*ssa.Function
	add := func(obj *types.Func) {
		if fn := p.body(p.ssa.FuncValue(obj)); fn != nil {
			out = append(out, fn)
		}
	}
	scope := pkg.Pkg.Scope()
	for _, name := range scope.Names() {
		switch obj := scope.Lookup(name).(type) {
		case *types.Func:
			add(obj)
		case *types.TypeName:
			if named, ok := obj.Type().(*types.Named); ok && !obj.IsAlias() {
				for m := range named.Methods() {
					add(m)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b *ssa.Function) int { return cmp.Compare(a.Pos(), b.Pos()) })
	return out
}

// styleOf tells whether a method is that of a reconciler, by its types.
func styleOf(fn *types.Func) Style {
	sig := fn.Signature()
	if sig.Recv() == nil || sig.Params().Len() != 2 || !isNamed(sig.Params().At(0).Type(), "context", "Context") {
		return ""
	}
	arg, results := sig.Params().At(1).Type(), sig.Results()
	object := false
	if _, ok := types.Unalias(arg).(*types.Pointer); ok {
		object = kube.IsAPIObject(arg)
	}
	switch {
	case fn.Name() == "ReconcileKind" && object && results.Len() == 1:
		return Knative
	case fn.Name() != "Reconcile" || results.Len() != 2 || !isNamed(results.At(0).Type(), "sigs.k8s.io/controller-runtime/pkg/reconcile", "Result"):
		return ""
	case object:
		return Object
	}
	return Request
}

func isNamed(t types.Type, pkg, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && kube.Path(n.Obj().Pkg()) == pkg
}

// handlers are the functions that a function gives an item of a work queue: the
// sync handlers of a controller without a framework.
func (p *program) handlers(fn *ssa.Function) []*ssa.Function {
	var found []*ssa.Function
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			get, ok := instr.(*ssa.Call)
			if !ok || !kube.Waits(&get.Call) {
				continue
			}
			derived := map[ssa.Value]bool{}
			p.follow(get, derived, &found)
		}
	}
	return found
}

// follow follows an item of a queue to the calls that it is given to.
func (p *program) follow(item ssa.Value, seen map[ssa.Value]bool, found *[]*ssa.Function) {
	if seen[item] || item.Referrers() == nil {
		return
	}
	seen[item] = true
	for _, use := range *item.Referrers() {
		switch use := use.(type) {
		case *ssa.Extract:
			if _, ok := use.Tuple.(*ssa.Call); !ok || use.Index == 0 { // not whether the queue is shut down
				p.follow(use, seen, found)
			}
		case *ssa.TypeAssert, *ssa.Phi, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.UnOp:
			p.follow(use.(ssa.Value), seen, found)
		case *ssa.Store:
			if use.Val == item {
				p.follow(use.Addr, seen, found)
			}
		case *ssa.MakeClosure: // func() error { … obj … }(), as the sample controller has it
			inner := use.Fn.(*ssa.Function)
			for i, captured := range use.Bindings {
				if captured == item {
					p.follow(inner.FreeVars[i], seen, found)
				}
			}
		case *ssa.Call:
			p.given(use, item, seen, found)
		}
	}
}

// given notes a handler that is called with an item, or goes on in a literal.
func (p *program) given(c *ssa.Call, item ssa.Value, seen map[ssa.Value]bool, found *[]*ssa.Function) {
	results := c.Call.Signature().Results()
	if results.Len() == 0 || !types.Identical(results.At(results.Len()-1).Type(), types.Universe.Lookup("error").Type()) {
		return
	}
	callee := p.body(c.Call.StaticCallee())
	if callee == nil && !c.Call.IsInvoke() {
		callee = p.held(c.Call.Value)
	}
	if callee == nil || c.Call.IsInvoke() {
		return
	}
	if callee.Parent() != nil {
		for i, a := range c.Call.Args {
			if a == item {
				p.follow(callee.Params[i], seen, found)
			}
		}
		return
	}
	if slices.ContainsFunc(p.roots, func(r *ssa.Package) bool { return r == callee.Pkg }) {
		*found = append(*found, callee)
	}
}

// held is the only function that the package stores in the field that a value
// is loaded from: c.syncHandler = c.sync.
func (p *program) held(v ssa.Value) *ssa.Function {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	field, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	var one *ssa.Function
	for _, fn := range p.functions(field.Parent().Pkg) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				store, ok := instr.(*ssa.Store)
				if !ok {
					continue
				}
				addr, ok := store.Addr.(*ssa.FieldAddr)
				if !ok || addr.Field != field.Field || !types.Identical(addr.X.Type(), field.X.Type()) {
					continue
				}
				f := context(nil).bind(store.Val, 0).fn
				if f == nil || one != nil && f != one {
					return nil
				}
				one = f
			}
		}
	}
	return p.unbound(one)
}

// unbound is the method that a method value stands for.
func (p *program) unbound(fn *ssa.Function) *ssa.Function {
	if fn == nil || fn.Synthetic == "" {
		return p.body(fn)
	}
	if obj, ok := fn.Object().(*types.Func); ok {
		return p.body(p.ssa.FuncValue(obj))
	}
	return nil
}

// kindOf is the kind of resource that an entry reconciles: the one that its
// controller was built for, that it is given, or that it reads first.
func (p *program) kindOf(e entry, sum *summary) string {
	switch e.style {
	case Object, Knative:
		return kindName(e.fn.Params[len(e.fn.Params)-1].Type())
	case Request:
		if kind := p.builtFor(e.fn); kind != "" {
			return kind
		}
	}
	if kind := firstRead(sum, map[*summary]bool{}); kind != "" {
		return kind
	}
	return ""
}

// builtFor is the type given to For where a controller is built for a reconciler:
// in a method of it, or in a function of its package that mentions it.
func (p *program) builtFor(fn *ssa.Function) string {
	recv := fn.Signature.Recv()
	if recv == nil || fn.Pkg == nil {
		return ""
	}
	kind := ""
	for _, f := range p.functions(fn.Pkg) {
		mine := f.Signature.Recv() != nil && types.Identical(f.Signature.Recv().Type(), recv.Type())
		object := ""
		for _, b := range f.Blocks {
			for _, instr := range b.Instrs {
				if iface, ok := instr.(*ssa.MakeInterface); ok && types.Identical(iface.X.Type(), recv.Type()) {
					mine = true
				}
				c, ok := instr.(*ssa.Call)
				if !ok || c.Call.StaticCallee() == nil || len(c.Call.Args) < 2 {
					continue
				}
				callee := c.Call.StaticCallee()
				obj, ok := callee.Object().(*types.Func)
				if ok && obj.Name() == "For" && kube.Path(obj.Pkg()) == "sigs.k8s.io/controller-runtime/pkg/builder" {
					object = context(nil).kindOf(c.Call.Args[1])
				}
			}
		}
		if mine && object != "" {
			kind = object
		}
	}
	return kind
}

// firstRead is the kind of the first object that a function reads.
func firstRead(sum *summary, seen map[*summary]bool) string {
	if seen[sum] {
		return ""
	}
	seen[sum] = true
	first, kind := token.NoPos, ""
	note := func(pos token.Pos, k string) {
		if k != "" && (kind == "" || pos < first) {
			first, kind = pos, k
		}
	}
	for _, op := range sum.ops {
		if op.op == kube.Get {
			note(op.instr.Pos(), op.object)
		}
	}
	for _, c := range sum.calls {
		note(c.instr.Pos(), firstRead(c.sum, seen))
	}
	return kind
}

package reconcilecost

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/names"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
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
		p.eachInstr(pkg, func(instr ssa.Instruction) {
			for _, handler := range p.handlers(instr) {
				add(handler, Sync)
			}
		})
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

// styleOf reports whether a method is that of a reconciler, by its types.
func styleOf(fn *types.Func) Style {
	sig := fn.Signature()
	if sig.Recv() == nil || sig.Params().Len() != 2 || !kube.IsContext(sig.Params().At(0).Type()) {
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
	case fn.Name() != "Reconcile" || results.Len() != 2 || !kube.IsResult(results.At(0).Type()):
		return ""
	case object:
		return Object
	}
	return Request
}

// handlers are the functions that an item of a work queue is given to, where an
// instruction takes one: the sync handlers of a controller without a framework.
func (p *program) handlers(instr ssa.Instruction) []*ssa.Function {
	get, ok := instr.(*ssa.Call)
	if !ok || !kube.Waits(&get.Call) {
		return nil
	}
	var found []*ssa.Function
	p.follow(get, map[ssa.Value]bool{}, &found)
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
	if results.Len() == 0 || !kube.IsErrorType(results.At(results.Len()-1).Type()) {
		return
	}
	if c.Call.IsInvoke() {
		return
	}
	if callee := p.body(c.Call.StaticCallee()); callee != nil && callee.Parent() != nil {
		for i, a := range c.Call.Args {
			if a == item {
				p.follow(callee.Params[i], seen, found)
			}
		}
		return
	}
	for _, handler := range p.functionsOf(c.Call.Value, map[ssa.Value]bool{}) {
		if slices.Contains(p.roots, handler.Pkg) {
			*found = append(*found, handler)
		}
	}
}

// functionsOf are the functions that a value may be: one that is named, or stored
// in a field (c.handle = c.sync), or passed for a parameter.
func (p *program) functionsOf(v ssa.Value, seen map[ssa.Value]bool) []*ssa.Function {
	if v == nil || seen[v] {
		return nil
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Function:
		return p.unbound(v)
	case *ssa.MakeClosure:
		return p.functionsOf(v.Fn, seen)
	case *ssa.ChangeType:
		return p.functionsOf(v.X, seen)
	case *ssa.Alloc:
		return p.functionsOf(ssax.SoleStore(v), seen)
	case *ssa.UnOp:
		if field, ok := v.X.(*ssa.FieldAddr); ok {
			return p.held(field, seen)
		}
		return p.functionsOf(v.X, seen)
	case *ssa.FreeVar:
		if _, captured := capturedBy([]frame{{fn: v.Parent().Parent()}, {fn: v.Parent()}}, 1, v); captured != nil {
			return p.functionsOf(captured, seen)
		}
	case *ssa.Parameter:
		return p.passed(v, seen)
	}
	return nil
}

// held are the functions that the package of a struct stores in a field.
func (p *program) held(field *ssa.FieldAddr, seen map[ssa.Value]bool) []*ssa.Function {
	var out []*ssa.Function
	if field.Parent().Pkg == nil {
		return nil
	}
	p.eachInstr(field.Parent().Pkg, func(instr ssa.Instruction) {
		store, ok := instr.(*ssa.Store)
		if !ok {
			return
		}
		addr, ok := store.Addr.(*ssa.FieldAddr)
		if ok && addr.Field == field.Field && types.Identical(addr.X.Type(), field.X.Type()) {
			out = append(out, p.functionsOf(store.Val, seen)...)
		}
	})
	return out
}

// passed are the functions that the program passes for a parameter.
func (p *program) passed(param *ssa.Parameter, seen map[ssa.Value]bool) []*ssa.Function {
	var out []*ssa.Function
	i := slices.Index(param.Parent().Params, param)
	for _, pkg := range p.roots {
		p.eachInstr(pkg, func(instr ssa.Instruction) {
			c, ok := instr.(ssa.CallInstruction)
			if ok && c.Common().StaticCallee() == param.Parent() {
				out = append(out, p.functionsOf(c.Common().Args[i], seen)...)
			}
		})
	}
	return out
}

// eachInstr visits the instructions of the functions of a package, and of the
// literals in them.
func (p *program) eachInstr(pkg *ssa.Package, visit func(ssa.Instruction)) {
	var walk func(fns []*ssa.Function)
	walk = func(fns []*ssa.Function) {
		for _, fn := range fns {
			for instr := range ssax.All[ssa.Instruction](fn) {
				visit(instr)
			}
			walk(fn.AnonFuncs)
		}
	}
	walk(p.functions(pkg))
}

// unbound is the method that a method value stands for, or the function itself.
func (p *program) unbound(fn *ssa.Function) []*ssa.Function {
	if obj, ok := fn.Object().(*types.Func); ok && fn.Synthetic != "" {
		fn = p.ssa.FuncValue(obj)
	}
	if fn = p.body(fn); fn == nil {
		return nil
	}
	return []*ssa.Function{fn}
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
		for instr := range ssax.All[ssa.Instruction](f) {
			if iface, ok := instr.(*ssa.MakeInterface); ok && types.Identical(iface.X.Type(), recv.Type()) {
				mine = true
			}
			c, ok := instr.(*ssa.Call)
			if !ok || c.Call.StaticCallee() == nil || len(c.Call.Args) < 2 {
				continue
			}
			if kube.Builds(kube.Func(&c.Call)) {
				object = bindings(nil).kindOf(c.Call.Args[1])
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
	for _, op := range only(opStep, sum.made) {
		if op.op == kube.Get {
			note(op.instr.Pos(), op.object)
		}
	}
	for _, c := range only(callStep, sum.made) {
		note(c.instr.Pos(), firstRead(c.sum, seen))
	}
	return kind
}

package statuswrites

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// targets resolves calls through interfaces and variables, where the package
// shows exactly one function that they can reach.
type targets struct {
	p         *program
	converted map[*types.TypeName][]types.Type // by interface: the types put into it here
	declared  []types.Type                     // the package's own types with methods
	stored    map[*types.Var][]*ssa.Function   // by struct field: functions stored into it; nil for others
	globals   map[*ssa.Global][]*ssa.Function
	resolved  map[*types.Func]*ssa.Function
}

func findTargets(p *program) *targets {
	t := &targets{
		p: p, converted: map[*types.TypeName][]types.Type{}, stored: map[*types.Var][]*ssa.Function{},
		globals: map[*ssa.Global][]*ssa.Function{}, resolved: map[*types.Func]*ssa.Function{},
	}
	scope := p.pkg.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || types.IsInterface(tn.Type()) {
			continue
		}
		if p.pkg.Type(name) == nil { // declared in a test file
			continue
		}
		if n, ok := tn.Type().(*types.Named); ok && n.TypeParams() == nil && n.NumMethods() > 0 {
			t.declared = append(t.declared, types.NewPointer(n))
		}
	}
	for _, fn := range p.funcs {
		for instr := range ssax.All[ssa.Instruction](fn) {
			switch i := instr.(type) {
			case *ssa.MakeInterface:
				if n, ok := types.Unalias(i.Type()).(*types.Named); ok {
					t.converted[n.Obj()] = append(t.converted[n.Obj()], i.X.Type())
				}
			case *ssa.Store:
				t.store(i)
			}
		}
	}
	return t
}

// store notes which functions a field or package variable may hold.
func (t *targets) store(i *ssa.Store) {
	if _, ok := i.Val.Type().Underlying().(*types.Signature); !ok {
		return
	}
	fn := functionOf(i.Val)
	if c, ok := i.Val.(*ssa.Const); ok && c.IsNil() {
		return
	}
	switch addr := i.Addr.(type) {
	case *ssa.FieldAddr:
		f := kube.FieldOf(addr)
		t.stored[f] = append(t.stored[f], fn)
	case *ssa.Global:
		t.globals[addr] = append(t.globals[addr], fn)
	}
}

// view is the targets for one of several that ask for them.
func (t *targets) view() *targets {
	v := *t
	v.resolved = map[*types.Func]*ssa.Function{}
	return &v
}

// of is the only function that a call can reach, or nil.
func (t *targets) of(c *ssa.CallCommon) *ssa.Function {
	if c.IsInvoke() {
		return t.method(c)
	}
	load, ok := c.Value.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	var fns []*ssa.Function
	switch x := load.X.(type) {
	case *ssa.FieldAddr:
		fns = t.stored[kube.FieldOf(x)]
	case *ssa.Global:
		fns = t.globals[x]
	}
	if len(fns) == 0 {
		return nil
	}
	for _, fn := range fns {
		if fn != fns[0] || fn == nil {
			return nil
		}
	}
	if len(fns[0].FreeVars) > 0 { // what it captured is not known here
		if !strings.HasPrefix(fns[0].Synthetic, "bound method wrapper") {
			return nil
		}
	}
	return fns[0]
}

// method resolves a call through an interface.
func (t *targets) method(c *ssa.CallCommon) *ssa.Function {
	if fn, ok := t.resolved[c.Method]; ok {
		return fn
	}
	t.resolved[c.Method] = nil
	named, ok := types.Unalias(c.Value.Type()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || kube.Classify(c).Op != kube.None || kube.Benign(named.Obj().Pkg()) {
		return nil
	}
	iface, ok := named.Underlying().(*types.Interface)
	if !ok || iface.NumMethods() == 0 {
		return nil
	}
	var one types.Type
	candidate := func(typ types.Type) bool {
		if one != nil && !types.Identical(one, typ) {
			return false
		}
		one = typ
		return true
	}
	for _, typ := range t.converted[named.Obj()] {
		if types.IsInterface(typ) || !candidate(typ) {
			return nil
		}
	}
	for _, typ := range t.declared {
		if types.Implements(typ, iface) && !candidateOf(one, typ, candidate) {
			return nil
		}
	}
	if one == nil {
		return nil
	}
	if fn := concrete(one, c.Method); fn != nil {
		t.resolved[c.Method] = t.p.pkg.Prog.FuncValue(fn.Origin())
	}
	return t.resolved[c.Method]
}

// concrete is the method of a type that a call through an interface reaches, or nil where
// it is promoted: its receiver is another value then.
func concrete(holds types.Type, called *types.Func) *types.Func {
	sel := types.NewMethodSet(holds).Lookup(called.Pkg(), called.Name())
	if sel == nil || len(sel.Index()) > 1 {
		return nil
	}
	fn, ok := sel.Obj().(*types.Func)
	if !ok || types.IsInterface(fn.Signature().Recv().Type()) {
		return nil
	}
	return fn
}

// methodOf is the concrete method, or nil where it takes the receiver in another form,
// which is another value.
func (p *program) methodOf(holds types.Type, called *types.Func) *ssa.Function {
	fn := concrete(holds, called)
	if fn == nil || !types.Identical(types.Unalias(fn.Signature().Recv().Type()), types.Unalias(holds)) {
		return nil
	}
	return p.pkg.Prog.FuncValue(fn.Origin())
}

// Method implements flow.Program.
func (p *program) Method(holds types.Type, called *types.Func) *ssa.Function {
	if types.IsInterface(holds) {
		return nil
	}
	fn := p.methodOf(holds, called)
	if fn == nil || p.Summary(fn) == nil {
		return nil // what calls itself by an interface is not known yet
	}
	return fn
}

// held are the methods that the calls of a function through interfaces reach where they
// hold what it has put into them itself.
func (p *program) held(fn *ssa.Function) []*ssa.Function {
	var held []types.Type
	for made := range ssax.All[*ssa.MakeInterface](fn) {
		if !types.IsInterface(made.X.Type()) {
			held = append(held, made.X.Type())
		}
	}
	var out []*ssa.Function
	for _, c := range p.calls[fn] {
		if c := c.Common(); c.IsInvoke() && flow.IsStep(c.Value.Type()) && kube.Classify(c).Op == kube.None {
			iface := c.Value.Type().Underlying().(*types.Interface)
			for _, t := range held {
				if types.Implements(t, iface) {
					if m := p.methodOf(t, c.Method); m != nil {
						out = append(out, m)
					}
				}
			}
		}
	}
	return out
}

// candidateOf adds a declared type, unless its value form was converted before.
func candidateOf(one, typ types.Type, add func(types.Type) bool) bool {
	if p, ok := typ.(*types.Pointer); ok && one != nil && types.Identical(one, p.Elem()) {
		return true
	}
	return add(typ)
}

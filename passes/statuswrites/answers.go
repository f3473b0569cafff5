package statuswrites

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// Captured implements flow.Program.
func (p *program) Captured(fn *ssa.Function, i int) (assigned, changed, status bool) {
	if i >= len(fn.FreeVars) {
		return true, true, true
	}
	v := fn.FreeVars[i]
	if changed = p.changes(v); changed {
		status = (&changes{p, ofStatus, map[ssa.Value]bool{}}).through(v)
	}
	return p.assigns(v, map[ssa.Value]bool{}), changed, status
}

// assigns reports whether a captured variable itself is assigned to, or its
// address taken.
func (p *program) assigns(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] || v.Referrers() == nil {
		return false
	}
	seen[v] = true
	for _, use := range *v.Referrers() {
		switch use := use.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.FieldAddr, *ssa.IndexAddr:
			// A struct variable: its fields are changed, not it.
			if p.changes(use.(ssa.Value)) {
				return true
			}
		case *ssa.MakeClosure:
			inner := use.Fn.(*ssa.Function)
			for i, b := range use.Bindings {
				if b == v && p.assigns(inner.FreeVars[i], seen) {
					return true
				}
			}
		default:
			return true
		}
	}
	return false
}

// Sentinels implements flow.Program.
func (p *program) Sentinels() []*ssa.Global { return p.sentinels }

// readInit learns from the initialisation of the package's variables: which are
// errors of its own, which are other names of variables elsewhere, which hold
// structs that are not zero.
func (p *program) readInit() {
	errorType := kube.ErrorType
	init := p.pkg.Func("init")
	if init == nil || init.Blocks == nil {
		return
	}
	tested := p.testedErrors()
	set := map[ssa.Value]map[int]*ssa.Const{} // the constants that the fields of a struct are set to; nil if others are
	for store := range ssax.All[*ssa.Store](init) {
		switch addr := store.Addr.(type) {
		case *ssa.Global:
			if addr.Pkg != p.pkg || p.assigned(addr) {
				continue
			}
			if load, ok := store.Val.(*ssa.UnOp); ok && load.Op == token.MUL {
				if g, ok := load.X.(*ssa.Global); ok {
					p.aliases[addr.String()] = g.String()
					continue
				}
			}
			if tested[addr] && types.Identical(addr.Type().(*types.Pointer).Elem(), errorType) && ownError(store.Val) {
				p.sentinels = append(p.sentinels, addr)
			}
			if load, ok := store.Val.(*ssa.UnOp); ok && set[load.X] != nil {
				p.fields[addr.String()] = set[load.X]
			}
		case *ssa.FieldAddr:
			fields, seen := set[addr.X]
			c, ok := store.Val.(*ssa.Const)
			if !ok || seen && fields == nil {
				set[addr.X] = nil
				delete(p.fields, addr.X.String())
				continue
			}
			if fields == nil {
				fields = map[int]*ssa.Const{}
				set[addr.X] = fields
			}
			fields[addr.Field] = c
			if g, ok := addr.X.(*ssa.Global); ok && g.Pkg == p.pkg && !p.assigned(g) {
				p.fields[g.String()] = fields
			}
		}
	}
}

// testedErrors are the variables that some function compares an error with.
func (p *program) testedErrors() map[*ssa.Global]bool {
	tested := map[*ssa.Global]bool{}
	note := func(v ssa.Value) {
		if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
			if g, ok := load.X.(*ssa.Global); ok {
				tested[g] = true
			}
		}
	}
	for _, fn := range p.funcs {
		for instr := range ssax.All[ssa.Instruction](fn) {
			switch i := instr.(type) {
			case *ssa.BinOp:
				note(i.X)
				note(i.Y)
			case *ssa.Call:
				if kube.ErrorIs(kube.Func(&i.Call)) {
					note(i.Call.Args[1])
				}
			}
		}
	}
	return tested
}

// ownError reports whether an error is made on the spot.
func ownError(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Call:
		return !v.Call.IsInvoke() && kube.MakesError(kube.Func(&v.Call))
	case *ssa.MakeInterface:
		return true
	}
	return false
}

// assigned reports whether a variable is assigned to other than at its declaration.
func (p *program) assigned(g *ssa.Global) bool {
	if p.assignments == nil {
		p.assignments = map[*ssa.Global]bool{}
		for _, fn := range p.funcs {
			if fn.Synthetic == "package initializer" {
				continue
			}
			for store := range ssax.All[*ssa.Store](fn) {
				addr := store.Addr
				if f, ok := addr.(*ssa.FieldAddr); ok {
					addr = f.X
				}
				if g, ok := addr.(*ssa.Global); ok {
					p.assignments[g] = true
				}
			}
		}
	}
	return p.assignments[g]
}

// Global implements flow.Program.
func (p *program) Global(g *ssa.Global) string {
	name := p.globalName(g)
	if other, ok := p.aliases[name]; ok {
		return other
	}
	return name
}

// globalName is the name of a package variable; go/ssa would put it together each
// time.
func (p *program) globalName(g *ssa.Global) string {
	name, ok := p.globals[g]
	if !ok {
		name = g.String()
		p.globals[g] = name
	}
	return name
}

// Fields implements flow.Program.
func (p *program) Fields(name string) map[int]*ssa.Const { return p.fields[name] }

// Returns implements flow.Program. An error variable of this package can only
// come out of code of this package that mentions it, or of a function it calls
// that may, or by way of a function value or an interface, of which it is
// assumed that it does not.
func (p *program) Returns(fn *ssa.Function, sentinel string) bool {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	seen := map[*ssa.Function]bool{}
	var mentions func(fn *ssa.Function) bool
	mentions = func(fn *ssa.Function) bool {
		if seen[fn] {
			return false
		}
		seen[fn] = true
		var operands []*ssa.Value
		for instr := range ssax.All[ssa.Instruction](fn) {
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				if g, ok := (*op).(*ssa.Global); ok && p.globalName(g) == sentinel {
					return true
				}
			}
		}
		return slices.ContainsFunc(p.refs[fn], mentions)
	}
	return mentions(fn)
}

// Constant implements flow.Program.
func (p *program) Constant(typ types.Type, method string) *ssa.Const {
	obj, _, _ := types.LookupFieldOrMethod(typ, true, p.pass.Pkg, method)
	fn, ok := obj.(*types.Func)
	if !ok || types.IsInterface(typ) {
		return nil
	}
	if fn.Pkg() == p.pass.Pkg {
		return constantResult(p.pkg.Prog.FuncValue(fn.Origin()))
	}
	c := p.told.of(fn).Constant
	if c == nil {
		return nil
	}
	return ssa.NewConst(c.value(), fn.Signature().Results().At(0).Type())
}

// Always implements flow.Program.
func (p *program) Always(fn *types.Func) bool {
	c := p.told.of(fn).Constant
	return c != nil && c.Kind == constant.Bool && c.Text == "true"
}

// constantResult is the one constant that a function returns, whatever it is given.
func constantResult(fn *ssa.Function) *ssa.Const {
	if fn == nil || len(fn.Blocks) != 1 {
		return nil
	}
	ret, ok := fn.Blocks[0].Instrs[len(fn.Blocks[0].Instrs)-1].(*ssa.Return)
	if !ok || len(ret.Results) != 1 || len(fn.Blocks[0].Instrs) != 1 {
		return nil
	}
	c, _ := ret.Results[0].(*ssa.Const)
	if c == nil || c.Value == nil {
		return nil
	}
	return c
}

// NoReturn implements flow.Program, for functions that are not summarised.
func (p *program) NoReturn(fn *ssa.Function) bool {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if fn.Blocks == nil {
		return false
	}
	return p.noReturn.ask(fn, func() bool { return !p.returns(fn.Blocks[0], map[*ssa.BasicBlock]bool{}) })
}

func (p *program) returns(b *ssa.BasicBlock, seen map[*ssa.BasicBlock]bool) bool {
	if seen[b] {
		return false
	}
	seen[b] = true
	for _, instr := range b.Instrs {
		switch i := instr.(type) {
		case *ssa.Return:
			return true
		case *ssa.Call:
			callee := i.Call.StaticCallee()
			if callee == nil {
				continue
			}
			if obj, ok := callee.Object().(*types.Func); ok && kube.NoReturn(obj) || p.NoReturn(callee) {
				return false
			}
		}
	}
	return slices.ContainsFunc(b.Succs, func(n *ssa.BasicBlock) bool { return p.returns(n, seen) })
}

package statuswrites

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// connect finds which functions mention which, and which of them an event can
// be reached from: only these are interpreted.
func (p *program) connect() {
	users := map[*ssa.Function][]*ssa.Function{}
	var queue []*ssa.Function
	for _, fn := range p.funcs {
		refs := map[*ssa.Function]bool{}
		ref := func(f *ssa.Function) {
			if f == nil {
				return
			}
			if o := f.Origin(); o != nil {
				f = o
			}
			if f.Blocks != nil && !refs[f] {
				refs[f] = true
				p.refs[fn] = append(p.refs[fn], f)
				users[f] = append(users[f], fn)
			}
		}
		var operands []*ssa.Value
		for instr := range ssax.All[ssa.Instruction](fn) {
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				if f, ok := (*op).(*ssa.Function); ok {
					ref(f)
				}
			}
		}
		event := false
		for _, c := range p.calls[fn] {
			common := c.Common()
			for _, b := range kube.Callbacks(common, p.Always) {
				p.repeat(functionOf(common.Args[b.Arg]), b.Repeat)
			}
			for _, a := range common.Args {
				if f := functionOf(a); f != nil && f.Synthetic == "range-over-func yield" {
					p.repeat(f, kube.WhileTrue)
				}
			}
			if t := p.Target(common); t != nil {
				ref(t)
			}
			event = event || p.isEvent(common)
		}
		for _, m := range p.held(fn) {
			ref(m)
			event = event || m.Blocks == nil && p.Summary(m) != nil
		}
		if event || buildsKey(fn) || p.editsObjects(fn) || p.directive(fn) != "" {
			p.interesting[fn] = true
			queue = append(queue, fn)
		}
	}
	defer func() { // whose callers are no more interesting
		for _, fn := range p.funcs {
			p.interesting[fn] = p.interesting[fn] || passesErrors(fn) || p.makesObject(fn)
		}
	}()
	for len(queue) > 0 {
		fn := queue[0]
		queue = queue[1:]
		for _, user := range users[fn] {
			if !p.interesting[user] {
				p.interesting[user] = true
				queue = append(queue, user)
			}
		}
	}
}

// isEvent reports whether a call matters by itself: it reads or writes a
// resource, calls a function with a summary from elsewhere, or a function that
// the caller passed.
func (p *program) isEvent(c *ssa.CallCommon) bool {
	switch op := kube.Classify(c).Op; {
	case op == kube.None, op == kube.StatusWriter, op == kube.OtherWriter, op == kube.Accessor, op == kube.List:
	default:
		return true
	}
	for _, a := range c.Args { // a function of the caller's is handed on
		if _, ok := a.Type().Underlying().(*types.Signature); ok && fromCaller(a) {
			return true
		}
	}
	if t := p.Target(c); t != nil && t.Blocks == nil && p.Summary(t) != nil {
		return true
	}
	if c.IsInvoke() {
		return p.Manager(c.Method.Name())
	}
	if fn := c.StaticCallee(); fn != nil {
		if fn.Blocks == nil || fn.Origin() != nil {
			return p.Summary(fn) != nil
		}
		return false
	}
	if load, ok := c.Value.(*ssa.UnOp); ok {
		if f, ok := load.X.(*ssa.FieldAddr); ok && p.Manager(kube.FieldOf(f).Name()) {
			return true
		}
	}
	return fromCaller(c.Value)
}

// fromCaller reports whether a function value may be a parameter or a captured
// variable.
func fromCaller(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		return true
	case *ssa.UnOp:
		_, free := v.X.(*ssa.FreeVar)
		_, local := v.X.(*ssa.Alloc) // a parameter that a literal captures
		return v.Op == token.MUL && (free || local)
	case *ssa.ChangeType:
		return fromCaller(v.X)
	}
	return false
}

// Interesting implements flow.Program.
func (p *program) Interesting(fn *ssa.Function) bool {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	return p.interesting[fn]
}

// order groups the interesting functions, callees first; those of a group call
// each other.
func (p *program) order() [][]*ssa.Function {
	var (
		groups [][]*ssa.Function
		stack  []*ssa.Function
		num    = map[*ssa.Function]int{}
		low    = map[*ssa.Function]int{}
		on     = map[*ssa.Function]bool{}
		visit  func(fn *ssa.Function)
	)
	visit = func(fn *ssa.Function) {
		num[fn] = len(num) + 1
		low[fn] = num[fn]
		at := len(stack)
		stack = append(stack, fn)
		on[fn] = true
		for _, callee := range p.refs[fn] {
			if !p.interesting[callee] {
				continue
			}
			if num[callee] == 0 {
				visit(callee)
				low[fn] = min(low[fn], low[callee])
			} else if on[callee] {
				low[fn] = min(low[fn], num[callee])
			}
		}
		if low[fn] != num[fn] {
			return
		}
		group := slices.Clone(stack[at:])
		stack = stack[:at]
		for _, f := range group {
			on[f] = false
		}
		slices.Reverse(group)
		groups = append(groups, group)
	}
	for _, fn := range p.funcs {
		if p.interesting[fn] && num[fn] == 0 {
			visit(fn)
		}
	}
	return groups
}

// buildsKey reports that a function does no more than put a key together, perhaps
// beside other results.
func buildsKey(fn *ssa.Function) bool {
	if len(fn.Blocks) != 1 {
		return false
	}
	for v := range fn.Signature.Results().Variables() {
		if kube.IsNamed(v.Type(), kube.TypesPkg, "NamespacedName") {
			return true
		}
	}
	return false
}

// makesObject reports that a function is a small one that returns an object of the
// type of one that it gets: a copy, or one of the same name. One of any kind may also
// hold what it has converted.
func (p *program) makesObject(fn *ssa.Function) bool {
	const small = 16 // blocks
	r := fn.Signature.Results()
	if fn.Synthetic != "" || len(fn.Blocks) > small || r.Len() == 0 || !kube.IsAPIObject(r.At(0).Type()) {
		return false
	}
	if slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool { return types.Identical(p.Type(), r.At(0).Type()) }) {
		return true
	}
	return kube.AnyKind(resource.TypeName(r.At(0).Type())) && slices.ContainsFunc(p.calls[fn], func(c ssa.CallInstruction) bool {
		_, same := kube.SameObject(c.Common())
		return same
	})
}

// passesErrors reports that a function is a small one that asks an error what it is,
// or returns one that it was given, wrapped or not, or one that it makes.
func passesErrors(fn *ssa.Function) bool {
	const small = 16 // blocks
	r := fn.Signature.Results()
	if fn.Synthetic != "" || len(fn.Blocks) > small || r.Len() == 0 {
		return false
	}
	last := r.At(r.Len() - 1).Type()
	given := slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool { return kube.IsError(p.Type()) })
	if given {
		return kube.IsError(last) || types.Identical(last, types.Typ[types.Bool])
	}
	if ret, ok := fn.Blocks[0].Instrs[len(fn.Blocks[0].Instrs)-1].(*ssa.Return); ok && kube.IsError(last) {
		return ownError(ret.Results[r.Len()-1])
	}
	return false
}

func (p *program) recursive(fn *ssa.Function) bool { return slices.Contains(p.refs[fn], fn) }

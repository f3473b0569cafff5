package rewrite

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// reconciles are the reconciles of the package that a function is part of.
func (r *Rewriter) reconciles(fn *ssa.Function) []*ssa.Function {
	users := map[*ssa.Function][]*ssa.Function{}
	for _, user := range r.writes.All {
		for _, used := range r.mentioned(user) {
			users[used] = append(users[used], user)
		}
	}
	var found []*ssa.Function
	seen := map[*ssa.Function]bool{}
	var up func(fn *ssa.Function)
	up = func(fn *ssa.Function) {
		if seen[fn] {
			return
		}
		seen[fn] = true
		if obj, ok := fn.Object().(*types.Func); ok && statuswrites.IsReconcile(obj) {
			found = append(found, fn)
		}
		for _, user := range users[fn] {
			up(user)
		}
	}
	up(fn)
	return found
}

// mentioned are the functions that a function calls, or hands on.
func (r *Rewriter) mentioned(fn *ssa.Function) []*ssa.Function {
	var all []*ssa.Function
	var operands []*ssa.Value
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if c, ok := instr.(ssa.CallInstruction); ok {
				all = append(all, r.reached(c.Common())...)
			}
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				if f, ok := (*op).(*ssa.Function); ok {
					if m := ssax.Method(f); m != nil {
						f = m
					}
					if o := f.Origin(); o != nil {
						f = o
					}
					all = append(all, f)
				}
			}
		}
	}
	return all
}

// site is a call in the reach of a reconcile.
type site struct {
	call ssa.CallInstruction
	fn   *ssa.Function
	kind string // the type of the object; empty if that is an interface
	done bool   // it takes note in a batch already
	// client is what another package writes by, which is given to it here.
	client ast.Expr
	bad    string         // why it cannot: a clause
	waits  *fixes.Unnoted // what it waits for
}

// enter finds what a reconcile does, by way of the functions of the package.
func (b *batching) enter(entry *ssa.Function) {
	queue := []*ssa.Function{entry}
	for len(queue) > 0 {
		fn := queue[0]
		queue = queue[1:]
		if slices.Contains(b.funcs, fn) || fn.Blocks == nil || fn.Pkg != nil && fn.Pkg != entry.Pkg {
			continue
		}
		b.funcs = append(b.funcs, fn)
		for _, block := range fn.Blocks {
			for _, instr := range block.Instrs {
				if c, ok := instr.(ssa.CallInstruction); ok {
					b.look(fn, c)
				}
			}
		}
		queue = append(queue, b.r.mentioned(fn)...)
	}
	for _, f := range b.r.writes.Funcs {
		if slices.Contains(b.funcs, f.Fn) {
			for c := range f.Swallowed {
				if b.swallowed == nil {
					b.swallowed = map[ssa.CallInstruction]bool{}
				}
				b.swallowed[c] = true
			}
		}
	}
}

// ownRead is why the write of a status manager takes no note: a clause.
const ownRead = "reads and writes on its own"

// apart is why a write is none of the reconcile's own: a clause; "" if it is.
func (b *batching) apart(s *site) string {
	switch {
	case b.r.writes.InRegion(s.fn):
		return "is part of a conflict retry"
	case !b.flows(s.call.Common()):
		return "has another context"
	}
	return ""
}

// look notes what a call does to the status of objects.
func (b *batching) look(fn *ssa.Function, c ssa.CallInstruction) {
	common := c.Common()
	s := &site{call: c, fn: fn}
	k := kube.Classify(common)
	switch {
	case k.Op.IsStatusWrite():
		s.kind = kindOf(k.Object)
		if s.bad = b.apart(s); k.Typed || k.Patcher != nil || k.Op == kube.StatusApply {
			s.bad = "is by no client of controller-runtime"
		}
		b.sites = append(b.sites, s)
		return
	case k.Op == kube.Get || k.Op == kube.Create || k.Op == kube.Update || k.Op == kube.Patch:
		s.kind = kindOf(k.Object)
		if !k.Typed && k.Object != nil {
			b.answers = append(b.answers, s)
		}
		if k.Op != kube.Get {
			b.effects = append(b.effects, s)
		}
		return
	case k.Op != kube.None:
		if k.Op == kube.Delete {
			b.effects = append(b.effects, s)
		}
		return
	}
	callee := common.StaticCallee()
	if callee == nil {
		callee = b.r.writes.Target(common)
	}
	if callee == nil {
		if common.IsInvoke() && statuswrites.IsManager(common.Method.Name()) {
			s.kind, s.bad = objectKind(common), ownRead
			b.sites = append(b.sites, s)
			return
		}
		if b.acts(common) {
			b.effects = append(b.effects, s)
		}
		return
	}
	if o := callee.Origin(); o != nil {
		callee = o
	}
	obj, _ := callee.Object().(*types.Func)
	switch b.r.writes.Directive(obj) {
	case statuswrites.Update, statuswrites.Patch:
		s.kind, s.done, s.bad = objectKind(common), true, b.apart(s)
		b.sites = append(b.sites, s)
		return
	case statuswrites.Atomic:
		s.kind, s.bad = objectKind(common), ownRead
		b.sites = append(b.sites, s)
		return
	case statuswrites.Batch:
		b.opened[fn] = true
		return
	case statuswrites.Base:
		return
	}
	if callee.Pkg == fn.Pkg && callee.Blocks != nil {
		return
	}
	sum := b.r.writes.Summary(callee)
	if sum == nil {
		if b.acts(common) {
			b.effects = append(b.effects, s)
		}
		return
	}
	b.foreign(s, obj, sum)
}

// foreign notes what a function of another package does.
func (b *batching) foreign(s *site, fn *types.Func, sum *flow.Summary) {
	args := s.call.Common().Args
	kind := func(t *flow.Term) string {
		if t.Kind == resource.Param && t.N < len(args) {
			return kindOf(args[t.N])
		}
		return t.Type
	}
	wrote := false
	for _, o := range sum.Outcomes {
		for _, w := range o.Writes {
			wrote = true
			n := &site{call: s.call, fn: s.fn, kind: kind(w.Resource), done: w.Noted}
			if !w.Noted {
				n.client, n.done = b.given(s, w.Client)
			}
			switch {
			case !n.done && n.client == nil || w.Context == nil:
				n.bad = "is in another package, and takes no note in a batch"
				if fn != nil && n.kind != "" && w.Context != nil && b.flows(s.call.Common()) {
					n.waits = &fixes.Unnoted{Pkg: fn.Pkg().Path(), Func: fn.FullName(), Kind: n.kind}
				}
			case !b.flows(s.call.Common()):
				n.bad = "has another context"
			}
			if n.done && !w.Noted {
				b.lent[s.call] = true
			}
			b.sites = append(b.sites, n)
		}
		for _, over := range o.Overwrites {
			if !over.Response {
				b.answers = append(b.answers, &site{call: s.call, fn: s.fn, kind: kind(over.Object)})
			}
		}
	}
	if (!wrote || sum.Thin == nil) && b.acts(s.call.Common()) { // which may do anything else too
		b.effects = append(b.effects, s)
	}
}

// kindOf is the type of an object; empty where that is an interface.
func kindOf(v ssa.Value) string {
	if v == nil {
		return ""
	}
	t := kube.Unboxed(v).Type()
	if types.IsInterface(t) {
		return ""
	}
	return resource.TypeName(t)
}

func objectKind(c *ssa.CallCommon) string {
	for _, a := range c.Args {
		if kube.IsAPIObject(kube.Unboxed(a).Type()) {
			return kindOf(a)
		}
	}
	return ""
}

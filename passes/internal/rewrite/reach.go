package rewrite

import (
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// flows reports that the context of a call is one that the function was given, or was
// made from that.
func (b *batching) flows(c *ssa.CallCommon) bool {
	for _, a := range c.Args {
		if kube.IsContext(a.Type()) {
			return b.contextFlows(a, map[ssa.Value]bool{})
		}
	}
	return false
}

func (b *batching) contextFlows(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Parameter:
		return true
	case *ssa.FreeVar:
		made := ssax.Bound(v)
		return made != nil && b.contextFlows(made, seen)
	case *ssa.Alloc:
		stored := false
		for _, use := range *v.Referrers() {
			if s, ok := use.(*ssa.Store); ok && s.Addr == v {
				if !b.contextFlows(s.Val, seen) {
					return false
				}
				stored = true
			}
		}
		return stored
	case *ssa.UnOp:
		return v.Op == token.MUL && b.contextFlows(v.X, seen)
	case *ssa.FieldAddr:
		return b.fieldFlows(v.X.Type().Underlying().(*types.Pointer).Elem(), v.Field, seen)
	case *ssa.Field:
		return b.fieldFlows(v.X.Type(), v.Field, seen)
	case *ssa.Extract:
		return b.contextFlows(v.Tuple, seen)
	case *ssa.Call:
		for _, a := range v.Call.Args {
			if kube.IsContext(a.Type()) {
				return b.contextFlows(a, seen)
			}
		}
		return false
	case *ssa.Phi:
		return !slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return !b.contextFlows(e, seen) })
	case *ssa.ChangeInterface:
		return b.contextFlows(v.X, seen)
	case *ssa.MakeInterface:
		return b.contextFlows(v.X, seen)
	}
	return false
}

// fieldFlows is contextFlows for a field of a struct: whatever the package puts there
// flows.
func (b *batching) fieldFlows(typ types.Type, field int, seen map[ssa.Value]bool) bool {
	stored := false
	for _, fn := range b.r.writes.All {
		for s := range ssax.All[*ssa.Store](fn) {
			at, ok := s.Addr.(*ssa.FieldAddr)
			if !ok || at.Field != field || !types.Identical(at.X.Type().Underlying().(*types.Pointer).Elem(), typ) {
				continue
			}
			if !b.contextFlows(s.Val, seen) {
				return false
			}
			stored = true
		}
	}
	return stored
}

// acts reports that a call, whose body is not at hand, may do anything: it is given a
// context, and is known for nothing else.
func (b *batching) acts(c *ssa.CallCommon) bool {
	if _, ok := c.Value.(*ssa.Builtin); ok || kube.Event(c) || kube.Outside(c) == kube.Nothing {
		return false
	}
	fn := kube.Func(c)
	if fn == nil {
		return !c.IsInvoke() && c.StaticCallee() == nil
	}
	return hasContext(fn.Signature().Params()) && !hasContext(fn.Signature().Results())
}

func hasContext(of *types.Tuple) bool {
	for v := range of.Variables() {
		if kube.IsContext(v.Type()) {
			return true
		}
	}
	return false
}

// reached are the functions of the package that a call through an interface or a variable
// may reach: the one that it does reach, if that is known, or those of all types here
// that have the methods.
func (r *Rewriter) reached(c *ssa.CallCommon) (all []*ssa.Function) {
	if f := r.writes.Target(c); f != nil {
		return []*ssa.Function{f}
	}
	if !c.IsInvoke() || kube.Classify(c).Op != kube.None || kube.Benign(c.Method.Pkg()) {
		return nil
	}
	iface, ok := c.Value.Type().Underlying().(*types.Interface)
	for _, fn := range r.Methods[c.Method.Name()] {
		recv := fn.Signature.Recv().Type()
		if ok && (types.Implements(recv, iface) || types.Implements(types.NewPointer(recv), iface)) {
			all = append(all, fn)
		}
	}
	return all
}

// place names a line of the program, with its file where that is not the one of the
// reconcile.
func (b *batching) place(pos token.Pos) string {
	p := b.r.pass.Fset.Position(pos)
	if own := b.r.pass.Fset.Position(b.funcs[0].Pos()); own.Filename != p.Filename {
		return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
	}
	return fmt.Sprintf("line %d", p.Line)
}

// places lists calls for people: "line 41 and line 50", or "create (line 91)".
func (b *batching) places(sites []*site, named string) string {
	var all []string
	for _, s := range sites {
		text := b.place(s.call.Pos())
		if named != "" {
			name := "a callback"
			if fn := kube.Func(s.call.Common()); fn != nil {
				name = fn.Name()
			}
			text = name + " (" + text + ")"
		}
		all = append(all, text)
	}
	return listed(all)
}

// listed is a list for people, of few things, each once: "a, b and 2 more".
func listed(all []string) string {
	const shown = 3
	var once []string
	for _, text := range all {
		if !slices.Contains(once, text) {
			once = append(once, text)
		}
	}
	if n := len(once); n > shown {
		once = append(once[:shown-1], fmt.Sprintf("%d more", n-shown+1))
	}
	if n := len(once); n > 1 {
		return strings.Join(once[:n-1], ", ") + " and " + once[n-1]
	}
	return strings.Join(once, "")
}

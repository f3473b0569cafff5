package reconcilecost

import (
	"cmp"
	"go/ast"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// inBatch is what is known of a context that comes from a batch, and batched of a client
// by which writes become part of one.
const (
	inBatch = "batch"
	batched = "batched"
)

// directive is that of a function, or "".
func directive(fn *ssa.Function) statuswrites.Directive {
	if fn == nil {
		return ""
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if decl, ok := fn.Syntax().(*ast.FuncDecl); ok {
		return statuswrites.DirectiveOf(decl.Doc)
	}
	return ""
}

// context is what is known of the context of a call.
func (ctx bindings) context(c *ssa.CallCommon, depth int) binding {
	for _, a := range c.Args {
		if kube.IsContext(a.Type()) {
			return ctx.bind(a, depth+1)
		}
	}
	return binding{}
}

// made is what is known of a context that a call returns: it is that of a batch, or
// made from the context that the call is given.
func (ctx bindings) made(c *ssa.Call, depth int) binding {
	if directive(c.Call.StaticCallee()) == statuswrites.Batch {
		return binding{value: inBatch}
	}
	return ctx.context(&c.Call, depth)
}

// directed takes a call of a function that is vouched for, which is one write, whatever
// it does after a conflict; or of a batch, or in one: there an update only takes note of
// the kind that it writes, and all are written once where the flush is called. ok is
// false for any other call.
func (w *walker) directed(s *state, c ssa.CallInstruction) (out []*state, ok bool) {
	common := c.Common()
	switch d := directive(common.StaticCallee()); d {
	case statuswrites.Batch:
		return []*state{s}, true
	case statuswrites.Update, statuswrites.Patch:
		kind := w.kindGiven(common)
		if w.ctx.context(common, 0).value != inBatch {
			op := kube.StatusUpdate
			if d == statuswrites.Patch {
				op = kube.StatusPatch
			}
			return w.request(s, c, op, kind), true
		}
		return w.hold(s, kind), true
	}
	x, isResult := common.Value.(*ssa.Extract)
	if !isResult || x.Index != 1 {
		return nil, false
	}
	opened, isCall := x.Tuple.(*ssa.Call)
	if !isCall || directive(opened.Call.StaticCallee()) != statuswrites.Batch {
		return nil, false
	}
	if w.ctx.context(&opened.Call, 0).value == inBatch { // it is part of that
		return []*state{s}, true
	}
	held := s.held
	s.held = nil
	for _, kind := range held {
		s = w.request(s, c, kube.StatusUpdate, kind)[0]
	}
	return []*state{s}, true
}

// noted reports that a status write is sent by a client, and with a context, that make it
// part of a batch.
func (w *walker) noted(c *ssa.CallCommon, k kube.Call) bool {
	return k.Client != nil && w.ctx.bind(k.Client, 0).value == batched && w.ctx.context(c, 0).value == inBatch
}

// hold has a batch take note of a write of a kind.
func (w *walker) hold(s *state, kind string) []*state {
	s.held = union(s.held, []string{kind})
	s.end.known = true
	return []*state{s}
}

// kindGiven is the kind of the first resource that a call is given.
func (w *walker) kindGiven(c *ssa.CallCommon) string {
	for _, arg := range c.Args {
		if kube.IsAPIObject(arg.Type()) {
			return w.ctx.kindOf(arg)
		}
	}
	return ""
}

// union is what is in either of two ascending lists.
func union[T cmp.Ordered](a, b []T) []T {
	switch {
	case len(b) == 0 || slices.Equal(a, b):
		return a
	case len(a) == 0:
		return b
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// batchIn is the context of a batch that is put into a variable, or nil: that of a
// reconcile has its own context before.
func batchIn(v *ssa.Alloc) ssa.Value {
	for _, use := range *v.Referrers() {
		store, ok := use.(*ssa.Store)
		if !ok || store.Addr != v {
			continue
		}
		if x, ok := store.Val.(*ssa.Extract); ok {
			if call, ok := x.Tuple.(*ssa.Call); ok && directive(call.Call.StaticCallee()) == statuswrites.Batch {
				return x
			}
		}
	}
	return nil
}

// takesNote tells of the calls of which a batch takes note.
func takesNote(c *ssa.CallCommon) bool {
	d := directive(c.StaticCallee())
	return d == statuswrites.Update || d == statuswrites.Patch
}

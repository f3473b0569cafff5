package flow

import (
	"go/token"
	"maps"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// Contexts tell where the contexts came from with which a function was called that
// updates a status by one of its own: if all are from a batch, it writes nothing
// before the end of that.
type Contexts struct {
	Batch  bool                   // from a batch of the caller
	Other  bool                   // from neither a batch nor the caller's own caller
	Caller map[*ssa.Function]bool // from the callers of these
}

// With is what both tell together; either may be nil.
func (c *Contexts) With(o *Contexts) *Contexts {
	all := &Contexts{Caller: map[*ssa.Function]bool{}}
	for _, c := range []*Contexts{c, o} {
		if c != nil {
			all.Batch, all.Other = all.Batch || c.Batch, all.Other || c.Other
			maps.Copy(all.Caller, c.Caller)
		}
	}
	return all
}

// passContexts notes where the contexts come from that a call returns: out of a batch
// that it opens, or from the context that it was given.
func (e *exec) passContexts(states []*state, instr ssa.CallInstruction, args []*Term) {
	c := instr.Common()
	v, ok := instr.(*ssa.Call)
	if !ok {
		return
	}
	results := c.Signature().Results()
	for i := range results.Len() {
		if !kube.IsContext(results.At(i).Type()) {
			continue
		}
		var from *Term
		for j, a := range c.Args {
			if kube.IsContext(a.Type()) && j < len(args) {
				from = args[j]
				break
			}
		}
		for _, s := range states {
			t := s.env.get(e.register(v))
			if t == nil {
				continue
			}
			if results.Len() > 1 {
				if t.Kind != resource.Struct || i >= len(t.Args) {
					continue
				}
				t = t.Args[i]
			}
			if fn := c.StaticCallee(); fn != nil {
				if sum := e.prog.Summary(fn); sum != nil && sum.Batch {
					if outer, flush := e.contextOf(from); flush != nil { // it joins that
						e.derived[t] = from
					} else {
						e.batches[t] = batch{flushOf(v), outer}
					}
					continue
				}
			}
			if from == nil || t == from || t.Kind != resource.Value {
				continue
			}
			if old, ok := e.derived[t]; ok && old != from {
				from = nil // from one or the other, by the path
			}
			e.derived[t] = from
		}
	}
}

// flushOf is the deferred call at which a batch writes, or that which opened it.
func flushOf(batch *ssa.Call) ssa.CallInstruction {
	for _, use := range *batch.Referrers() {
		x, ok := use.(*ssa.Extract)
		if !ok || x.Index != 1 {
			continue
		}
		for _, use := range *x.Referrers() {
			if d, ok := use.(*ssa.Defer); ok && d.Call.Value == x {
				return d
			}
		}
	}
	return batch
}

// batch is one that the function opens.
type batch struct {
	flush ssa.CallInstruction
	outer *Term // the context that it was given, if that is a caller's: it may join a batch there
}

// contextOf follows a context to where it came from: the flush of a batch, or what a
// caller can name; both are nil if it is neither.
func (e *exec) contextOf(t *Term) (from *Term, flush ssa.CallInstruction) {
	for range 64 {
		if t == nil {
			return nil, nil
		}
		if b, ok := e.batches[t]; ok {
			return b.outer, b.flush
		}
		next, ok := e.derived[t]
		if !ok {
			break
		}
		t = next
	}
	if t.Visible() && !t.IsConst() && t.Root().Kind != resource.Global {
		return t, nil
	}
	if t.Kind == resource.Value {
		switch at := t.At.(type) {
		case *ssa.Parameter: // of a later turn
			return e.constantValue(at), nil
		case *ssa.UnOp:
			if at.Op == token.MUL {
				return e.variable(at)
			}
		}
	}
	return nil, nil
}

// variable is contextOf for a variable of which the path has lost track, as a literal
// that captured it went to code which cannot be seen. The context of a batch is given
// to it first of all, and no other in its place.
func (e *exec) variable(load *ssa.UnOp) (from *Term, flush ssa.CallInstruction) {
	switch x := load.X.(type) {
	case *ssa.FreeVar:
		return e.tab.Load(e.constantValue(x), load.Type()), nil
	case *ssa.Alloc:
		for _, use := range *x.Referrers() {
			st, ok := use.(*ssa.Store)
			if !ok || st.Addr != x {
				continue
			}
			switch v := st.Val.(type) {
			case *ssa.Parameter:
				from = e.constantValue(v)
			case *ssa.Extract:
				call, ok := v.Tuple.(*ssa.Call)
				if !ok || call.Call.StaticCallee() == nil {
					return nil, nil
				}
				if sum := e.prog.Summary(call.Call.StaticCallee()); sum == nil || !sum.Batch {
					return nil, nil
				}
				flush = flushOf(call)
			default:
				return nil, nil
			}
		}
	}
	return from, flush
}

// contexts notes with what context a function is called that writes by it.
func (e *exec) contexts(fn *ssa.Function, from *Term, flush ssa.CallInstruction) {
	c := e.called[fn]
	if c == nil {
		c = &Contexts{Caller: map[*ssa.Function]bool{}}
		e.called[fn] = c
	}
	switch {
	case flush != nil:
		c.Batch = true
	case from != nil:
		c.Caller[e.fn] = true
	default:
		c.Other = true
	}
}

// batch is the context of the caller's that a callee sends a write with, and where it is
// noted the end of the batch that it is part of.
func (b *binding) batch(target *ssa.Function, w Write) (from *Term, noted bool, flush ssa.CallInstruction) {
	noted = w.Noted || w.Client != nil && batched(b.term(w.Client))
	if w.Context == nil {
		return nil, noted, nil
	}
	if t := b.term(w.Context); t != nil {
		from, flush = b.e.contextOf(t)
	}
	if from == nil && flush == nil && w.Context.Kind == resource.Param && b.instr.Common().StaticCallee() != target {
		// Who calls a function back makes its context of the one that it was given itself.
		for _, a := range b.instr.Common().Args {
			if kube.IsContext(a.Type()) {
				from, flush = b.e.contextOf(b.e.value(b.s, a))
				break
			}
		}
	}
	if !noted {
		return from, false, nil
	}
	b.e.contexts(target, from, flush)
	return from, true, flush
}

// sent says with what context a call sends a write, and where the client has it noted,
// where that is made.
func (v Visit) sent(e *exec, client *Term, args []*Term) Visit {
	v.Noted = batched(client)
	c := v.Call.Common()
	for i, a := range c.Args {
		if kube.IsContext(a.Type()) && i < len(args) {
			from, flush := e.contextOf(args[i])
			if v.Context = from; v.Noted && flush != nil {
				return v.at(flush)
			}
			break
		}
	}
	return v
}

// at is a write that is made at the end of a batch.
func (v Visit) at(flush ssa.CallInstruction) Visit {
	v.Via = append([]Step{{Func: calleeName(v.Call), Pos: v.Call.Pos()}}, v.Via...)
	v.Call, v.Direct, v.Async = flush, false, false
	return v
}

package statuswrites

import (
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/internal/shared"
)

// summary mirrors [flow.Summary].
type summary struct {
	Outcomes   []outcome  `json:"o,omitempty"`
	Thin       *flow.Thin `json:"t,omitempty"`
	Retries    []term     `json:"r,omitempty"`
	RetriesAny []term     `json:"a,omitempty"` // after any error
	Sends      []term     `json:"s,omitempty"` // objects sent with their resourceVersion
	Refreshes  []term     `json:"f,omitempty"` // objects that may be read again
	Passes     []pass     `json:"p,omitempty"` // what is passed to functions of the caller's
	Manager    *Manager   `json:"m,omitempty"` // of a function that has callbacks run again
	Batch      bool       `json:"b,omitempty"` // it opens one
	Cut        bool       `json:"c,omitempty"`
}

// The parts of a summary.
type (
	term struct {
		Kind resource.Kind `json:"k,omitempty"`
		N    int           `json:"n,omitempty"`
		Name string        `json:"s,omitempty"`
		Type string        `json:"t,omitempty"`
		Err  bool          `json:"e,omitempty"` // it is an error
		Args []term        `json:"a,omitempty"`
	}
	outcome struct {
		Results    []term        `json:"r,omitempty"`
		Facts      []fact        `json:"f,omitempty"`
		Writes     []written     `json:"w,omitempty"`
		Same       [][2]term     `json:"s,omitempty"`
		Stores     [][2]term     `json:"m,omitempty"`
		Lost       []term        `json:"l,omitempty"`
		Unsure     []term        `json:"u,omitempty"`
		Calls      []called      `json:"c,omitempty"`
		Failed     bool          `json:"i,omitempty"`
		Tried      bool          `json:"j,omitempty"`
		Waited     uint8         `json:"h,omitempty"`
		Kept       bool          `json:"k,omitempty"`
		FailedOf   *term         `json:"o,omitempty"`
		Conflict   bool          `json:"z,omitempty"`
		Hidden     uint8         `json:"q,omitempty"`
		HiddenBy   string        `json:"a,omitempty"` // file:line of the return
		ConflictOf *term         `json:"g,omitempty"`
		Dirty      []dirty       `json:"d,omitempty"`
		Overwrites []overwritten `json:"v,omitempty"`
		Late       []late        `json:"b,omitempty"`
		Sent       []term        `json:"n,omitempty"`
		Settled    []term        `json:"x,omitempty"`
		SentLast   []term        `json:"y,omitempty"`
		Stale      []term        `json:"e,omitempty"`
	}
	fact struct {
		Of term   `json:"o,omitempty"`
		Eq *term  `json:"e,omitempty"`
		Ne []term `json:"n,omitempty"`
	}
	written struct {
		Resource term        `json:"r,omitempty"`
		Client   *term       `json:"c,omitempty"`
		Context  *term       `json:"x,omitempty"` // that it is sent with
		Noted    bool        `json:"n,omitempty"` // and is part of the batch of, if there is one
		Paths    []string    `json:"p,omitempty"`
		Via      []flow.Step `json:"v,omitempty"`
		Changed  bool        `json:"h,omitempty"` // only if the caller has changed it
	}
	called struct {
		Fn  term `json:"f,omitempty"`
		Err bool `json:"e,omitempty"`
	}
)

// tell writes down what other packages may ask for. Of functions that do nothing of
// interest there is nothing to tell.
func (p *program) tell(regions *regions, sharing *shared.Analysis) {
	for _, fn := range p.funcs {
		if fn.Parent() != nil || fn.Synthetic != "" {
			continue
		}
		obj, ok := fn.Object().(*types.Func)
		if !ok || !token.IsExported(obj.Name()) || obj.Pkg() != p.pass.Pkg || obj.Pkg().Name() == "main" {
			continue
		}
		p.tellPreserves(fn, obj)
		if t := sharing.Tell(fn); !t.Nothing() {
			p.told.tell(obj).Shared = &t
		}
		r := p.found[fn]
		if r == nil {
			continue
		}
		if f := p.encode(r.Summary, (p.returnsPart(fn) || passesErrors(fn)) && !p.isGenerated(fn.Pos())); f != nil {
			if m := p.manager(regions, fn); len(m.Params) > 0 {
				f.Manager = &m
			}
			p.told.tell(obj).Summary = f
		}
	}
}

// encode returns nil for a summary that tells a caller nothing. That of a function
// which returns what it is given, or a part of that, always does.
func (p *program) encode(s *flow.Summary, returns bool) *summary {
	f := &summary{Thin: s.Thin, Batch: s.Batch, Cut: s.Cut}
	tells := returns || s.Thin != nil || s.Batch || s.Cut
	f.encodePasses(s)
	for _, x := range s.Sends {
		if e, ok := encode(x.Object); ok {
			f.Sends = append(f.Sends, e)
		}
	}
	f.Refreshes, f.Retries, f.RetriesAny = encodeAll(s.Refreshes), encodeAll(s.Retries), encodeAll(s.RetriesAny)
	tells = tells || len(f.Retries) > 0 || len(f.Sends) > 0
	for i := range s.Outcomes {
		o := &s.Outcomes[i]
		tells = tells || slices.ContainsFunc(o.Results, func(t *flow.Term) bool {
			return t.Type == kube.TypesPkg+".NamespacedName" && t.Kind == resource.Struct || t.Kind == resource.Pure && t.Name == flow.Batched
		})
		tells = tells || tellsOfObjects(o) || len(o.Writes) > 0 || len(o.Same) > 0 || len(o.Calls) > 0 || o.Failed || o.Hidden != flow.HandedUp
		f.Outcomes = append(f.Outcomes, p.encodeOutcome(o))
	}
	if !tells {
		return nil
	}
	return f
}

func (p *program) encodeOutcome(o *flow.Outcome) outcome {
	out := outcome{Failed: o.Failed, Tried: o.Tried, Waited: uint8(o.Waited), Kept: o.Kept, Conflict: o.Conflict, Hidden: uint8(o.Hidden)}
	if o.Hidden != flow.HandedUp {
		out.HiddenBy = p.step(o.HiddenBy).At
	}
	for i, r := range o.Results {
		e, ok := encode(r)
		if !ok {
			e = term{Kind: resource.Out, N: 2000 + i}
		}
		out.Results = append(out.Results, e)
	}
	for _, f := range o.Facts {
		of, ok := encode(f.Of)
		if !ok {
			continue
		}
		e := fact{Of: of}
		if f.Eq != nil {
			if eq, ok := encode(f.Eq); ok {
				e.Eq = &eq
			}
		}
		e.Ne = encodeAll(f.Ne)
		out.Facts = append(out.Facts, e)
	}
	for _, w := range o.Writes {
		if r, ok := encode(w.Resource); ok {
			x := written{Resource: r, Paths: w.Paths, Via: p.steps(w.Via), Changed: w.IfChanged, Noted: w.Noted}
			if w.Client != nil {
				if c, ok := encode(w.Client); ok {
					x.Client = &c
				}
			}
			if w.Context != nil {
				if c, ok := encode(w.Context); ok {
					x.Context = &c
				}
			}
			out.Writes = append(out.Writes, x)
		}
	}
	for _, m := range o.Same {
		a, ok1 := encode(m.Pointer)
		b, ok2 := encode(m.Resource)
		if ok1 && ok2 {
			out.Same = append(out.Same, [2]term{a, b})
		}
	}
	for _, s := range o.Stores {
		a, ok1 := encode(s.Addr)
		b, ok2 := encode(s.Val)
		if ok1 && ok2 {
			out.Stores = append(out.Stores, [2]term{a, b})
		} else if ok1 {
			out.Lost = append(out.Lost, a)
		}
	}
	out.Lost = append(out.Lost, encodeAll(o.Lost)...)
	out.Unsure = encodeAll(o.Unsure)
	for _, c := range o.Calls {
		if e, ok := encode(c.Fn); ok {
			out.Calls = append(out.Calls, called{e, c.Err})
		}
	}
	if o.FailedOf != nil {
		if e, ok := encode(o.FailedOf); ok {
			out.FailedOf = &e
		}
	}
	if o.ConflictOf != nil {
		if e, ok := encode(o.ConflictOf); ok {
			out.ConflictOf = &e
		}
	}
	p.encodeObjects(&out, o)
	return out
}

// step turns a position, which means nothing in another package, into text.
func (p *program) step(s flow.Step) flow.Step {
	if s.Pos.IsValid() {
		pos := p.pass.Fset.Position(s.Pos)
		s.At = fmt.Sprintf("%s/%s:%d", p.pass.Pkg.Name(), filepath.Base(pos.Filename), pos.Line)
		s.Pos = token.NoPos
	}
	return s
}

func (p *program) steps(via []flow.Step) []flow.Step {
	out := make([]flow.Step, len(via))
	for i, s := range via {
		out[i] = p.step(s)
	}
	return out
}

// encode fails for what only this package knows.
func encode(t *flow.Term) (term, bool) {
	if t.Kind == resource.Value || t.Kind == resource.Closure || t.Kind == resource.FreeVar || t.Kind == resource.Func {
		return term{}, false
	}
	e := term{Kind: t.Kind, N: t.N, Name: t.Name, Type: t.Type, Err: t.Typ != nil && t.Typ == kube.ErrorType}
	for _, a := range t.Args {
		x, ok := encode(a)
		if !ok {
			return term{}, false
		}
		e.Args = append(e.Args, x)
	}
	return e, true
}

func (e term) decode(table *resource.Table) *flow.Term {
	args := make([]*flow.Term, len(e.Args))
	for i, a := range e.Args {
		args[i] = a.decode(table)
	}
	var typ types.Type
	if e.Err {
		typ = kube.ErrorType
	}
	return table.Make(e.Kind, e.N, e.Name, e.Type, typ, args)
}

// decode turns it back.
func (f *summary) decode() *flow.Summary {
	table := resource.NewTable()
	s := &flow.Summary{Thin: f.Thin, Batch: f.Batch, Cut: f.Cut}
	f.decodePasses(table, s)
	for _, t := range f.Sends {
		s.Sends = append(s.Sends, flow.Send{Object: t.decode(table)})
	}
	s.Refreshes = decodeAll(f.Refreshes, table)
	s.Retries, s.RetriesAny = decodeAll(f.Retries, table), decodeAll(f.RetriesAny, table)
	for i := range f.Outcomes {
		o := &f.Outcomes[i]
		d := flow.Outcome{Waited: flow.Waiting(o.Waited), Failing: flow.Failing{
			Failed: o.Failed, Tried: o.Tried, Kept: o.Kept, Conflict: o.Conflict, Hidden: flow.Fate(o.Hidden), HiddenBy: flow.Step{At: o.HiddenBy},
		}}
		d.Results = decodeAll(o.Results, table)
		for _, x := range o.Facts {
			g := flow.Fact{Of: x.Of.decode(table)}
			if x.Eq != nil {
				g.Eq = x.Eq.decode(table)
			}
			g.Ne = decodeAll(x.Ne, table)
			d.Facts = append(d.Facts, g)
		}
		for _, w := range o.Writes {
			x := flow.Write{Resource: w.Resource.decode(table), Paths: w.Paths, Via: w.Via, IfChanged: w.Changed, Noted: w.Noted}
			if w.Client != nil {
				x.Client = w.Client.decode(table)
			}
			if w.Context != nil {
				x.Context = w.Context.decode(table)
			}
			d.Writes = append(d.Writes, x)
		}
		for _, m := range o.Same {
			d.Same = append(d.Same, flow.Same{Pointer: m[0].decode(table), Resource: m[1].decode(table)})
		}
		for _, st := range o.Stores {
			d.Stores = append(d.Stores, flow.Store{Addr: st[0].decode(table), Val: st[1].decode(table)})
		}
		d.Lost = decodeAll(o.Lost, table)
		d.Unsure = decodeAll(o.Unsure, table)
		for _, c := range o.Calls {
			d.Calls = append(d.Calls, flow.Called{Fn: c.Fn.decode(table), Err: c.Err})
		}
		if o.FailedOf != nil {
			d.FailedOf = o.FailedOf.decode(table)
		}
		if o.ConflictOf != nil {
			d.ConflictOf = o.ConflictOf.decode(table)
		}
		o.decodeObjects(table, &d)
		s.Outcomes = append(s.Outcomes, d)
	}
	return s
}

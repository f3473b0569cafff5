package statuswrites

import (
	"slices"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// The parts of an outcome that tell of objects in memory.
type (
	dirty struct {
		Object  term      `json:"o,omitempty"`
		Part    uint8     `json:"p,omitempty"`
		Path    string    `json:"s,omitempty"`
		Keys    []pathKey `json:"k,omitempty"`
		Guarded bool      `json:"g,omitempty"`
	}
	pathKey struct {
		Text string `json:"s,omitempty"`
		Term term   `json:"t,omitempty"`
	}
	pass struct {
		Fn   term     `json:"f,omitempty"`
		Args []passed `json:"a,omitempty"`
	}
	passed struct {
		Object   *term `json:"o,omitempty"`
		Resource *term `json:"r,omitempty"`
		Fresh    bool  `json:"f,omitempty"`
	}
	overwritten struct {
		Object   term     `json:"o,omitempty"`
		Redone   []string `json:"r,omitempty"`
		Response bool     `json:"p,omitempty"`
		At       string   `json:"a,omitempty"` // file:line of the call that does it
		Bare     string   `json:"b,omitempty"`
		Last     bool     `json:"l,omitempty"`
	}
	late struct {
		Object term     `json:"o,omitempty"`
		Since  []string `json:"s,omitempty"`
	}
)

// tellsOfObjects reports whether an outcome says anything of the status of objects
// in memory. That they were settled says no more than that they were passed on.
func tellsOfObjects(o *flow.Outcome) bool {
	return len(o.Overwrites) > 0 || len(o.Sent) > 0 || len(o.Stale) > 0 || slices.ContainsFunc(o.Dirty, func(d flow.Dirty) bool { return d.OfStatus() })
}

func (p *program) encodeObjects(out *outcome, o *flow.Outcome) {
	for _, d := range o.Dirty {
		if t, ok := encode(d.Object); ok {
			e := dirty{Object: t, Part: d.Part, Path: d.Path, Guarded: d.Guarded}
			for _, k := range d.Keys {
				if t, ok := encode(k.Term); ok {
					e.Keys = append(e.Keys, pathKey{k.Text, t})
				}
			}
			out.Dirty = append(out.Dirty, e)
		}
	}
	for _, w := range o.Overwrites {
		if t, ok := encode(w.Object); ok {
			out.Overwrites = append(out.Overwrites, overwritten{t, w.Redone, w.Response, p.step(w.By).At, w.Bare, w.Last})
		}
	}
	for _, l := range o.Late {
		if t, ok := encode(l.Object); ok {
			out.Late = append(out.Late, late{t, l.Since})
		}
	}
	out.Sent = encodeAll(o.Sent)
	out.Settled = encodeAll(o.Settled)
	out.SentLast = encodeAll(o.SentLast)
	out.Stale = encodeAll(o.Stale)
}

func encodeAll(terms []*flow.Term) []term {
	var out []term
	for _, t := range terms {
		if e, ok := encode(t); ok {
			out = append(out, e)
		}
	}
	return out
}

func (o *outcome) decodeObjects(table *resource.Table, to *flow.Outcome) {
	for _, d := range o.Dirty {
		x := flow.Dirty{Object: d.Object.decode(table), Part: d.Part, Path: d.Path, Guarded: d.Guarded}
		for _, k := range d.Keys {
			x.Keys = append(x.Keys, flow.Key{Text: k.Text, Term: k.Term.decode(table)})
		}
		to.Dirty = append(to.Dirty, x)
	}
	for _, w := range o.Overwrites {
		to.Overwrites = append(to.Overwrites, flow.Overwrite{Object: w.Object.decode(table), Redone: w.Redone, Response: w.Response, By: flow.Step{At: w.At}, Bare: w.Bare, Last: w.Last})
	}
	for _, l := range o.Late {
		to.Late = append(to.Late, flow.Late{Object: l.Object.decode(table), Since: l.Since})
	}
	to.Sent = decodeAll(o.Sent, table)
	to.Settled = decodeAll(o.Settled, table)
	to.SentLast = decodeAll(o.SentLast, table)
	to.Stale = decodeAll(o.Stale, table)
}

func decodeAll(terms []term, table *resource.Table) []*flow.Term {
	var out []*flow.Term
	for _, t := range terms {
		out = append(out, t.decode(table))
	}
	return out
}

func (f *summary) encodePasses(s *flow.Summary) {
	maybe := func(t *flow.Term) *term {
		if t == nil {
			return nil
		}
		e, ok := encode(t)
		if !ok {
			return nil
		}
		return &e
	}
	for _, p := range s.Passes {
		fn, ok := encode(p.Fn)
		if !ok {
			continue
		}
		x := pass{Fn: fn}
		for _, a := range p.Args {
			x.Args = append(x.Args, passed{maybe(a.Object), maybe(a.Resource), a.Fresh})
		}
		f.Passes = append(f.Passes, x)
	}
}

func (f *summary) decodePasses(table *resource.Table, s *flow.Summary) {
	maybe := func(e *term) *flow.Term {
		if e == nil {
			return nil
		}
		return e.decode(table)
	}
	for _, p := range f.Passes {
		x := flow.Pass{Fn: p.Fn.decode(table)}
		for _, a := range p.Args {
			x.Args = append(x.Args, flow.Passed{Object: maybe(a.Object), Resource: maybe(a.Resource), Fresh: a.Fresh})
		}
		s.Passes = append(s.Passes, x)
	}
}

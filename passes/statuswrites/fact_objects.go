package statuswrites

import (
	"slices"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// The parts of an outcome that tell of objects in memory.
type (
	dirty struct {
		Object term
		Part   uint8
		Path   string
	}
	overwritten struct {
		Object   term
		Redone   []string
		Response bool
	}
)

// tellsOfObjects tells whether an outcome says anything of the status of objects
// in memory. That they were settled says no more than that they were passed on.
func tellsOfObjects(o *flow.Outcome) bool {
	return len(o.Overwrites) > 0 || len(o.Sent) > 0 || slices.ContainsFunc(o.Dirty, func(d flow.Dirty) bool { return d.OfStatus() })
}

func (out *outcome) encodeObjects(o *flow.Outcome) {
	for _, d := range o.Dirty {
		if t, ok := encode(d.Object); ok {
			out.Dirty = append(out.Dirty, dirty{t, d.Part, d.Path})
		}
	}
	for _, w := range o.Overwrites {
		if t, ok := encode(w.Object); ok {
			out.Overwrites = append(out.Overwrites, overwritten{t, w.Redone, w.Response})
		}
	}
	out.Sent = encodeAll(o.Sent)
	out.Settled = encodeAll(o.Settled)
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
		to.Dirty = append(to.Dirty, flow.Dirty{Object: d.Object.decode(table), Part: d.Part, Path: d.Path})
	}
	for _, w := range o.Overwrites {
		to.Overwrites = append(to.Overwrites, flow.Overwrite{Object: w.Object.decode(table), Redone: w.Redone, Response: w.Response})
	}
	to.Sent = decodeAll(o.Sent, table)
	to.Settled = decodeAll(o.Settled, table)
}

func decodeAll(terms []term, table *resource.Table) []*flow.Term {
	var out []*flow.Term
	for _, t := range terms {
		out = append(out, t.decode(table))
	}
	return out
}

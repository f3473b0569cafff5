package flow

import (
	"encoding/json"
	"go/token"
	"slices"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// A summary is written down as JSON: for the packages that import its own, and to hold
// those of a function that calls itself against each other.

// Same reports that two summaries of one function say the same. Their terms are of
// different tables, so what is compared is how they are written down. By which calls one
// comes to a write does not count, as a recursion finds ever longer ways, nor does the
// order of the outcomes.
func (s *Summary) Same(o *Summary) bool {
	return o != nil && slices.Equal(s.encoded(), o.encoded())
}

func (s *Summary) encoded() []string {
	said := s.by(func([]Step) []Step { return nil })
	var lines []string
	for i := range said.Outcomes {
		lines = append(lines, encode(&said.Outcomes[i]))
	}
	slices.Sort(lines)
	said.Outcomes = nil
	return append(slices.Compact(lines), encode(said))
}

func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // there is nothing in a summary that has no form
	}
	return string(text)
}

// Told is what importers are told: not what is asked for in its own package alone.
func (s *Summary) Told(placed func([]Step) []Step) *Summary {
	told := s.by(placed)
	told.Sets, told.Sends = nil, slices.Clone(s.Sends)
	for i := range told.Sends {
		told.Sends[i].Name = ""
	}
	for i := range told.Outcomes {
		o := &told.Outcomes[i]
		o.Dirty, o.Calls = slices.Clone(o.Dirty), slices.Clone(o.Calls)
		for j := range o.Dirty {
			o.Dirty[j].Pos, o.Dirty[j].Copied = token.NoPos, false
		}
		for j := range o.Calls {
			o.Calls[j].Conflict = false
		}
	}
	return told
}

// by is the summary with other chains of calls.
func (s *Summary) by(other func([]Step) []Step) *Summary {
	one := func(step Step) Step {
		for _, to := range other([]Step{step}) {
			return to
		}
		return Step{}
	}
	out := *s
	out.Outcomes = slices.Clone(s.Outcomes)
	for i := range out.Outcomes {
		o := &out.Outcomes[i]
		o.HiddenBy, o.Writes, o.Overwrites = one(o.HiddenBy), slices.Clone(o.Writes), slices.Clone(o.Overwrites)
		o.Missing = slices.Clone(o.Missing)
		for j := range o.Writes {
			o.Writes[j].Via = other(o.Writes[j].Via)
		}
		for j := range o.Overwrites {
			o.Overwrites[j].By = one(o.Overwrites[j].By)
		}
		for j := range o.Missing {
			o.Missing[j].By = one(o.Missing[j].By)
		}
	}
	return &out
}

// Intern brings the terms of a summary that was read into one table. What only its own
// package can name is nil then, or as a result a value that only the function can name.
func (s *Summary) Intern() {
	tab := resource.NewTable()
	one := func(terms ...**Term) {
		for _, t := range terms {
			*t = tab.Import(*t)
		}
	}
	all := func(lists ...[]*Term) {
		for _, list := range lists {
			for i := range list {
				one(&list[i])
			}
		}
	}
	all(s.Retries, s.RetriesAny, s.Refreshes)
	for i := range s.Sends {
		one(&s.Sends[i].Object)
	}
	for i := range s.Passes {
		p := &s.Passes[i]
		one(&p.Fn)
		for j := range p.Args {
			one(&p.Args[j].Object, &p.Args[j].Resource)
		}
	}
	for i := range s.Outcomes {
		o := &s.Outcomes[i]
		all(o.Results, o.Lost, o.Unsure, o.Sent, o.Settled, o.SentLast, o.Stale)
		for j, r := range o.Results {
			if r == nil {
				o.Results[j] = tab.Out(2000+j, "")
			}
		}
		one(&o.FailedOf, &o.ConflictOf)
		for j := range o.Facts {
			one(&o.Facts[j].Of, &o.Facts[j].Eq)
			all(o.Facts[j].Ne)
		}
		for j := range o.Writes {
			one(&o.Writes[j].Resource, &o.Writes[j].Client, &o.Writes[j].Context)
		}
		o.Writes = slices.DeleteFunc(o.Writes, func(w Write) bool { return w.Resource == nil })
		for j := range o.Same {
			one(&o.Same[j].Pointer, &o.Same[j].Resource)
		}
		for j := range o.Stores {
			one(&o.Stores[j].Addr, &o.Stores[j].Val)
		}
		for j := range o.Calls {
			one(&o.Calls[j].Fn)
		}
		for j := range o.Dirty {
			one(&o.Dirty[j].Object)
			for k := range o.Dirty[j].Keys {
				one(&o.Dirty[j].Keys[k].Term)
			}
		}
		for j := range o.Overwrites {
			one(&o.Overwrites[j].Object)
		}
		for j := range o.Missing {
			one(&o.Missing[j].Object)
			for k := range o.Missing[j].Keys {
				one(&o.Missing[j].Keys[k].Term)
			}
		}
		for j := range o.Late {
			one(&o.Late[j].Object)
		}
	}
}

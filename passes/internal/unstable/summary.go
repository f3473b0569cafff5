package unstable

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// Summary is what a caller has to know of a function.
type Summary struct {
	Results []Told `json:"r,omitempty"` // what is unstable in its results
	Changes []Told `json:"c,omitempty"` // in what its parameters point at, afterwards
	Puts    []Put  `json:"p,omitempty"` // parameters that it puts in a status
	Sorts   []Part `json:"s,omitempty"` // lists of its parameters that it sorts
}

// Part is a part of a parameter, the receiver of a method among them.
type Part struct {
	N    int    `json:"n,omitempty"`
	Path string `json:"p,omitempty"`
}

// Told is a flow as others see it.
type Told struct {
	Part         // of the result or parameter
	Kind  Kind   `json:"k,omitempty"`
	Given *Part  `json:"g,omitempty"` // it is so if this is
	From  Origin `json:"f,omitempty,omitzero"`
	May   bool   `json:"m,omitempty"`
	Put   bool   `json:"u,omitempty"` // it was put in a struct of a status
	site  site   // of one in the same package
}

// Put is a part of a parameter that goes into a status.
type Put struct {
	Part
	Kind  Kind   `json:"k,omitempty"` // Given, or what comes of it
	Field string `json:"f,omitempty"`
	// Clock tells that time is put there too, though nothing has changed, and
	// Order that a list is.
	Clock bool `json:"c,omitempty"`
	Order bool `json:"o,omitempty"`
	May   bool `json:"m,omitempty"`
}

func (s *Summary) empty() bool {
	return len(s.Results) == 0 && len(s.Changes) == 0 && len(s.Puts) == 0 && len(s.Sorts) == 0
}

// summarise sums up what was found in a function.
func (u *unit) summarise() *Summary {
	s := &Summary{Puts: u.puts}
	stopped := u.stopped()
	for ret := range ssax.Returns(u.top) {
		for i, r := range ret.Results {
			for _, f := range u.contents(r, ret) {
				if f.site.done || f.kind == Clock && stopped[i] {
					continue
				}
				if f.kind == Element {
					g, ok := u.picked(f, ret)
					if !ok || kube.IsErrorType(r.Type()) {
						continue
					}
					f = g
				}
				s.result(u.told(f, i))
			}
		}
	}
	for i, p := range u.top.Params {
		for _, m := range u.memory[p] {
			if m.site.done || m.kind == Element || m.param == i && m.kind == Given {
				continue
			}
			if !u.sorted[place{p, m.path}] {
				t := u.told(m.flow, i)
				if !slices.ContainsFunc(s.Changes, t.same) && len(s.Changes) < maxFlows {
					s.Changes = append(s.Changes, t)
				}
			}
		}
		for at := range u.sorted {
			if part := (Part{i, at.path}); at.root == p && !slices.Contains(s.Sorts, part) {
				s.Sorts = append(s.Sorts, part)
			}
		}
	}
	slices.SortFunc(s.Sorts, func(a, b Part) int {
		if a.N != b.N {
			return a.N - b.N
		}
		if a.Path < b.Path {
			return -1
		}
		return 1
	})
	return s
}

// stopped are the results of which some are another time than now.
func (u *unit) stopped() map[int]bool {
	out := map[int]bool{}
	for ret := range ssax.Returns(u.top) {
		for i, r := range ret.Results {
			if _, constant := r.(*ssa.Const); !constant && !ticking(u.contents(r, ret)) {
				out[i] = true
			}
		}
	}
	return out
}

func (s *Summary) result(t Told) {
	if !slices.ContainsFunc(s.Results, t.same) && len(s.Results) < 2*maxFlows {
		s.Results = append(s.Results, t)
	}
}

func (t Told) same(o Told) bool {
	if (t.Given == nil) != (o.Given == nil) || t.Given != nil && *t.Given != *o.Given {
		return false
	}
	t.Given, o.Given = nil, nil
	return t == o
}

func (u *unit) told(f flow, i int) Told {
	t := Told{Part: Part{i, f.path}, Kind: f.kind, From: f.from, May: f.may, Put: f.site.known(), site: f.site}
	if f.param != own {
		t.Given = &Part{f.param, f.sub}
		t.site = site{} // it stands at the call
	}
	return t
}

// arrive is what a flow of a callee is at a call of it.
func (u *unit) arrive(t Told, call ssa.CallInstruction, args []ssa.Value) flows {
	if t.Given == nil {
		f := flow{kind: t.Kind, path: t.Path, param: own, from: t.From, may: t.May, site: t.site}
		if t.Put && !f.site.known() {
			f.site = site{pos: call.Pos()}
		}
		return flows{f}
	}
	if t.Given.N >= len(args) {
		return nil
	}
	var out flows
	arg := args[t.Given.N]
	for _, f := range u.contents(arg, call) {
		g, ok := f.part(t.Given.Path)
		if !ok {
			continue
		}
		switch {
		case t.Kind == Given:
			if g, ok = g.in(t.Path); !ok {
				continue
			}
		case g.path != "" || g.kind != Order && g.kind != Given:
			continue // the order of the argument matters, and it has none of its own
		default:
			g.kind, g.path = t.Kind, t.Path
		}
		g.may = g.may || t.May
		if t.Put && !g.site.known() {
			g.site = site{arg: Argument{call, t.Given.N}}
		}
		out.add(g)
	}
	return out
}

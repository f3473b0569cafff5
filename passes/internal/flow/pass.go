package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// passing notes what is passed to a function of the caller's.
func (e *exec) passing(s *state, fn *Term, c *ssa.CallCommon) {
	args := make([]Passed, len(c.Args))
	for i, a := range c.Args {
		t := e.value(s, a)
		if !e.isAPIObject(t) {
			if t.Visible() && e.placeOf(s, t).part != noPart { // its status
				args[i].Object = t
			}
			continue
		}
		if t.Visible() {
			args[i].Object = t
		}
		if r := s.resOf(e, t); r.Visible() && r != t {
			args[i].Resource = r
		}
		args[i].Fresh = s.objects.get(t).again
	}
	e.passed(fn, args)
}

func (e *exec) passed(fn *Term, args []Passed) {
	if old, known := e.passes[fn]; known && !slices.Equal(old, args) {
		args = make([]Passed, len(args)) // different ones
	}
	e.passes[fn] = args
}

// given are the arguments with which a callee calls a function of the caller's.
// It returns nil where nothing is known of them.
func (b *binding) given(s *state, sum *Summary, fn *Term, turn int) []*Term {
	var pass *Pass
	for i := range sum.Passes {
		if b.term(sum.Passes[i].Fn) == fn {
			pass = &sum.Passes[i]
		}
	}
	if pass == nil {
		return nil
	}
	if fn.Fn == nil { // a function of the caller's caller
		if fn.Visible() {
			b.e.passed(fn, b.hand(s, pass.Args))
			return nil
		}
		var args []*Term // of a function that cannot be seen
		for _, a := range pass.Args {
			if a.Object != nil {
				if t := b.term(a.Object); t != nil {
					args = append(args, t)
				}
			}
		}
		return args
	}
	if len(pass.Args) != len(fn.Fn.Params) {
		return nil
	}
	args := make([]*Term, len(pass.Args))
	for i, a := range pass.Args {
		if a.Object != nil {
			args[i] = b.term(a.Object)
		}
		if args[i] == nil {
			args[i] = b.e.tab.ValueAs(at(b.instr), resource.As{Role: resource.Given, Turn: int32(turn), N: i}, fn.Fn.Params[i].Type(), "")
			if a.Resource != nil {
				if r := b.resource(a.Resource); r != nil {
					s.res.set(args[i], r)
				}
			}
		}
		if a.Fresh {
			o := s.objects.get(args[i])
			o.again = true
			s.put(args[i], o)
		}
	}
	return args
}

// hand translates what is passed on to a function of the caller's.
func (b *binding) hand(s *state, args []Passed) []Passed {
	out := make([]Passed, len(args))
	for i, a := range args {
		out[i].Fresh = a.Fresh
		if a.Object != nil {
			if t := b.term(a.Object); t != nil && t.Visible() {
				out[i].Object = t
				out[i].Fresh = a.Fresh || s.objects.get(t).again
			}
		}
		if a.Resource != nil {
			if r := b.resource(a.Resource); r != nil && r.Visible() {
				out[i].Resource = r
			}
		}
	}
	return out
}

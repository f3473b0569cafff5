package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// course is the domain of what a path has gone through: which functions of the caller's
// it has called, what it has put off to its end, and what it has waited for.
type course struct {
	called rows[*Term, outcome] // functions of the caller's that were called
	defers []deferred
	waited Waiting
}

// Waiting tells what the path waited for.
type Waiting uint8

const (
	forEvent Waiting = 1 + iota // a channel, a timer
	forItem                     // the next item of a work queue: what failed belongs to the last
)

// outcome of a call of a function that the caller passed.
type outcome uint8

const (
	calledOK  outcome = 1 + iota // it returned, without an error where it can return one
	calledErr                    // it returned an error
)

type deferred struct {
	call *ssa.Defer
	fn   *Term
	args []*Term
}

func (c *course) share() {
	c.called.share()
	c.defers = slices.Clip(c.defers)
}

func (c *course) size() int { return 0 }

func (c *course) key(e *exec, _ *state, _ detail, d *digest) {
	for t, o := range c.called.all() {
		d.add('c', t.ID, int(o))
	}
	for i, f := range c.defers {
		d.add('d', i, e.callIndex(f.call))
	}
	d.add('a', int(c.waited))
}

// join has nothing to do: paths that differ in this are not joined (see key).
func (c *course) join(*exec, *state, *state, *state) {}

func (c *course) forget(_ *exec, _ *state, v *renewal) {
	for t := range c.called.all() {
		if v.gone(t) {
			c.called.del(t)
		}
	}
}

func (c *course) tell(x *ending, o *Outcome) {
	for t, out := range c.called.all() {
		if x.visible(t) {
			o.Calls = append(o.Calls, Called{t, out == calledErr, out == calledErr && x.e.metConflict(x.s, t)})
		}
	}
	o.Waited = c.waited
}

func (c *course) mark(to *collector) {
	for _, d := range c.defers {
		to.mark(d.fn)
		for _, a := range d.args {
			to.mark(a)
		}
	}
}

func (c *course) sweep(*collector) {}

// deferCall defers a call. Of one that a loop defers again and again two are kept:
// what a third would do after them, the second does after the first.
func (s *state) deferCall(d deferred) {
	again := func(old deferred) bool { return old.call == d.call }
	defers := slices.Clone(s.defers)
	if first := slices.IndexFunc(defers, again); first >= 0 && slices.ContainsFunc(defers[first+1:], again) {
		defers = slices.Delete(defers, first, first+1)
	}
	s.defers = append(defers, d)
}

// runDefers runs the deferred calls, last first.
func (e *exec) runDefers(s *state) []*state {
	states := []*state{s}
	n := len(s.defers)
	for k := n - 1; k >= 0; k-- {
		d := s.defers[k]
		var next []*state
		for _, s := range states {
			next = append(next, e.call(s, d.call, d.fn, d.args)...)
		}
		states = next
		if len(states) > 8 {
			states = e.distinct(states)
		}
	}
	for _, s := range states {
		s.defers = nil
	}
	return states
}

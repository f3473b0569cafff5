package flow

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// Term is a symbolic value.
type Term = resource.Term

// state is what is known at one point of one path, or of several paths that
// agree in what matters (see join).
type state struct {
	env    rows[register, *Term] // what the registers hold
	mem    rows[*Term, *Term]    // what addresses hold, where the path changed or read it
	stale  rows[*Term, bool]     // addresses below which the path lost track: of all (true), or of all but references
	facts  rows[*Term, fact]     // what the branches taken imply
	res    rows[*Term, *Term]    // pointers and struct values: the resource they stand for, if not themselves
	writes rows[*Term, write]    // resources whose status was written
	forgot bool                  // that of others was, too (see maxGroups)
	failed rows[site, failure]
	called rows[*Term, outcome] // functions of the caller's that were called
	// What happened to objects in memory (see object.go).
	objects rows[*Term, object]
	lost    []loss // ascending (see compareLoss)
	tries   rows[site, try]
	origin  rows[*Term, []origin] // values that were read from a status, or computed from one
	defers  []deferred
	waited  Waiting
}

// fact is what is known of a value: that it equals a constant, or that it
// differs from some.
type fact struct {
	eq *Term
	ne []*Term // ascending by ID
}

// write tells of the successful status writes of one resource on the path.
type write struct {
	first  ssa.CallInstruction // an earlier write; nil where only goroutines wrote
	client *Term               // what it was sent through
	paths  []string            // what was changed of the status and sent, ascending
	// ifChanged: it was a patcher's, which has sent something only if the status had
	// changed before the function was called.
	ifChanged bool
	// loops holds, for each call inside a loop that wrote, the innermost loop
	// that the path has not left since.
	loops map[ssa.CallInstruction]*loop
}

// failure tells of a conflict-prone write that failed on the path.
type failure struct {
	res *Term
	err *Term // the error it returned
	// open: the failure was handed up, so it is for this function to judge
	// whether its error is returned or swallowed.
	open bool
	kept bool // the error was stored where a caller may see it
	// passed: it went into a call that returns an error in turn.
	passed bool
	// What the path asked of the error before it came by the call again.
	asked bool // it is a conflict
	other bool // it is none
	told  bool // a predicate of the caller's said yes or no to it
	item  bool // what it wrote was an item of the loop, and is the turn's no more
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

func (s *state) clone() *state {
	return &state{
		env: s.env.clone(), mem: s.mem.clone(), stale: s.stale.clone(), facts: s.facts.clone(),
		res: s.res.clone(), writes: s.writes.clone(), failed: s.failed.clone(), called: s.called.clone(),
		origin: s.origin.clone(), objects: s.objects.clone(), tries: s.tries.clone(), lost: s.lost,
		defers: s.defers[:len(s.defers):len(s.defers)],
		waited: s.waited, forgot: s.forgot,
	}
}

// size is how much the state holds.
func (s *state) size() int {
	return s.env.len() + s.mem.len() + s.stale.len() + s.facts.len() + s.res.len() + s.writes.len() + s.failed.len() + s.objects.len() + s.tries.len() + s.origin.len()
}

// collect drops what can no longer matter at the start of block b: facts of
// dead values, memory that nothing reaches. States that differ only in that
// become equal.
func (s *state) collect(e *exec, b *ssa.BasicBlock) {
	marked := &e.marked
	marked.clear()
	mark := func(t *Term) {
		if t == nil {
			return
		}
		marked.add(t)
		for _, d := range t.Leaves() {
			marked.add(d)
		}
		if t.Kind == resource.Closure || t.Kind == resource.Struct {
			for _, a := range t.Args {
				marked.add(a)
			}
		}
	}
	s.env.keep(func(r register, t *Term) bool {
		alive := e.flow.alive(b, r)
		if alive {
			mark(t)
		}
		return alive
	})
	s.env.bound(maxRows, e.unnamed)
	for _, d := range s.defers {
		mark(d.fn)
		for _, a := range d.args {
			mark(a)
		}
	}
	s.forgetFailures(e)
	for _, f := range s.failed.all() {
		mark(f.err)
	}
	for _, t := range s.tries.all() {
		if t.err != nil {
			mark(t.err)
		}
	}
	reached := func(a *Term) bool {
		root := a.Root()
		return root.Visible() || marked.has(root)
	}
	for changed := true; changed; {
		changed = false
		for _, m := range s.mem.list {
			if !marked.has(m.val) && reached(m.key) {
				mark(m.val)
				changed = true
			}
		}
	}
	s.mem.keep(func(a, _ *Term) bool { return reached(a) })
	s.stale.keep(func(t *Term, _ bool) bool { return reached(t) })
	s.facts.keep(func(t *Term, _ fact) bool { return s.keeps(e, b, t) })
	s.facts.bound(maxRows, func(*Term) {})
	s.res.keep(func(p, _ *Term) bool { return marked.has(p) || reached(p) })
	s.origin.keep(func(t *Term, _ []origin) bool { return marked.has(t) })
	s.objects.keep(func(t *Term, o object) bool { return marked.has(t) || reached(t) || o.read && o.has(statusPart) })
	s.redo(func(l loss) bool { return l.late && !marked.has(l.object) && !reached(l.object) })
	for r, w := range s.writes.all() {
		loops, left := e.flow.stillIn(w.loops, b)
		switch {
		case w.first == nil && len(loops) == 0:
			s.writes.del(r)
		case left:
			w.loops = loops
			s.writes.set(r, w)
		}
	}
}

// keeps reports whether a fact can still be asked for.
func (s *state) keeps(e *exec, b *ssa.BasicBlock, t *Term) bool {
	marked := &e.marked
	switch t.Kind {
	case resource.Param, resource.FreeVar:
		return true
	case resource.Value, resource.Out:
		return marked.has(t) || e.flow.small && e.answers[t] != nil
	case resource.Load, resource.Proj:
		name := t.Name
		if t.Kind == resource.Load {
			name = t.Args[0].Name
		}
		name, _, _ = strings.Cut(name, ",")
		if marked.has(t) || e.flow.asks(b, name) || e.flow.small && t.Visible() {
			return true
		}
		return false
	case resource.Pure:
		if marked.has(t) { // a flag that is tested again
			return true
		}
		for _, a := range t.Args {
			if !a.IsConst() && !isSentinel(a) && !marked.has(a) && !(e.flow.small && a.Visible()) && !e.flow.asksLoad(b, a) {
				return false
			}
		}
		return true
	}
	return marked.has(t)
}

// asksLoad reports whether a block, or one that it leads to, asks for a field.
func (s *shape) asksLoad(b *ssa.BasicBlock, t *Term) bool {
	return t.Kind == resource.Load && s.asks(b, t.Args[0].Name) || t.Kind == resource.Proj && s.asks(b, t.Name)
}

// insert adds a term to a list of what a value differs from. A long list, as a
// switch with many cases makes, forgets its first.
func insert(list []*Term, t *Term) []*Term {
	at, found := slices.BinarySearchFunc(list, t, func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) })
	if found {
		return list
	}
	list = slices.Insert(slices.Clone(list), at, t)
	if len(list) > maxDifferent {
		list = list[1:]
	}
	return list
}

package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// Term is a symbolic value.
type Term = resource.Term

// state is what is known at one point of one path, or of several paths that agree in
// what matters (see join). Each of its parts is a domain.
type state struct {
	writeLog
	memory
	identity
	beliefs
	course
	failures
	attempts
	pending
	origins
	endings

	at Point // of the paths, if they are kept; not part of what is known
}

// domains are the parts of a state. One that needs what another has found out comes
// after it.
func (s *state) domains() [10]domain {
	return [...]domain{&s.writeLog, &s.memory, &s.identity, &s.beliefs, &s.course, &s.failures, &s.attempts, &s.pending, &s.origins, &s.endings}
}

// domain is one part of what is known of a path: what has to be told of it so that
// states can be copied, compared, joined and cleaned up. What moves it on stands in its
// own file.
type domain interface {
	// share tells that a copy of it will be used beside it.
	share()
	// size is how much it holds.
	size() int
	// key adds what states must agree in.
	key(e *exec, s *state, in detail, d *digest)
	// join keeps what both a and b know. It is a part of j, which is a copy of a.
	join(e *exec, a, b, j *state)
	// forget drops what it has of a value whose instruction runs again.
	forget(e *exec, s *state, v *renewal)
	// tell adds to the summary what callers are to know of a path that ends here.
	tell(x *ending, o *Outcome)
	// mark says which terms it can still ask for.
	mark(c *collector)
	// sweep drops what nothing asks for, after all have marked.
	sweep(c *collector)
}

func (s *state) clone() *state {
	for _, d := range s.domains() {
		d.share()
	}
	c := *s
	return &c
}

// size is how much the state holds.
func (s *state) size() int {
	n := 0
	for _, d := range s.domains() {
		n += d.size()
	}
	return n
}

// join widens: it keeps what both states know. If the two agree in the resources
// written (the key of counts), no count is mixed with another; only facts, memory
// and names get lost, and which calls of a loop have written. Otherwise writes get
// lost, too. What failed on one of them has failed, but who got the error is not
// known then.
func (s *state) join(e *exec, o *state) *state {
	j := s.clone()
	for _, d := range j.domains() {
		d.join(e, s, o, j)
	}
	j.joinRegisters(e, s, o)
	for _, m := range s.sameResource(e, o) {
		m.join(e, j)
	}
	return j
}

// key is equal for states that agree. Which of several earlier writes is
// remembered does not count: one is as good a witness as the other.
func (s *state) key(e *exec, in detail) digest {
	d := digest{uint64(in)}
	for _, part := range s.domains() {
		part.key(e, s, in, &d)
	}
	return d
}

// forget drops what was known of a value whose instruction runs again: the
// name now stands for the new value. Registers that still hold the old value
// hold something unknown.
func (s *state) forget(e *exec, at ssa.Value) {
	v := renewal{at: at, old: e.tab.ValueAs(at, resource.As{Role: resource.Earlier}, nil, ""), now: e.tab.Value(at, 0, nil)}
	for _, d := range s.domains() {
		d.forget(e, s, &v)
	}
}

// renewal is that of a value whose instruction runs again.
type renewal struct {
	at       ssa.Value
	now, old *Term // its name, and what stands for its earlier values
	// follows: some register holds the earlier value, and none an older one, so that
	// what was known of the name is known of old.
	follows bool
}

// gone reports that a term speaks of the earlier value.
func (v *renewal) gone(t *Term) bool {
	if t == nil {
		return false
	}
	for _, d := range t.Leaves() {
		if d.At == v.at {
			return true
		}
	}
	return false
}

// collect drops what can no longer matter at the start of block b: facts of
// dead values, memory that nothing reaches. States that differ only in that
// become equal.
func (s *state) collect(e *exec, b *ssa.BasicBlock) {
	e.marked.clear()
	c := collector{e: e, at: b, marks: &e.marked}
	parts := s.domains()
	for _, d := range parts {
		d.mark(&c)
	}
	for _, d := range parts {
		d.sweep(&c)
	}
}

// collector tells what a state that comes to a block can still ask for.
type collector struct {
	e  *exec
	at *ssa.BasicBlock
	*marks
}

// mark notes that a term can be asked for, and with it what it is made of.
func (c *collector) mark(t *Term) {
	if t == nil {
		return
	}
	c.add(t)
	for _, d := range t.Leaves() {
		c.add(d)
	}
	if t.Kind == resource.Closure || t.Kind == resource.Struct {
		for _, a := range t.Args {
			c.add(a)
		}
	}
}

// reached reports that an address can be asked for: the caller can name it, or its root
// is marked.
func (c *collector) reached(addr *Term) bool {
	root := addr.Root()
	return root.Visible() || c.has(root)
}

package flow

import (
	"cmp"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Events are what the paths of a function have shown that a check may ask for. They say
// what happened and what the path knew then, in the order of the source. What of that is a
// report, and what is none, is for the check.
type Events struct {
	// Resent are the calls that a loop repeats with the same object after they failed,
	// Outdated those that send an object with a resourceVersion that another write has
	// replaced, and Unreported those of whose conflict no caller is told.
	Resent     []Resent
	Outdated   []Outdated
	Unreported []Unreported
	// Carried are the assignments of values from before the object was read again.
	Carried []Carried
	// Overwritten, Unwritten and LeftOut are changes in memory that were not written, and
	// EmptyPatches the patches that send nothing. Replaced are the changes of a status that
	// were not written when an answer came, whatever became of them.
	Overwritten  []Overwritten
	Replaced     []Replaced
	Unwritten    []Unwritten
	LeftOut      []LeftOut
	EmptyPatches []EmptyPatch
	// Beside and Nested are what a function that runs in a retry or a status manager does
	// to objects that this does not send, and writes beside it.
	Beside []Beside
	Nested []Nested
}

// eventNotes are the events as they come.
type eventNotes struct {
	outdated     events[Outdated]
	unreported   events[Unreported]
	carried      events[Carried]
	overwritten  events[Overwritten]
	replaced     events[Replaced]
	unwritten    events[Unwritten]
	leftOut      events[LeftOut]
	emptyPatches events[EmptyPatch]
	beside       events[Beside]
	nested       events[Nested]
}

// told are the events, when all paths have been walked.
func (e *exec) told() Events {
	return Events{
		Resent: e.resent(), Outdated: e.outdated.sorted(), Unreported: e.unreported.sorted(), Carried: e.carried.sorted(),
		Overwritten: e.overwritten.sorted(), Replaced: e.replaced.sorted(), Unwritten: e.elsewhere(), LeftOut: e.leftOut.sorted(), EmptyPatches: e.emptyPatches.sorted(),
		Beside: e.beside.sorted(), Nested: e.nested.sorted(),
	}
}

// events are those of one kind, each as it was first seen.
type events[E any] struct {
	seen map[eventKey]bool
	list []event[E]
}

type event[E any] struct {
	key   eventKey
	shown E
}

// eventKey tells events of one kind apart.
type eventKey struct {
	call ssa.CallInstruction
	at   ssa.Instruction // another one that it is about
	pos  token.Pos       // the place, where neither is known
	path string
	how  any // what else tells them apart
}

// add adds an event unless it was seen before.
func (l *events[E]) add(key eventKey, show func() E) {
	if l.seen[key] {
		return
	}
	if l.seen == nil {
		l.seen = map[eventKey]bool{}
	}
	l.seen[key] = true
	l.list = append(l.list, event[E]{key, show()})
}

// sorted are the events in the order of the source.
func (l *events[E]) sorted() []E {
	slices.SortStableFunc(l.list, func(a, b event[E]) int {
		return cmp.Or(cmp.Compare(a.key.callPos(), b.key.callPos()), cmp.Compare(a.key.atPos(), b.key.atPos()), cmp.Compare(a.key.pos, b.key.pos), cmp.Compare(a.key.path, b.key.path))
	})
	var out []E
	for _, x := range l.list {
		out = append(out, x.shown)
	}
	return out
}

func (k eventKey) callPos() token.Pos {
	if k.call == nil {
		return token.NoPos
	}
	return k.call.Pos()
}

func (k eventKey) atPos() token.Pos {
	if k.at == nil {
		return token.NoPos
	}
	return k.at.Pos()
}

package flow

import (
	"cmp"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// events are of one kind of what the paths of a function have shown, each as it was first
// seen. What is to be said of them is for the checks to decide.
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
		return cmp.Or(cmp.Compare(a.key.callPos(), b.key.callPos()), cmp.Compare(a.key.atPos(), b.key.atPos()), cmp.Compare(a.key.path, b.key.path))
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

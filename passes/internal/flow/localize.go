package flow

import (
	"cmp"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// localizer renames what a caller cannot name.
type localizer struct {
	e    *exec
	outs map[*Term]*Term
}

func (l *localizer) visible(t *Term) bool { return t.Visible() && t.Kind != resource.Closure }

func (l *localizer) client(t *Term) *Term {
	if t != nil && l.visible(t) {
		return t
	}
	return nil
}

func (l *localizer) out(t *Term) *Term {
	if o := l.outs[t]; o != nil {
		return o
	}
	o := l.e.tab.Out(len(l.outs), t.Type)
	l.outs[t] = o
	return o
}

func (l *localizer) term(t *Term) *Term {
	switch {
	case l.visible(t) && t.Kind != resource.Struct:
		return t
	case t.Kind == resource.Struct && t.Typ != nil:
		fields := make([]*Term, len(t.Args))
		for i, a := range t.Args {
			fields[i] = l.term(a)
		}
		if s := l.e.tab.Struct(fields, t.Typ); s != nil {
			return s
		}
	}
	return l.out(t)
}

// inOrder are the keys of a map in the order in which they were made: Go visits a
// map in any, and loops that make terms or number them must not depend on it.
func inOrder[V any](m map[*Term]V) []*Term {
	return slices.SortedFunc(maps.Keys(m), func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) })
}

// isName reports that a value is what an address was found to hold, not what
// was stored there.
func isName(v *Term) bool {
	if v.Kind != resource.Value {
		return false
	}
	_, load := v.At.(*ssa.UnOp)
	return load || v.Role == resource.Held || v.Role == resource.HeldBefore || v.Role == resource.Earlier || v.Name != ""
}

package flow

import (
	"slices"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// Joined paths remember so many changes of an object, in order, and each once.
func TestJoinChanges(t *testing.T) {
	all := make([]*change, 2*maxChanges)
	var even, odd []*change
	for id := range all {
		all[id] = &change{id: id}
		if id%2 == 0 {
			even = append(even, all[id])
		} else {
			odd = append(odd, all[id])
		}
	}
	few := joinChanges(even[:3], []*change{all[1], all[2], all[9]})
	if want := []*change{all[0], all[1], all[2], all[4], all[9]}; !slices.Equal(few, want) {
		t.Errorf("%d changes, want %d in order", len(few), len(want))
	}
	many := joinChanges(even[:maxChanges-1], odd)
	if len(many) != maxChanges {
		t.Errorf("%d changes, want %d", len(many), maxChanges)
	}
}

// What all of many paths know of a register, the joined path knows, too, however many
// were joined: that an error is one, and what an object stands for.
func TestJoinRegisters(t *testing.T) {
	at := ssa.NewConst(nil, errorType)
	e := &exec{frame: frame{tab: resource.NewTable(), flow: &shape{values: []ssa.Value{at}}}}
	res := e.tab.Param(0, errorType)
	var joined *state
	for n := range 4 {
		s := &state{}
		v := e.tab.Value(at, n+1, errorType)
		if n == 0 { // never nil, by what it is
			v = e.tab.Global("example.com/widgets.gone", errorType)
		} else {
			s.facts.set(v, fact{ne: []*Term{e.tab.Nil}})
		}
		s.env.set(0, v)
		s.res.set(v, res)
		if joined == nil {
			joined = s
			continue
		}
		joined = joined.join(e, s)
		got := joined.env.get(0)
		if !joined.isNotNil(e, got) {
			t.Errorf("after %d joins the error may be nil", n)
		}
		if joined.resOf(e, got) != res {
			t.Errorf("after %d joins the object stands for %v", n, joined.resOf(e, got))
		}
	}
}

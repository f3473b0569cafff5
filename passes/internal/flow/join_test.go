package flow

import (
	"slices"
	"testing"
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

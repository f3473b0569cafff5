package flow

import (
	"cmp"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Go visits a map in any order, and the result must not depend on it: these pick
// from one by the order in which its keys were made, or stand in the program.

// inOrder are the keys of a map in the order in which they were made. It is for
// loops that make terms or number them: in another order these would be others,
// and so would be what is merged.
func inOrder[V any](m map[*Term]V) []*Term {
	return slices.SortedFunc(maps.Keys(m), func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) })
}

// earliest is the first key made of those of a map that will do, or nil.
func earliest[V any](m map[*Term]V, will func(*Term, V) bool) *Term {
	var first *Term
	for t, v := range m {
		if (first == nil || t.ID < first.ID) && will(t, v) {
			first = t
		}
	}
	return first
}

// firstOf is the first call of a map in the order of the program.
func firstOf[T any](e *exec, calls map[ssa.CallInstruction]T) ssa.CallInstruction {
	var first ssa.CallInstruction
	for c := range calls {
		if first == nil || e.callIndex(c) < e.callIndex(first) {
			first = c
		}
	}
	return first
}

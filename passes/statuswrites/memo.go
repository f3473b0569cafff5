package statuswrites

import "math"

// memo keeps the answers to questions about functions, which may call each other: while
// one is answered, it may be asked again. What is kept does not depend on which function
// was asked for first.
type memo[K comparable, V any] struct {
	assumed V // the answer while a question is open: the least one
	same    func(V, V) bool

	known   map[K]answer[V]
	open    map[K]int // by question: how many were open before it
	resting []K       // the questions whose answers rest on an open one, as they were answered
	lowest  int       // the first open question on which the answer rests that is being found
}

// answer is one that may rest on an open question, and settled if it does not.
type answer[V any] struct {
	v  V
	on int
}

const settled = math.MaxInt

func newMemo[K comparable, V any](assumed V, same func(V, V) bool) memo[K, V] {
	return memo[K, V]{assumed: assumed, same: same, known: map[K]answer[V]{}, open: map[K]int{}, lowest: settled}
}

// ask answers a question, by find if that is not known.
func (m *memo[K, V]) ask(k K, find func() V) V {
	if a, ok := m.known[k]; ok {
		m.lowest = min(m.lowest, a.on)
		return a.v
	}
	if before, ok := m.open[k]; ok {
		m.lowest = min(m.lowest, before)
		return m.assumed
	}
	before, outer, resting := len(m.open), m.lowest, len(m.resting)
	m.open[k], m.lowest = before, settled
	v := find()
	delete(m.open, k)
	on := m.lowest
	if on >= before { // on nothing but itself
		on = settled
	}
	for _, other := range m.resting[resting:] {
		switch a := m.known[other]; {
		case !m.same(v, m.assumed): // it was told otherwise
			delete(m.known, other)
		case a.on >= before: // on this one, or on what this one rests on
			m.known[other] = answer[V]{a.v, on}
		}
	}
	if on == settled || !m.same(v, m.assumed) {
		m.resting = m.resting[:resting]
	}
	if on != settled {
		m.resting = append(m.resting, k)
	}
	m.known[k] = answer[V]{v, on}
	m.lowest = min(outer, on)
	return v
}

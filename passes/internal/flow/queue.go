package flow

import (
	"math/bits"

	"golang.org/x/tools/go/ssa"
)

// queue holds the states that are to be walked, block by block.
type queue struct {
	flow   *shape
	blocks []waiting // by their index
	ready  bitset    // the blocks that have any, by their place in the order
	first  int       // no word of ready before this one has a bit
}

// waiting is what the engine knows of the states that have come to a block.
type waiting struct {
	states []*state
	seen   map[digest]bool
	joined map[digest]*state // by their key of control
	walks  int
}

func newQueue(flow *shape) *queue {
	n := len(flow.order)
	return &queue{flow: flow, blocks: make([]waiting, n), ready: newBits(n + 1)}
}

// next is the first block, in reverse post-order, that has states to walk, or -1:
// its predecessors are done as far as they can be, so more states meet.
func (q *queue) next() int {
	for ; q.first < len(q.ready); q.first++ {
		if w := q.ready[q.first]; w != 0 {
			return q.flow.blocks[q.first*64+bits.TrailingZeros64(w)]
		}
	}
	return -1
}

// take hands out the states of a block.
func (q *queue) take(block int) []*state {
	w := &q.blocks[block]
	states := w.states
	w.states = nil
	q.ready.clear(q.flow.order[block])
	return states
}

// add queues a state for a block.
func (q *queue) add(block int, s *state) {
	w := &q.blocks[block]
	w.states = append(w.states, s)
	at := q.flow.order[block]
	q.ready.set(at)
	q.first = min(q.first, at/64)
}

// enter queues a state for a block unless an equal one was there before.
func (e *exec) enter(b *ssa.BasicBlock, s *state) {
	w := &e.queue.blocks[b.Index]
	if w.seen == nil {
		w.seen = map[digest]bool{}
	}
	key := s.key(e, false)
	if w.seen[key] {
		return
	}
	w.seen[key] = true
	if len(w.seen) > softStates {
		control := s.key(e, true)
		if w.joined == nil {
			w.joined = map[digest]*state{}
		}
		if with := w.joined[control]; with != nil {
			j := with.join(e, s)
			j.collect(e, b)
			key := j.key(e, false)
			if key == with.key(e, false) {
				return
			}
			w.joined[control] = j
			if w.seen[key] {
				return
			}
			w.seen[key] = true
			s = j
		} else {
			w.joined[control] = s
		}
		s = s.clone()
	}
	if w.walks++; w.walks > hardStates {
		e.cut = true
		return
	}
	e.queue.add(b.Index, s)
}

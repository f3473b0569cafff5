package flow

import (
	"math/bits"

	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// queue holds the states that are to be walked, block by block.
type queue struct {
	flow   *shape
	blocks []waiting // by their index
	ready  ssax.Bits // the blocks that have any, by their place in the order
	at     int       // the block that was walked last
}

// waiting is what the engine knows of the states that have come to a block.
type waiting struct {
	due    []*joint
	seen   []digest
	joined map[digest]*joint // by their key of control
	walks  int
}

// joint is a state of a block. Others may be joined to it, also while it waits,
// so that they are not walked by themselves.
type joint struct {
	state *state
	key   digest
	open  bool // to others
	due   bool
}

func newQueue(flow *shape) *queue {
	n := len(flow.order)
	return &queue{flow: flow, blocks: make([]waiting, n), ready: ssax.NewBits(n + 1)}
}

// next is the next block that has states to walk, or -1. Within a loop it goes on
// to the end, in reverse post-order, then back to the head until nothing new
// comes of it, and only then leaves the loop. So as many states meet as can.
func (q *queue) next() int {
	for l := q.flow.inner[q.at]; ; l = l.outer {
		if i := q.from(q.flow.order[q.at]+1, l); i >= 0 {
			return i
		}
		start := 0
		if l != nil {
			start = q.flow.order[l.head.Index]
		}
		if i := q.from(start, l); i >= 0 || l == nil {
			return i
		}
	}
}

// from is the first block of a loop, or of all, from a place in the order on,
// that has states to walk, or -1.
func (q *queue) from(place int, l *loop) int {
	for w := place / 64; w < len(q.ready); w++ {
		word := q.ready[w]
		if w == place/64 {
			word &= ^uint64(0) << (place % 64)
		}
		for ; word != 0; word &= word - 1 {
			i := q.flow.blocks[w*64+bits.TrailingZeros64(word)]
			if l == nil || l == q.flow.root || l.blocks.Has(i) {
				return i
			}
		}
	}
	return -1
}

// add queues a state for a block.
func (q *queue) add(block int, j *joint) {
	if j.due {
		return
	}
	j.due = true
	w := &q.blocks[block]
	w.due = append(w.due, j)
	q.ready.Set(q.flow.order[block])
}

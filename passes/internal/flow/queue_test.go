package flow

import (
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// A loop is walked until nothing new comes of it before what follows it, even
// where that comes first in the order: states then meet in the loop, and what
// follows it is walked once for all turns.
func TestQueueEndsLoops(t *testing.T) {
	const entry, head, body, after = 0, 1, 2, 3
	around := &loop{head: &ssa.BasicBlock{Index: head}, blocks: ssax.NewBits(4)}
	around.blocks.Set(head)
	around.blocks.Set(body)
	q := newQueue(&shape{
		blocks: []int{entry, head, after, body},
		order:  []int{entry: 0, head: 1, after: 2, body: 3},
		inner:  []*loop{head: around, body: around, after: nil},
	})
	walk := func(want int, leads ...int) {
		t.Helper()
		got := q.next()
		if got != want {
			t.Fatalf("block %d is next, want %d", got, want)
		}
		q.at = got
		q.ready.Clear(q.flow.order[got])
		for _, to := range leads {
			q.add(to, &joint{})
		}
	}
	q.add(entry, &joint{})
	walk(entry, head)
	walk(head, after, body)
	walk(body, head)
	walk(head, body)
	walk(body)
	walk(after)
	if got := q.next(); got >= 0 {
		t.Errorf("block %d is next, want none", got)
	}
}

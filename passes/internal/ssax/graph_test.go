package ssax_test

import (
	"slices"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

const nested = `
	func nested(n int) (sum int) {
		for i := 0; i < n; i++ {
			for j := 0; j < i; j++ {
				sum += j
			}
		}
		return sum
	}`

// Inner loops come before those around them, and lie in them.
func TestLoops(t *testing.T) {
	fn := build(t, nested).Func("nested")
	loops := ssax.Loops(fn)
	if len(loops) != 2 {
		t.Fatalf("%d loops, want 2", len(loops))
	}
	inner, outer := loops[0], loops[1]
	for b := range inner.Blocks.All() {
		if !outer.Has(fn.Blocks[b]) {
			t.Errorf("block %d of the inner loop is not in the outer one", b)
		}
	}
	if inner.Has(outer.Head) {
		t.Error("the head of the outer loop is in the inner one")
	}
	if outer.Has(fn.Blocks[0]) {
		t.Error("the entry is in a loop")
	}
}

func TestOrder(t *testing.T) {
	fn := build(t, nested).Func("nested")
	place := map[*ssa.BasicBlock]int{}
	for i, b := range ssax.Order(fn) {
		place[b] = i
	}
	if len(place) != len(fn.Blocks) {
		t.Fatalf("%d blocks in order, want all %d", len(place), len(fn.Blocks))
	}
	for _, b := range fn.Blocks {
		for _, next := range b.Succs {
			if place[next] <= place[b] && !next.Dominates(b) {
				t.Errorf("%v comes before %v, which leads to it", next, b)
			}
		}
	}
}

// What goto makes by jumping into the middle of a cycle is no natural loop.
func TestCycles(t *testing.T) {
	fn := build(t, `
		func jump(a, b bool) {
			if a {
				goto second
			}
		first:
			print(1)
		second:
			print(2)
			if b {
				goto first
			}
		}`).Func("jump")
	if loops := ssax.Loops(fn); len(loops) != 0 {
		t.Errorf("%d natural loops, want none", len(loops))
	}
	cycles := ssax.Cycles(fn)
	if len(cycles) != 1 || len(cycles[0]) != 2 {
		t.Fatalf("cycles %v, want one of two blocks", cycles)
	}
	a, b := cycles[0][0], cycles[0][1]
	if !ssax.Reaches(a, b) || !ssax.Reaches(b, a) || !ssax.Reaches(a, a) {
		t.Error("the blocks of a cycle do not reach each other")
	}
	if entry := fn.Blocks[0]; ssax.Reaches(entry, entry) || ssax.Reaches(a, entry) {
		t.Error("the entry is reached")
	}
}

func TestBits(t *testing.T) {
	a, b := ssax.NewBits(130), ssax.NewBits(130)
	a.Set(0)
	a.Set(129)
	b.Set(64)
	if !b.Or(a) || b.Or(a) {
		t.Error("Or tells of a change once only")
	}
	b.Clear(0)
	if got := slices.Collect(b.All()); !slices.Equal(got, []int{64, 129}) || b.Len() != 2 || b.Has(0) || !b.Has(129) {
		t.Errorf("%v", got)
	}
}

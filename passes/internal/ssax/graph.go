package ssax

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Loop is a natural loop: its head dominates all of its blocks, and some of them lead
// back to it.
type Loop struct {
	Head   *ssa.BasicBlock
	Blocks Bits // by their indices
}

// Has reports that a block is one of the loop's.
func (l *Loop) Has(b *ssa.BasicBlock) bool {
	return b.Parent() == l.Head.Parent() && l.Blocks.Has(b.Index)
}

// Loops are the natural loops of a function, each before those around it.
func Loops(fn *ssa.Function) []*Loop {
	of := map[*ssa.BasicBlock]*Loop{}
	var loops []*Loop
	for _, b := range fn.Blocks {
		for _, head := range b.Succs {
			if !head.Dominates(b) {
				continue
			}
			l := of[head]
			if l == nil {
				l = &Loop{Head: head, Blocks: NewBits(len(fn.Blocks))}
				l.Blocks.Set(head.Index)
				of[head] = l
				loops = append(loops, l)
			}
			for due := []*ssa.BasicBlock{b}; len(due) > 0; {
				n := due[len(due)-1]
				due = due[:len(due)-1]
				if !l.Blocks.Has(n.Index) {
					l.Blocks.Set(n.Index)
					due = append(due, n.Preds...)
				}
			}
		}
	}
	slices.SortStableFunc(loops, func(a, b *Loop) int { return a.Blocks.Len() - b.Blocks.Len() })
	return loops
}

// Cycles are the largest sets of two blocks and more that all lead to each other.
func Cycles(fn *ssa.Function) [][]*ssa.BasicBlock {
	var (
		found [][]*ssa.BasicBlock
		stack []*ssa.BasicBlock
		num   = make([]int, len(fn.Blocks))
		low   = make([]int, len(fn.Blocks)) // len(fn.Blocks)+1 once it is off the stack
		last  int
		visit func(b *ssa.BasicBlock)
	)
	visit = func(b *ssa.BasicBlock) {
		last++
		num[b.Index], low[b.Index] = last, last
		at := len(stack)
		stack = append(stack, b)
		for _, next := range b.Succs {
			if num[next.Index] == 0 {
				visit(next)
			}
			low[b.Index] = min(low[b.Index], low[next.Index])
		}
		if low[b.Index] != num[b.Index] {
			return
		}
		if cycle := slices.Clone(stack[at:]); len(cycle) > 1 {
			found = append(found, cycle)
		}
		for _, done := range stack[at:] {
			low[done.Index] = len(fn.Blocks) + 1
		}
		stack = stack[:at]
	}
	for _, b := range fn.Blocks {
		if num[b.Index] == 0 {
			visit(b)
		}
	}
	return found
}

// Order are the blocks that the entry of a function leads to, in reverse post-order:
// but for the edges back to the heads of loops, each before those that it leads to.
func Order(fn *ssa.Function) []*ssa.BasicBlock {
	seen := NewBits(len(fn.Blocks))
	var order []*ssa.BasicBlock
	var visit func(b *ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		seen.Set(b.Index)
		for _, next := range b.Succs {
			if !seen.Has(next.Index) {
				visit(next)
			}
		}
		order = append(order, b)
	}
	visit(fn.Blocks[0])
	slices.Reverse(order)
	return order
}

// Reaches reports that a block leads to another one of its function; to itself only
// if it is on a cycle.
func Reaches(from, to *ssa.BasicBlock) bool {
	seen := NewBits(len(from.Parent().Blocks))
	var walk func(b *ssa.BasicBlock)
	walk = func(b *ssa.BasicBlock) {
		for _, next := range b.Succs {
			if !seen.Has(next.Index) {
				seen.Set(next.Index)
				walk(next)
			}
		}
	}
	walk(from)
	return seen.Has(to.Index)
}

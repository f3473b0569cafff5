package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// loop is a cycle of blocks: a natural loop, or what goto makes.
type loop struct {
	index  int
	head   *ssa.BasicBlock
	blocks ssax.Bits
	outer  *loop
	steps  bool // it ranges over a literal list of functions
}

func (l *loop) has(b *ssa.BasicBlock) bool { return l != nil && l.blocks.Has(b.Index) }

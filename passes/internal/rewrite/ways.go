package rewrite

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// ways are the paths from where a write has succeeded to where the next one of the
// object carries it, or to where the function returns without one.
type ways struct {
	from     *ssa.Call
	between  []ssa.Instruction // what is met, each once
	carriers []ssa.CallInstruction
	missed   []*ssa.Return
}

// follow follows the paths from a write. It fails where the error of the write is used
// for more than to leave, or to say so.
func follow(from *ssa.Call, carries func(ssa.Instruction) bool) (*ways, bool) {
	onward, ok := succeeded(from)
	if !ok {
		return nil, false
	}
	w := &ways{from: from}
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock, i int)
	walk = func(b *ssa.BasicBlock, i int) {
		for ; i < len(b.Instrs); i++ {
			instr := b.Instrs[i]
			if carries(instr) {
				if c := instr.(ssa.CallInstruction); !slices.Contains(w.carriers, c) {
					w.carriers = append(w.carriers, c)
				}
				return
			}
			if instr != from {
				w.between = append(w.between, instr)
			}
			if ret, ok := instr.(*ssa.Return); ok {
				w.missed = append(w.missed, ret)
			}
		}
		next := b.Succs
		if b == from.Block() && onward != b {
			next = []*ssa.BasicBlock{onward}
		}
		for _, s := range next {
			if !seen[s] {
				seen[s] = true
				walk(s, 0)
			}
		}
	}
	if onward == from.Block() {
		walk(onward, slices.Index(onward.Instrs, ssa.Instruction(from))+1)
	} else {
		seen[onward] = true
		walk(onward, 0)
	}
	return w, true
}

// succeeded is the block where a write has succeeded, which is its own if nobody asks.
// It fails where its error does anything elsewhere.
func succeeded(c *ssa.Call) (*ssa.BasicBlock, bool) {
	block := c.Block()
	branch, _ := block.Instrs[len(block.Instrs)-1].(*ssa.If)
	var good, bad *ssa.BasicBlock
	for _, use := range *c.Referrers() {
		if test, ok := use.(*ssa.BinOp); ok && branch != nil && branch.Cond == test && isNil(test.Y) {
			switch test.Op {
			case token.NEQ:
				bad, good = block.Succs[0], block.Succs[1]
			case token.EQL:
				good, bad = block.Succs[0], block.Succs[1]
			}
		}
	}
	for _, use := range *c.Referrers() {
		if _, ok := use.(*ssa.DebugRef); ok || bad != nil && len(bad.Preds) == 1 && bad.Dominates(use.Block()) {
			continue
		}
		if test, ok := use.(*ssa.BinOp); ok && branch != nil && branch.Cond == test {
			continue
		}
		return nil, false
	}
	if good == nil {
		return block, true
	}
	return good, true
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

// leaves reports that the function returns where the write has failed, before
// anything else could be done.
func leaves(c *ssa.Call) bool {
	good, ok := succeeded(c)
	if !ok || good == c.Block() {
		return false
	}
	return !joins(c.Block(), good)
}

// survives reports that the function looks at the error of a write, and may go on as if
// there were none.
func survives(c ssa.CallInstruction) bool {
	branch, ok := c.Block().Instrs[len(c.Block().Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	test, ok := branch.Cond.(*ssa.BinOp)
	if !ok || !isNil(test.Y) {
		return false
	}
	asked := test.X
	if part, ok := asked.(*ssa.Extract); ok {
		asked = part.Tuple
	}
	if asked != c.Value() {
		return false
	}
	good := c.Block().Succs[0]
	if test.Op == token.NEQ {
		good = c.Block().Succs[1]
	}
	return joins(c.Block(), good)
}

// joins reports that control may come to one of the blocks after a branch by another one
// of them.
func joins(branch, good *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{good: true}
	var reaches func(b *ssa.BasicBlock) bool
	reaches = func(b *ssa.BasicBlock) bool {
		for _, s := range b.Succs {
			if s == good || !seen[s] && reaches(visit(seen, s)) {
				return true
			}
		}
		return false
	}
	for _, s := range branch.Succs {
		if s != good && reaches(visit(seen, s)) {
			return true
		}
	}
	return false
}

func visit(seen map[*ssa.BasicBlock]bool, b *ssa.BasicBlock) *ssa.BasicBlock {
	seen[b] = true
	return b
}

// leadsTo reports that control may come from one instruction of a walk to another
// without coming by the write, by blocks that the walk has met.
func (w *ways) leadsTo(a, b ssa.Instruction) bool {
	home := w.from.Block()
	if a.Block() == b.Block() && slices.Index(a.Block().Instrs, a) < slices.Index(b.Block().Instrs, b) {
		return true
	}
	if a.Block() == home && comesBefore(a, w.from) {
		return false
	}
	met := map[*ssa.BasicBlock]bool{}
	for _, i := range w.between {
		met[i.Block()] = true
	}
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(x *ssa.BasicBlock) bool
	walk = func(x *ssa.BasicBlock) bool {
		for _, s := range x.Succs {
			if s == b.Block() {
				return true
			}
			if s != home && met[s] && !seen[s] && walk(visit(seen, s)) {
				return true
			}
		}
		return false
	}
	return walk(a.Block())
}

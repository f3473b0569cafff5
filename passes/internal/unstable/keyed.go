package unstable

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// unplaced reports that an instruction is reached, in a turn of a loop, only for an
// element that has no place in the list yet: a map tells the places, which the loop
// does not fill, and the others are stored there. While nothing changes all have one,
// and what is added at the end stays where it is.
func (u *unit) unplaced(instr ssa.Instruction, l *loop) bool {
	if l.header == nil {
		return false
	}
	for i := range l.blocks.All() {
		b := l.fn.Blocks[i]
		test, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cond, hit, miss := test.Cond, b.Succs[0], b.Succs[1]
		if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
			cond, hit, miss = not.X, miss, hit
		}
		found, ok := cond.(*ssa.Extract)
		if !ok || found.Index != 1 {
			continue
		}
		place, ok := found.Tuple.(*ssa.Lookup)
		if ok && !u.changes(l, u.place(place.X).part(element)) && l.puts(place) && leads(b, miss, instr.Block()) && !leads(b, hit, instr.Block()) {
			return true
		}
	}
	return false
}

// puts reports that a turn of a loop stores something in the place of a list that was
// looked up.
func (l *loop) puts(place *ssa.Lookup) bool {
	for i := range l.blocks.All() {
		for _, instr := range l.fn.Blocks[i].Instrs {
			s, ok := instr.(*ssa.Store)
			if !ok {
				continue
			}
			at := elementOf(s.Addr)
			if at == nil {
				continue
			}
			if e, ok := at.Index.(*ssa.Extract); ok && e.Tuple == place && e.Index == 0 {
				return true
			}
		}
	}
	return false
}

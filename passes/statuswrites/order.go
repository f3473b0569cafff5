package statuswrites

import "golang.org/x/tools/go/ssa"

// After reports whether an instruction that is sought can be reached after
// another one, on any path of the function.
func After(at ssa.Instruction, sought func(ssa.Instruction) bool) bool {
	b := at.Block()
	past := false
	for _, i := range b.Instrs {
		if past && sought(i) {
			return true
		}
		past = past || i == at
	}
	seen := map[*ssa.BasicBlock]bool{}
	queue := append([]*ssa.BasicBlock{}, b.Succs...)
	for len(queue) > 0 {
		b := queue[0]
		queue = queue[1:]
		if seen[b] {
			continue
		}
		seen[b] = true
		for _, i := range b.Instrs {
			if sought(i) {
				return true
			}
		}
		queue = append(queue, b.Succs...)
	}
	return false
}

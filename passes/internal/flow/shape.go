package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// shape is what the engine knows of a function before it walks any path.
type shape struct {
	order []int // reverse post-order of blocks
	index map[ssa.Value]int
	live  []bits            // registers read at or after the start of a block
	names []map[string]bool // fields and functions asked for at or after the start of a block
	loops []*loop
	inner []*loop // the innermost loop of a block
	root  *loop   // the loop around a callback that is called again and again, else nil
	// guards are the comparisons of a field with a constant, as "Field==constant".
	guards map[string]bool
	small  bool // few enough branches to keep all facts of what callers see
}

// loop is a cycle of blocks: a natural loop, or what goto makes.
type loop struct {
	index  int
	head   *ssa.BasicBlock
	blocks bits
	size   int
	outer  *loop
}

func (l *loop) has(b *ssa.BasicBlock) bool { return l != nil && l.blocks.has(b.Index) }

type bits []uint64

func newBits(n int) bits      { return make(bits, (n+63)/64) }
func (b bits) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b bits) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bits) clear(i int)    { b[i/64] &^= 1 << (i % 64) }
func (b bits) or(o bits) bool {
	changed := false
	for i := range b {
		if n := b[i] | o[i]; n != b[i] {
			b[i], changed = n, true
		}
	}
	return changed
}

// smallBranches is the number of branches up to which a function keeps every
// fact about what its caller sees; beyond, only facts that are asked for again.
const smallBranches = 12

func shapeOf(fn *ssa.Function, repeated bool, asked func(*ssa.CallCommon) []string) *shape {
	s := &shape{index: map[ssa.Value]int{}}
	if repeated {
		s.root = &loop{index: rootIndex, head: fn.Blocks[0]}
	}
	s.number(fn)
	s.liveness(fn)
	s.asked(fn, asked)
	s.findLoops(fn)
	branches := 0
	for _, b := range fn.Blocks {
		if len(b.Succs) > 1 {
			branches++
		}
	}
	s.small = branches <= smallBranches
	return s
}

func (s *shape) number(fn *ssa.Function) {
	seen := newBits(len(fn.Blocks))
	var post []int
	var visit func(b *ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		seen.set(b.Index)
		for _, n := range b.Succs {
			if !seen.has(n.Index) {
				visit(n)
			}
		}
		post = append(post, b.Index)
	}
	visit(fn.Blocks[0])
	slices.Reverse(post)
	s.order = make([]int, len(fn.Blocks))
	for i := range s.order {
		s.order[i] = len(post) // unreachable, or the recover block
	}
	for i, b := range post {
		s.order[b] = i
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if v, ok := instr.(ssa.Value); ok {
				s.index[v] = len(s.index)
			}
		}
	}
}

func (s *shape) liveness(fn *ssa.Function) {
	s.live = make([]bits, len(fn.Blocks))
	for i := range s.live {
		s.live[i] = newBits(len(s.index))
	}
	var operands []*ssa.Value
	for changed := true; changed; {
		changed = false
		for i := len(fn.Blocks) - 1; i >= 0; i-- {
			b := fn.Blocks[i]
			live := newBits(len(s.index))
			for _, next := range b.Succs {
				live.or(s.live[next.Index])
				for _, instr := range next.Instrs {
					phi, ok := instr.(*ssa.Phi)
					if !ok {
						break
					}
					live.clear(s.index[phi])
				}
			}
			for _, next := range b.Succs {
				edge := slices.Index(next.Preds, b)
				for _, instr := range next.Instrs {
					phi, ok := instr.(*ssa.Phi)
					if !ok {
						break
					}
					if k, ok := s.index[phi.Edges[edge]]; ok {
						live.set(k)
					}
				}
			}
			for k := len(b.Instrs) - 1; k >= 0; k-- {
				instr := b.Instrs[k]
				if _, ok := instr.(*ssa.Phi); ok {
					break // the state at the start of a block already holds its phis
				}
				if v, ok := instr.(ssa.Value); ok {
					live.clear(s.index[v])
				}
				operands = instr.Operands(operands[:0])
				for _, op := range operands {
					if k, ok := s.index[*op]; ok {
						live.set(k)
					}
				}
			}
			changed = s.live[i].or(live) || changed
		}
	}
}

// asked collects the names of the fields and predicates that each block, or one
// that it leads to, looks at: a fact about another field is never needed again.
func (s *shape) asked(fn *ssa.Function, asked func(*ssa.CallCommon) []string) {
	s.names = make([]map[string]bool, len(fn.Blocks))
	s.guards = map[string]bool{}
	for i, b := range fn.Blocks {
		names := map[string]bool{}
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.BinOp:
				s.guard(instr.X, instr.Y)
				s.guard(instr.Y, instr.X)
			case *ssa.UnOp:
				if f, ok := instr.X.(*ssa.FieldAddr); ok {
					names[fieldOf(f.X.Type(), f.Field).Name()] = true
				}
			case *ssa.Field:
				names[fieldOf(instr.X.Type(), instr.Field).Name()] = true
			case ssa.CallInstruction:
				for _, n := range asked(instr.Common()) {
					names[n] = true
				}
			}
		}
		s.names[i] = names
	}
	for changed := true; changed; {
		changed = false
		for i := len(fn.Blocks) - 1; i >= 0; i-- {
			for _, next := range fn.Blocks[i].Succs {
				for n := range s.names[next.Index] {
					if !s.names[i][n] {
						s.names[i][n], changed = true, true
					}
				}
			}
		}
	}
}

func (s *shape) guard(field, value ssa.Value) {
	load, ok := field.(*ssa.UnOp)
	if !ok {
		return
	}
	f, ok := load.X.(*ssa.FieldAddr)
	if c, isConst := value.(*ssa.Const); ok && isConst && c.Value != nil {
		s.guards[fieldOf(f.X.Type(), f.Field).Name()+"=="+c.Value.ExactString()] = true
	}
}

func fieldOf(t types.Type, n int) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if st, ok := t.Underlying().(*types.Struct); ok {
		return st.Field(n)
	}
	return t.Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct).Field(n)
}

func (s *shape) findLoops(fn *ssa.Function) {
	natural := map[*ssa.BasicBlock]*loop{}
	for _, b := range fn.Blocks {
		for _, head := range b.Succs {
			if !head.Dominates(b) {
				continue
			}
			l := natural[head]
			if l == nil {
				l = &loop{head: head, blocks: newBits(len(fn.Blocks))}
				l.blocks.set(head.Index)
				natural[head] = l
				s.loops = append(s.loops, l)
			}
			stack := []*ssa.BasicBlock{b}
			for len(stack) > 0 {
				n := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				if l.has(n) {
					continue
				}
				l.blocks.set(n.Index)
				stack = append(stack, n.Preds...)
			}
		}
	}
	s.irreducible(fn)
	for _, l := range s.loops {
		for _, w := range l.blocks {
			for ; w != 0; w &= w - 1 {
				l.size++
			}
		}
	}
	slices.SortStableFunc(s.loops, func(a, b *loop) int { return a.size - b.size })
	s.inner = make([]*loop, len(fn.Blocks))
	for i, l := range s.loops {
		l.index = min(i+1, rootIndex-1)
		l.outer = s.root
		for _, o := range s.loops[i+1:] {
			if o.has(l.head) {
				l.outer = o
				break
			}
		}
		for _, b := range fn.Blocks {
			if s.inner[b.Index] == nil && l.has(b) {
				s.inner[b.Index] = l
			}
		}
	}
	for i, l := range s.inner {
		if l == nil {
			s.inner[i] = s.root
		}
	}
}

// irreducible adds the cycles that goto makes by jumping into their middle,
// which no block dominates.
func (s *shape) irreducible(fn *ssa.Function) {
	covered := func(b *ssa.BasicBlock) bool {
		return slices.ContainsFunc(s.loops, func(l *loop) bool { return l.has(b) })
	}
	for _, b := range fn.Blocks {
		if covered(b) {
			continue
		}
		ahead, behind := newBits(len(fn.Blocks)), newBits(len(fn.Blocks))
		walk(b, ahead, func(b *ssa.BasicBlock) []*ssa.BasicBlock { return b.Succs })
		if !ahead.has(b.Index) {
			continue
		}
		walk(b, behind, func(b *ssa.BasicBlock) []*ssa.BasicBlock { return b.Preds })
		l := &loop{head: b, blocks: newBits(len(fn.Blocks))}
		for i := range ahead {
			l.blocks[i] = ahead[i] & behind[i]
		}
		s.loops = append(s.loops, l)
	}
}

// walk marks the blocks that b leads to; b itself only if it is on a cycle.
func walk(b *ssa.BasicBlock, seen bits, next func(*ssa.BasicBlock) []*ssa.BasicBlock) {
	for _, n := range next(b) {
		if !seen.has(n.Index) {
			seen.set(n.Index)
			walk(n, seen, next)
		}
	}
}

// stillIn moves the loops of writes outwards as the path leaves them.
func (s *shape) stillIn(loops map[ssa.CallInstruction]*loop, b *ssa.BasicBlock) map[ssa.CallInstruction]*loop {
	left := false
	for _, l := range loops {
		left = left || l != s.root && !l.has(b)
	}
	if !left {
		return loops
	}
	moved := make(map[ssa.CallInstruction]*loop, len(loops))
	for c, l := range loops {
		for l != nil && l != s.root && !l.has(b) {
			l = l.outer
		}
		if l != nil {
			moved[c] = l
		}
	}
	return moved
}

// rootIndex is the index of the loop around a whole function.
const rootIndex = 63

// ShareLoop tells whether two blocks of a function can be reached from each
// other.
func ShareLoop(a, b *ssa.BasicBlock) bool {
	from, to := newBits(len(a.Parent().Blocks)), newBits(len(a.Parent().Blocks))
	succs := func(b *ssa.BasicBlock) []*ssa.BasicBlock { return b.Succs }
	walk(a, from, succs)
	walk(b, to, succs)
	return from.has(b.Index) && to.has(a.Index)
}

// shareLoop tells whether a loop holds both blocks.
func (s *shape) shareLoop(a, b *ssa.BasicBlock) bool {
	for l := s.inner[a.Index]; l != nil; l = l.outer {
		if l == s.root || l.has(b) {
			return true
		}
	}
	return false
}

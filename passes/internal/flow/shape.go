package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// shape is what the engine knows of a function before it walks any path.
type shape struct {
	order  []int // the place of each block in reverse post-order
	blocks []int // the blocks in that order
	index  map[ssa.Value]register
	values []ssa.Value // of the registers
	// Those whose values decide where a path goes.
	control ssax.Bits
	// Registers that are read in another block than their own have a bit in live:
	// those that are read at or after the start of a block.
	crossing []int // by their place in the function; -1 where they have none
	live     []ssax.Bits
	// Names of fields and functions likewise: those that are asked for.
	named map[string]int
	names []ssax.Bits
	loops []*loop
	inner []*loop // the innermost loop of a block
	root  *loop   // the loop around a callback that is called again and again, else nil
	// guards are the comparisons of a field with a constant, as "Field==constant".
	guards map[string]bool
	small  bool                // few enough branches to keep all facts of what callers see
	apart  int                 // states of one block that are kept apart
	groups int                 // sets of resources written that a block keeps apart
	turns  map[*ssa.BinOp]bool // what counts the turns of loops over functions (see steps.go)
}

// smallBranches is the number of branches up to which a function keeps every
// fact about what its caller sees; beyond, only facts that are asked for again.
const smallBranches = 12

func shapeOf(fn *ssa.Function, repeated bool, asked func(*ssa.CallCommon) []string) *shape {
	s := &shape{index: map[ssa.Value]register{}}
	if repeated {
		s.root = &loop{index: rootIndex, head: fn.Blocks[0]}
	}
	s.number(fn)
	s.liveness(fn)
	s.asked(fn, asked)
	s.findLoops(fn)
	s.findSteps()
	branches := 0
	for _, b := range fn.Blocks {
		if len(b.Succs) > 1 {
			branches++
		}
	}
	s.small = branches <= smallBranches
	s.apart = min(max(softStates*softBlocks/len(fn.Blocks), 1), softStates)
	s.groups = min(max(maxGroups*groupBlocks/len(fn.Blocks), 1), maxGroups)
	return s
}

func (s *shape) number(fn *ssa.Function) {
	for _, b := range ssax.Order(fn) {
		s.blocks = append(s.blocks, b.Index)
	}
	s.order = make([]int, len(fn.Blocks))
	for i := range s.order {
		s.order[i] = len(s.blocks) // unreachable, or the recover block
	}
	for i, b := range s.blocks {
		s.order[b] = i
	}
	for v := range ssax.All[ssa.Value](fn) {
		s.index[v] = register(len(s.values))
		s.values = append(s.values, v)
	}
	s.control = ssax.NewBits(len(s.values))
	for i, v := range s.values {
		if isControlType(v.Type()) {
			s.control.Set(i)
		}
	}
}

func (s *shape) liveness(fn *ssa.Function) {
	// Most values are used up in their block; only the others need a bit.
	s.crossing = slices.Repeat([]int{-1}, len(s.index))
	n := 0
	crosses := func(v ssa.Value) {
		if i, ok := s.index[v]; ok && s.crossing[i] < 0 {
			s.crossing[i] = n
			n++
		}
	}
	var operands []*ssa.Value
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			_, phi := instr.(*ssa.Phi)
			if phi {
				crosses(instr.(ssa.Value))
			}
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				if def, ok := (*op).(ssa.Instruction); ok && (phi || def.Block() != b) {
					crosses(*op)
				}
			}
		}
	}
	bit := func(v ssa.Value, set func(int)) {
		if i, ok := s.index[v]; ok && s.crossing[i] >= 0 {
			set(s.crossing[i])
		}
	}
	// What a block reads before it sets it, and what it sets. Its phis are set
	// before its start, and read at the end of the blocks before.
	used, set, phis := make([]ssax.Bits, len(fn.Blocks)), make([]ssax.Bits, len(fn.Blocks)), make([]ssax.Bits, len(fn.Blocks))
	for i, b := range fn.Blocks {
		used[i], set[i], phis[i] = ssax.NewBits(n), ssax.NewBits(n), ssax.NewBits(n)
		for k := len(b.Instrs) - 1; k >= 0; k-- {
			instr := b.Instrs[k]
			v, isValue := instr.(ssa.Value)
			if _, ok := instr.(*ssa.Phi); ok {
				bit(v, phis[i].Set)
				continue
			}
			if isValue {
				bit(v, used[i].Clear)
				bit(v, set[i].Set)
			}
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				bit(*op, used[i].Set)
			}
		}
	}
	s.live = make([]ssax.Bits, len(fn.Blocks))
	for i := range s.live {
		s.live[i] = ssax.NewBits(n)
	}
	live := ssax.NewBits(n)
	s.backward(fn, func(b *ssa.BasicBlock) bool {
		clear(live)
		for _, next := range b.Succs {
			for w, word := range s.live[next.Index] {
				live[w] |= word &^ phis[next.Index][w]
			}
		}
		for _, next := range b.Succs {
			edge := slices.Index(next.Preds, b)
			for _, instr := range next.Instrs {
				phi, ok := instr.(*ssa.Phi)
				if !ok {
					break
				}
				bit(phi.Edges[edge], live.Set)
			}
		}
		for w := range live {
			live[w] = live[w]&^set[b.Index][w] | used[b.Index][w]
		}
		return s.live[b.Index].Or(live)
	})
}

// backward visits blocks, those that come later first, until for none of them
// anything new has come from its successors. The visit of a block reports that
// anything is new for those before it.
func (s *shape) backward(fn *ssa.Function, visit func(*ssa.BasicBlock) bool) {
	due := ssax.NewBits(len(fn.Blocks))
	for i := range fn.Blocks {
		due.Set(i)
	}
	for again := true; again; {
		again = false
		for _, i := range slices.Backward(s.blocks) {
			if !due.Has(i) {
				continue
			}
			due.Clear(i)
			if visit(fn.Blocks[i]) {
				for _, p := range fn.Blocks[i].Preds {
					due.Set(p.Index)
					again = again || s.order[p.Index] >= s.order[i]
				}
			}
		}
	}
}

// asked collects the names of the fields and predicates that each block, or one
// that it leads to, looks at: a fact about another field is never needed again.
func (s *shape) asked(fn *ssa.Function, asked func(*ssa.CallCommon) []string) {
	s.guards = map[string]bool{}
	s.named = map[string]int{}
	own := make([][]int, len(fn.Blocks))
	for i, b := range fn.Blocks {
		name := func(n string) {
			if _, ok := s.named[n]; !ok {
				s.named[n] = len(s.named)
			}
			own[i] = append(own[i], s.named[n])
		}
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.BinOp:
				s.guard(instr.X, instr.Y)
				s.guard(instr.Y, instr.X)
			case *ssa.UnOp:
				if f, ok := instr.X.(*ssa.FieldAddr); ok {
					name(fieldOf(f.X.Type(), f.Field).Name())
				}
			case *ssa.Field:
				name(fieldOf(instr.X.Type(), instr.Field).Name())
			case ssa.CallInstruction:
				for _, n := range asked(instr.Common()) {
					name(n)
				}
			}
		}
	}
	s.names = make([]ssax.Bits, len(fn.Blocks))
	for i, names := range own {
		s.names[i] = ssax.NewBits(len(s.named))
		for _, n := range names {
			s.names[i].Set(n)
		}
	}
	s.backward(fn, func(b *ssa.BasicBlock) bool {
		changed := false
		for _, next := range b.Succs {
			changed = s.names[b.Index].Or(s.names[next.Index]) || changed
		}
		return changed
	})
}

// asks reports that a block, or one that it leads to, asks for the name.
func (s *shape) asks(b *ssa.BasicBlock, name string) bool {
	n, ok := s.named[name]
	return ok && s.names[b.Index].Has(n)
}

// alive reports that a register is read at or after the start of a block.
func (s *shape) alive(b *ssa.BasicBlock, r register) bool {
	return r >= 0 && s.crossing[r] >= 0 && s.live[b.Index].Has(s.crossing[r])
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
	if st, ok := ssax.Deref(t).Underlying().(*types.Struct); ok {
		return st.Field(n)
	}
	return ssax.Deref(ssax.Deref(t)).Underlying().(*types.Struct).Field(n)
}

func (s *shape) findLoops(fn *ssa.Function) {
	for _, l := range ssax.Loops(fn) {
		s.loops = append(s.loops, &loop{head: l.Head, blocks: l.Blocks})
	}
	s.irreducible(fn)
	slices.SortStableFunc(s.loops, func(a, b *loop) int { return a.blocks.Len() - b.blocks.Len() })
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
		for b := range l.blocks.All() {
			if s.inner[b] == nil {
				s.inner[b] = l
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
	covered := ssax.NewBits(len(fn.Blocks))
	for _, l := range s.loops {
		covered.Or(l.blocks)
	}
	for _, cycle := range ssax.Cycles(fn) {
		l := &loop{blocks: ssax.NewBits(len(fn.Blocks))}
		for _, b := range cycle {
			l.blocks.Set(b.Index)
			if !covered.Has(b.Index) && (l.head == nil || b.Index < l.head.Index) {
				l.head = b
			}
		}
		if l.head != nil {
			s.loops = append(s.loops, l)
		}
	}
}

// stillIn moves the loops of writes outwards as the path leaves them, and tells
// whether it left any.
func (s *shape) stillIn(loops map[ssa.CallInstruction]*loop, b *ssa.BasicBlock) (moved map[ssa.CallInstruction]*loop, left bool) {
	for _, l := range loops {
		left = left || l != s.root && !l.has(b)
	}
	if !left {
		return loops, false
	}
	moved = make(map[ssa.CallInstruction]*loop, len(loops))
	for c, l := range loops {
		for l != nil && l != s.root && !l.has(b) {
			l = l.outer
		}
		if l != nil {
			moved[c] = l
		}
	}
	return moved, true
}

// rootIndex is the index of the loop around a whole function.
const rootIndex = 63

// ShareLoop reports that two blocks of a function can be reached from each other.
func ShareLoop(a, b *ssa.BasicBlock) bool { return ssax.Reaches(a, b) && ssax.Reaches(b, a) }

// shareLoop reports that a loop holds both blocks.
func (s *shape) shareLoop(a, b *ssa.BasicBlock) bool {
	for l := s.inner[a.Index]; l != nil; l = l.outer {
		if l == s.root || l.has(b) {
			return true
		}
	}
	return false
}

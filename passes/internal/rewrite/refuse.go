package rewrite

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// refuseLoop refuses where a loop asks the status which of its turns are done, and does
// in the others what is not to be repeated: each turn must be stored before the next.
func (b *batching) refuseLoop(v *flow.Visit) {
	if v.Loop == nil {
		return
	}
	write := v.Call.Block()
	var loop []*ssa.BasicBlock
	for _, block := range v.Fn.Blocks {
		if leadsTo(write, block) && leadsTo(block, write) {
			loop = append(loop, block)
		}
	}
	asked := token.NoPos
	for _, block := range loop {
		if cond, ok := block.Instrs[len(block.Instrs)-1].(*ssa.If); ok && asksStatus(cond.Cond, map[ssa.Value]bool{}) {
			asked = cond.Cond.Pos()
			for _, instr := range block.Instrs {
				if instr.Pos().IsValid() {
					asked = instr.Pos()
				}
			}
		}
	}
	if !asked.IsValid() {
		return
	}
	for _, s := range b.effects {
		if s.fn == v.Fn && slices.Contains(loop, s.call.Block()) {
			b.refuse(asked, "the loop asks the status in %s which turns are done, so that %s is not repeated: each turn has to be stored", b.place(asked), b.places([]*site{s}, "name"))
			return
		}
	}
}

// leadsTo reports that a path leads from the end of a block to another, or to its own
// beginning.
func leadsTo(from, to *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	queue := slices.Clone(from.Succs)
	for len(queue) > 0 {
		block := queue[0]
		queue = queue[1:]
		if block == to {
			return true
		}
		if !seen[block] {
			seen[block] = true
			queue = append(queue, block.Succs...)
		}
	}
	return false
}

// asksStatus reports that a value is read from a status, or computed from one.
func asksStatus(v ssa.Value, seen map[ssa.Value]bool) bool {
	if v == nil || seen[v] {
		return false
	}
	seen[v] = true
	if kube.StatusAddress(v) {
		return true
	}
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return false
	}
	if c, ok := v.(*ssa.Call); ok {
		if kube.Classify(c.Common()).Op != kube.None || c.Common().IsInvoke() {
			return false
		}
	}
	for _, op := range instr.Operands(nil) {
		if asksStatus(*op, seen) {
			return true
		}
	}
	return false
}

// marks refuses where the status marks the progress of something: a constant of one
// field is stored and written before a call that may take long, and another constant
// of it after that.
func (b *batching) marks(held map[string]bool) {
	for _, fn := range b.funcs {
		var stores []*ssa.Store
		for _, block := range fn.Blocks {
			for _, instr := range block.Instrs {
				if s, ok := instr.(*ssa.Store); ok && kube.StatusAddress(s.Addr) {
					if _, ok := s.Val.(*ssa.Const); ok {
						stores = append(stores, s)
					}
				}
			}
		}
		for _, old := range stores {
			for _, now := range stores {
				if old == now || sameField(old.Addr, now.Addr) == "" || sameConstants(old.Val, now.Val) {
					continue
				}
				write := b.between(b.sites, fn, old, now)
				if write == nil || !held[write.kind] {
					continue
				}
				if effect := b.between(b.effects, fn, write.call, now); effect != nil {
					b.refuse(old.Pos(), "%s is %s while %s runs, and %s after it: a mark of progress; if somebody has to see it, suppress this report with that reason",
						sameField(old.Addr, now.Addr), showConstant(old.Val), b.places([]*site{effect}, "name"), showConstant(now.Val))
					return
				}
			}
		}
	}
}

// between is one of the sites in a function that lies on every path from one
// instruction to another that it always comes before.
func (b *batching) between(sites []*site, fn *ssa.Function, from, to ssa.Instruction) *site {
	for _, s := range sites {
		if s.fn == fn && comesBefore(from, s.call) && comesBefore(s.call, to) {
			return s
		}
	}
	return nil
}

// comesBefore reports that an instruction runs on each path to another one.
func comesBefore(a, b ssa.Instruction) bool {
	if a.Block() == b.Block() {
		return slices.Index(a.Block().Instrs, a) < slices.Index(b.Block().Instrs, b)
	}
	return a.Block().Dominates(b.Block())
}

// sameField is the path of the field that two addresses are of in one object, or "".
func sameField(a, b ssa.Value) string {
	path := ""
	for {
		x, ok := a.(*ssa.FieldAddr)
		y, ok2 := b.(*ssa.FieldAddr)
		if !ok || !ok2 {
			if a != b {
				return ""
			}
			return strings.TrimPrefix(path, "Status.")
		}
		if x.Field != y.Field || !types.Identical(x.X.Type(), y.X.Type()) {
			return ""
		}
		st := x.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
		path = strings.TrimSuffix(st.Field(x.Field).Name()+"."+path, ".")
		a, b = x.X, y.X
	}
}

func sameConstants(a, b ssa.Value) bool {
	x, y := a.(*ssa.Const), b.(*ssa.Const)
	if x.Value == nil || y.Value == nil {
		return x.Value == y.Value
	}
	return constant.Compare(x.Value, token.EQL, y.Value)
}

func showConstant(v ssa.Value) string {
	c := v.(*ssa.Const)
	if c.Value == nil {
		return "empty"
	}
	if c.Value.Kind() == constant.String {
		return constant.StringVal(c.Value)
	}
	return c.Value.String()
}

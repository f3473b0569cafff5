package rewrite

import (
	"go/constant"
	"go/token"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// refuseLoop refuses where a loop asks the status which of its turns are done, and does
// in the others what is not to be repeated: each turn must be stored before the next.
func (b *batching) refuseLoop(v *flow.Visit) {
	asked := asksInLoop(v)
	if !asked.IsValid() {
		return
	}
	for _, s := range b.effects {
		if s.fn == v.Fn && ssax.Reaches(v.Call.Block(), s.call.Block()) && ssax.Reaches(s.call.Block(), v.Call.Block()) {
			b.refuse(asked, "the loop asks the status in %s which turns are done, so that %s is not repeated: each turn has to be stored", b.place(asked), b.places([]*site{s}, "name"))
			return
		}
	}
}

// overwritten refuses where the answer of a call overwrites a status that is changed and
// not written, be it changed anew after that: what the answer leaves of the change depends
// on the status that the API server has, which is another one while writes are held back.
func (b *batching) overwritten(held map[string]bool) {
	for _, f := range b.r.writes.Funcs {
		for _, o := range f.Replaced {
			if held[o.Type] && slices.Contains(b.funcs, f.Fn) {
				b.refuse(o.Call.Pos(), "the answer in %s overwrites a status that is not written yet", b.place(o.Call.Pos()))
			}
		}
		for _, l := range f.LeftOut {
			if held[l.Type] && slices.Contains(b.funcs, f.Fn) {
				b.refuse(l.Call.Pos(), "the patch in %s leaves out what was changed before its base was copied, and the answer overwrites that", b.place(l.Call.Pos()))
			}
		}
	}
}

// asksInLoop is where the loop that repeats a write asks a status, or no place.
func asksInLoop(v *flow.Visit) token.Pos {
	asked := token.NoPos
	if v.Loop == nil {
		return asked
	}
	write := v.Call.Block()
	for _, block := range v.Fn.Blocks {
		cond, ok := block.Instrs[len(block.Instrs)-1].(*ssa.If)
		if !ok || !ssax.Reaches(write, block) || !ssax.Reaches(block, write) || !asksStatus(cond.Cond, map[ssa.Value]bool{}) {
			continue
		}
		asked = cond.Cond.Pos()
		for _, instr := range block.Instrs {
			if instr.Pos().IsValid() {
				asked = instr.Pos()
			}
		}
	}
	return asked
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
	type marking struct {
		at     ssa.Instruction
		object ssa.Value
		marks  map[string]mark
	}
	for _, fn := range b.funcs {
		var all []marking
		for _, block := range fn.Blocks {
			for _, instr := range block.Instrs {
				for _, object := range touched(instr) {
					if marks := b.r.marked(instr, object); len(marks) > 0 {
						all = append(all, marking{instr, object, marks})
					}
				}
			}
		}
		for _, old := range all {
			for _, now := range all {
				field := remarked(old.marks, now.marks)
				if old.at == now.at || old.object != now.object || field == "" {
					continue
				}
				write := b.between(b.sites, fn, old.at, now.at)
				if write == nil || !held[write.kind] {
					continue
				}
				if effect := b.between(b.effects, fn, write.call, now.at); effect != nil {
					b.refuse(old.at.Pos(), "%s is %s while %s runs, and %s after it: a mark of progress; if somebody has to see it, suppress this report with that reason",
						field, showConstant(old.marks[field].value), b.places([]*site{effect}, "name"), showConstant(now.marks[field].value))
					return
				}
			}
		}
	}
}

// touched are the objects that an instruction may mark: that of a store, and those that
// a call is given.
func touched(instr ssa.Instruction) []ssa.Value {
	var objects []ssa.Value
	switch i := instr.(type) {
	case *ssa.Store:
		if at := root(i.Addr); at != nil {
			objects = append(objects, at)
		}
	case *ssa.Call:
		for _, arg := range i.Call.Args {
			if at := root(arg); at != nil && kube.IsAPIObject(arg.Type()) {
				objects = append(objects, at)
			}
		}
	}
	return objects
}

// remarked is the first field that both mark, and not the same; "" if there is none.
func remarked(old, now map[string]mark) string {
	for _, field := range slices.Sorted(maps.Keys(now)) {
		if was, ok := old[field]; ok && !sameConstants(was.value, now[field].value) {
			return field
		}
	}
	return ""
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

func sameConstants(a, b *ssa.Const) bool {
	if a.Value == nil || b.Value == nil {
		return a.Value == b.Value
	}
	return constant.Compare(a.Value, token.EQL, b.Value)
}

func showConstant(c *ssa.Const) string {
	if c.Value == nil {
		return "empty"
	}
	if c.Value.Kind() == constant.String {
		return constant.StringVal(c.Value)
	}
	return c.Value.String()
}

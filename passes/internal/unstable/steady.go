package unstable

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// answer is what a test answers while nothing changes.
type answer uint8

const (
	either answer = iota
	yes
	no
)

func (a answer) not() answer {
	switch a {
	case yes:
		return no
	case no:
		return yes
	}
	return either
}

// steady reports that an instruction, which sets a field of a status to something in
// another order, is reached while nothing else changes: the field has been set, and
// where the old status, reason or phase is compared with the new one they are the
// same.
func (u *unit) steady(at ssa.Instruction, field string) bool {
	return u.walk(at, func(cond ssa.Value) answer { return u.unchanged(cond, fieldName(field)) }, u.looksUp)
}

// looksUp reports that a test asks a function whether an object has what it should
// have, and that it looks up each element there: the order makes no difference.
func (u *unit) looksUp(cond ssa.Value) bool {
	if n, ok := cond.(*ssa.UnOp); ok && n.Op == token.NOT {
		cond = n.X
	}
	call, ok := cond.(*ssa.Call)
	if !ok || !isBool(call.Type()) || !slices.ContainsFunc(call.Call.Args, u.aboutStatus) {
		return false
	}
	fn := call.Call.StaticCallee()
	if fn == nil {
		return false
	}
	looks := false
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch i := instr.(type) {
			case *ssa.Lookup:
				looks = true
			case ssa.CallInstruction:
				if _, ok := i.Common().Value.(*ssa.Builtin); !ok {
					return false // it may compare lists
				}
			case *ssa.BinOp:
				if loadedFrom(i.X) != nil && loadedFrom(i.Y) != nil {
					return false // one element with another
				}
			}
		}
	}
	return looks
}

// walk reports that a block is reached from the start of its function if tests
// answer so. Where a test is suspect, its branch that leads to the block is taken
// only if the other one does so too.
func (u *unit) walk(at ssa.Instruction, ask func(ssa.Value) answer, suspect func(ssa.Value) bool) bool {
	goal := at.Block()
	seen := map[*ssa.BasicBlock]bool{}
	var visit func(b *ssa.BasicBlock) bool
	visit = func(b *ssa.BasicBlock) bool {
		if b == goal {
			return true
		}
		if seen[b] {
			return false
		}
		seen[b] = true
		if last, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
			switch ask(last.Cond) {
			case yes:
				return visit(b.Succs[0])
			case no:
				return visit(b.Succs[1])
			}
			if suspect != nil && suspect(last.Cond) {
				if branch, ok := decides(b, goal); ok {
					return visit(b.Succs[1-branch])
				}
			}
		}
		for _, next := range b.Succs {
			if visit(next) {
				return true
			}
		}
		return false
	}
	return visit(at.Parent().Blocks[0])
}

// leads reports that a path leads from a block over an edge to another block without
// another turn of a loop.
func leads(from, over, to *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var visit func(from, b *ssa.BasicBlock) bool
	visit = func(from, b *ssa.BasicBlock) bool {
		if seen[b] || b.Dominates(from) {
			return false
		}
		if b == to {
			return true
		}
		seen[b] = true
		for _, next := range b.Succs {
			if visit(b, next) {
				return true
			}
		}
		return false
	}
	return visit(from, over)
}

// unchanged is what a test answers while nothing changes but a field.
func (u *unit) unchanged(cond ssa.Value, field string) answer {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return u.unchanged(c.X, field).not()
		}
	case *ssa.BinOp:
		var a answer
		switch c.Op {
		case token.EQL, token.NEQ:
			a = u.equal(c.X, c.Y, field)
		default:
			return either
		}
		if c.Op == token.NEQ {
			a = a.not()
		}
		return a
	case *ssa.Call:
		if u.comparesSets(&c.Call) || u.comparesSorted(&c.Call) {
			return yes
		}
	}
	return either
}

// comparesSets reports that a call compares a set made of the old status with
// another one: the order makes no difference there.
func (u *unit) comparesSets(c *ssa.CallCommon) bool {
	if fn := kube.Func(c); !kube.IsEqual(fn) || !isSet(fn.Pkg()) {
		return false
	}
	args := c.Args
	if c.IsInvoke() {
		args = append([]ssa.Value{c.Value}, args...)
	}
	return slices.ContainsFunc(args, func(set ssa.Value) bool {
		made, ok := kube.Unboxed(set).(*ssa.Call)
		return ok && slices.ContainsFunc(made.Call.Args, func(list ssa.Value) bool {
			_, old := u.old(list)
			return old
		})
	})
}

// comparesSorted reports that a call compares the old status as if its lists were
// sorted.
func (u *unit) comparesSorted(c *ssa.CallCommon) bool {
	x, ok := kube.Compares(c)
	if !ok || !u.aboutStatus(x.X) && !u.aboutStatus(x.Y) || len(c.Args) < 3 {
		return false
	}
	return slices.ContainsFunc(kube.Variadic(c.Args[2]), func(option ssa.Value) bool {
		made, ok := kube.Unboxed(option).(*ssa.Call)
		return ok && kube.SortsToCompare(kube.Func(&made.Call))
	})
}

// equal is what a comparison for equality answers while nothing changes but a field.
func (u *unit) equal(x, y ssa.Value, field string) answer {
	if _, ok := x.(*ssa.Const); ok {
		x, y = y, x
	}
	if k, ok := y.(*ssa.Const); ok {
		if !isZero(k) {
			return either
		}
		if name, ok := u.old(x); ok && name == field || u.oldCondition(x) {
			return no
		}
		return either
	}
	name, ok := u.old(x)
	if !ok {
		if name, ok = u.old(y); !ok {
			return either
		}
	}
	if name == field || name == "Message" || name == "Type" {
		return either
	}
	return yes
}

func isZero(k *ssa.Const) bool {
	if k.Value == nil {
		return true
	}
	s := k.Value.ExactString()
	return s == `""` || s == "0" || s == "false"
}

// old is the field of the status, or of a condition in it, that a value was read
// from.
func (u *unit) old(v ssa.Value) (name string, ok bool) {
	for {
		switch x := v.(type) {
		case *ssa.ChangeType:
			v = x.X
			continue
		case *ssa.Convert:
			v = x.X
			continue
		case *ssa.MakeInterface:
			v = x.X
			continue
		case *ssa.Call:
			if b, ok := x.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
				v = x.Call.Args[0]
				continue
			}
			return "", false
		case *ssa.UnOp:
			if x.Op == token.MUL {
				return u.oldAt(x.X)
			}
			return "", false
		case *ssa.Field:
			return u.oldAt(x)
		case *ssa.Extract:
			if l, ok := x.Tuple.(*ssa.Lookup); ok {
				v = l.X
				continue
			}
			return "", false
		case *ssa.Lookup:
			v = x.X
			continue
		}
		return "", false
	}
}

func (u *unit) oldAt(addr ssa.Value) (string, bool) {
	if t := u.target(addr); t.in == status {
		return fieldName(t.field), true
	}
	p := u.place(addr)
	if p.path == "" {
		return "", false
	}
	// A copy of what is in the status: the variable of a range over conditions.
	for _, s := range u.written[place{root: p.root}] {
		if load, ok := s.Val.(*ssa.UnOp); ok && load.Op == token.MUL && u.target(load.X).in == status {
			return fieldName(p.path), true
		}
	}
	if load, ok := p.root.(*ssa.UnOp); ok && load.Op == token.MUL && u.target(load.X).in == status {
		return fieldName(p.path), true
	}
	return "", false
}

// oldCondition reports that a value is a pointer to a condition that was looked up.
func (u *unit) oldCondition(v ssa.Value) bool {
	p, ok := v.Type().Underlying().(*types.Pointer)
	if !ok || !isCondition(p.Elem()) {
		return false
	}
	_, call := v.(*ssa.Call)
	_, phi := v.(*ssa.Phi)
	_, extract := v.(*ssa.Extract)
	return call || phi || extract
}

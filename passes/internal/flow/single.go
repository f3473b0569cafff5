package flow

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// This file tells which calls at most one turn of a loop can reach: those behind a test
// that only one of the elements, or of the indices, can meet.

// single reports that a call stands behind a test, inside the loop, of the turn's element
// for equality with a value that the loop does not change.
func (s *shape) single(l *loop, c ssa.CallInstruction) bool {
	if l == s.root {
		return false
	}
	for b := c.Block(); l.has(b) && l.has(b.Idom()); b = b.Idom() {
		test, ok := b.Idom().Instrs[len(b.Idom().Instrs)-1].(*ssa.If)
		if !ok || len(b.Preds) != 1 {
			continue
		}
		cond, holds := test.Cond, b.Idom().Succs[0] == b
		for not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT; not, ok = cond.(*ssa.UnOp) {
			cond, holds = not.X, !holds
		}
		equal, ok := cond.(*ssa.BinOp)
		if ok && (equal.Op == token.EQL && holds || equal.Op == token.NEQ && !holds) && (l.singles(equal.X, equal.Y) || l.singles(equal.Y, equal.X)) {
			return true
		}
	}
	return false
}

// singles reports that a value which is another one in each turn is compared with one
// that is always the same. A constant picks one by its index, or by what is its key, but
// may be true of several by any other field, such as a phase.
func (l *loop) singles(turn, fixed ssa.Value) bool {
	what, ok := l.turns(turn)
	if _, constant := fixed.(*ssa.Const); constant && what != index && what != "Name" && what != "Type" {
		return false
	}
	return ok && l.keeps(fixed)
}

// index is what [loop.turns] calls the number of a turn, or the key of a map.
const index = "#"

// turns reports that a value is the index or the element of the turn, or a field of the
// element, and which.
func (l *loop) turns(v ssa.Value) (what string, ok bool) { return l.leads(v, 0) }

// maxLeads is how many steps from a value to what it is computed from are followed. A
// variable that moves on along a list leads to itself.
const maxLeads = 32

func (l *loop) leads(v ssa.Value, depth int) (what string, ok bool) {
	if depth++; depth > maxLeads {
		return "", false
	}
	switch v := v.(type) {
	case *ssa.Phi:
		basic, isBasic := v.Type().Underlying().(*types.Basic)
		return index, v.Block() == l.head && isBasic && basic.Info()&types.IsInteger != 0
	case *ssa.BinOp:
		_, counted := v.X.(*ssa.Phi)
		_, step := v.Y.(*ssa.Const)
		if v.Op == token.ADD && counted && step {
			return l.leads(v.X, depth)
		}
	case *ssa.Extract:
		next, isNext := v.Tuple.(*ssa.Next)
		if v.Index == 1 {
			what = index
		}
		return what, isNext && l.has(next.Block())
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return l.leads(v.X, depth)
		}
	case *ssa.IndexAddr:
		_, ok = l.leads(v.Index, depth)
		return "", ok
	case *ssa.FieldAddr:
		_, ok = l.leads(v.X, depth)
		return fieldOf(v.X.Type(), v.Field).Name(), ok
	case *ssa.Field:
		_, ok = l.leads(v.X, depth)
		return fieldOf(v.X.Type(), v.Field).Name(), ok
	case *ssa.Alloc: // a variable of the turn
		if stored := ssax.SoleStore(v); stored != nil && l.has(v.Block()) {
			return l.leads(stored, depth)
		}
	case *ssa.ChangeType:
		return l.leads(v.X, depth)
	case *ssa.Convert:
		return l.leads(v.X, depth)
	case *ssa.Call:
		if what, of := kube.KeyOf(&v.Call); what == "name" {
			_, ok = l.leads(of, depth)
			return "Name", ok
		}
	}
	return "", false
}

// keeps reports that a value comes from outside the loop.
func (l *loop) keeps(v ssa.Value) bool {
	instr, ok := v.(ssa.Instruction)
	if !ok || !l.has(instr.Block()) {
		return true
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		return v.Op == token.MUL && l.keeps(v.X)
	case *ssa.FieldAddr:
		return l.keeps(v.X)
	case *ssa.Field:
		return l.keeps(v.X)
	case *ssa.ChangeType:
		return l.keeps(v.X)
	case *ssa.Convert:
		return l.keeps(v.X)
	case *ssa.BinOp: // the last index
		return l.keeps(v.X) && l.keeps(v.Y)
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			return l.keeps(v.Call.Args[0])
		}
		what, of := kube.KeyOf(&v.Call)
		return what != "" && l.keeps(of)
	}
	return false
}

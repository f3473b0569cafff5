package flow

import (
	"go/constant"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// This file tells of results that ask to reconcile again. The time after which they do
// is read from settings mostly, and counts as some: who wants none does not name it.

// takesTime notes of the time that a result asks for that it is not zero.
func (e *exec) takesTime(s *state, delay *Term) {
	none := e.tab.Constant("0")
	if !delay.IsConst() && s.equal(e, delay, none) == unknown && s.assumeConst(e, delay, none, false) {
		s.facts.set(e.tab.Pure("<", none, delay), fact{eq: e.tab.True})
	}
}

// knowRequeues notes which results of a function without a summary ask to reconcile again
// wherever it returns.
func (e *exec) knowRequeues(s *state, fn *ssa.Function, results []*Term) {
	for i, t := range results {
		if kube.IsResult(fn.Signature.Results().At(i).Type()) && requeues(fn, i) {
			s.facts.set(t, fact{ne: []*Term{e.tab.Zero}})
		}
	}
}

// requeues reports that the i-th result of a function is a literal wherever it returns,
// and one that asks to reconcile again.
func requeues(fn *ssa.Function, i int) bool {
	returns := 0
	for ret := range ssax.Returns(fn) {
		load, ok := ret.Results[i].(*ssa.UnOp)
		if !ok {
			return false
		}
		literal, ok := load.X.(*ssa.Alloc)
		if !ok || !slices.ContainsFunc(*literal.Referrers(), asksAgain) {
			return false
		}
		returns++
	}
	return returns > 0
}

// asksAgain reports that an instruction is the address of a field of a literal that is set
// to a time, or to true.
func asksAgain(use ssa.Instruction) bool {
	field, ok := use.(*ssa.FieldAddr)
	return ok && slices.ContainsFunc(*field.Referrers(), func(set ssa.Instruction) bool {
		store, ok := set.(*ssa.Store)
		if !ok || store.Addr != field {
			return false
		}
		value, known := store.Val.(*ssa.Const)
		switch {
		case !known:
			return kube.Delays(field)
		case value.Value == nil:
			return false
		case value.Value.Kind() == constant.Bool:
			return constant.BoolVal(value.Value)
		}
		return constant.Sign(value.Value) > 0
	})
}

package shared

import (
	"go/constant"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// when tells which answers a function was given that does something: the parameters that
// are bools which must be true for it, and those that must be false. It is zero where
// that does not matter, or is not known.
type when struct {
	True  ssax.Numbers `json:"t,omitempty"`
	False ssax.Numbers `json:"f,omitempty"`
}

// need adds that a parameter must be true; no: that it must be false.
func (w *when) need(param int, no bool) {
	if no {
		w.False.Add(param)
	} else {
		w.True.Add(param)
	}
}

// needs are the parameters that decide on a block.
func (a *Analysis) needs(b *ssa.BasicBlock) when {
	if known, ok := a.decided[b]; ok {
		return known
	}
	var w when
	if above := b.Idom(); above != nil {
		w = a.needs(above)
		if br, ok := above.Instrs[len(above.Instrs)-1].(*ssa.If); ok && len(b.Preds) == 1 {
			if i, no := asked(br.Cond); i >= 0 {
				w.need(i, no != (above.Succs[1] == b))
			}
		}
	}
	a.decided[b] = w
	return w
}

// asked is the number of the parameter that a condition is, or -1; no: it is its
// opposite.
func asked(cond ssa.Value) (i int, no bool) {
	for {
		switch x := cond.(type) {
		case *ssa.UnOp:
			if x.Op != token.NOT {
				return -1, false
			}
			cond, no = x.X, !no
		case *ssa.Parameter:
			return slices.Index(x.Parent().Params, x), no
		default:
			return -1, false
		}
	}
}

// neededAt is what is needed at a call, of the function that makes it; ok is false where
// the call gives another answer.
func (a *Analysis) neededAt(call ssa.CallInstruction, w when) (out when, ok bool) {
	out = a.needs(call.Block())
	for no, params := range map[bool]ssax.Numbers{false: w.True, true: w.False} {
		for i := range params.All() {
			switch arg := argument(call.Common(), i).(type) {
			case *ssa.Const:
				if arg.Value != nil && arg.Value.Kind() == constant.Bool && constant.BoolVal(arg.Value) == no {
					return when{}, false
				}
			case *ssa.Parameter, *ssa.UnOp:
				if j, not := asked(arg); j >= 0 {
					out.need(j, no != not)
				}
			}
		}
	}
	return out, true
}

package shared

import (
	"go/constant"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// when tells which answers a function was given that does something: the numbers of
// parameters that are bools, "!" before those that must be false, ascending. It is
// empty where that does not matter, or is not known.
type when string

// needs are the parameters that decide on an instruction.
func needs(instr ssa.Instruction) when {
	var out []string
	b := instr.Block()
	for test := b.Idom(); test != nil; test = test.Idom() {
		br, ok := test.Instrs[len(test.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		i, no := asked(br.Cond)
		if i < 0 {
			continue
		}
		for k, side := range test.Succs {
			if len(side.Preds) == 1 && side.Dominates(b) {
				out = append(out, need(i, no != (k == 1)))
			}
		}
	}
	return together(out)
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

func need(param int, no bool) string {
	if no {
		return "!" + strconv.Itoa(param)
	}
	return strconv.Itoa(param)
}

func together(needs []string) when {
	slices.Sort(needs)
	return when(strings.Join(slices.Compact(needs), ","))
}

// at is what is needed at a call, of the function that makes it; ok is false where
// the call gives another answer.
func (w when) at(call ssa.CallInstruction) (out when, ok bool) {
	all := split(needs(call))
	for _, n := range split(w) {
		number, no := strings.CutPrefix(n, "!")
		i, err := strconv.Atoi(number)
		if err != nil {
			continue
		}
		switch arg := argument(call.Common(), i).(type) {
		case *ssa.Const:
			if arg.Value != nil && arg.Value.Kind() == constant.Bool && constant.BoolVal(arg.Value) == no {
				return "", false
			}
		case *ssa.Parameter, *ssa.UnOp:
			if j, not := asked(arg); j >= 0 {
				all = append(all, need(j, no != not))
			}
		}
	}
	return together(all), true
}

func split(w when) []string {
	if w == "" {
		return nil
	}
	return strings.Split(string(w), ",")
}

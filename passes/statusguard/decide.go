package statusguard

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// deciders reports whether a bool decides about a write.
type deciders struct {
	result *statuswrites.Result
	status map[*ssa.Function]map[ssa.CallInstruction]bool // the calls that write a status
	whole  map[*ssa.Function]map[ssa.CallInstruction]bool // the calls that send a whole object
	passed map[*types.Func][]ssa.CallInstruction          // the calls that a function or method is passed to
	lits   map[*ssa.Function][]ssa.CallInstruction        // and those that a literal is
}

func newDeciders(result *statuswrites.Result) *deciders {
	d := &deciders{
		result: result,
		status: map[*ssa.Function]map[ssa.CallInstruction]bool{},
		whole:  map[*ssa.Function]map[ssa.CallInstruction]bool{},
		passed: map[*types.Func][]ssa.CallInstruction{},
		lits:   map[*ssa.Function][]ssa.CallInstruction{},
	}
	note := func(to map[*ssa.Function]map[ssa.CallInstruction]bool, fn *ssa.Function, c ssa.CallInstruction) bool {
		if to[fn] == nil {
			to[fn] = map[ssa.CallInstruction]bool{}
		}
		known := to[fn][c]
		to[fn][c] = true
		return !known
	}
	for _, f := range result.Funcs {
		for _, v := range f.Visits {
			note(d.status, v.Fn, v.Call)
		}
	}
	// Many calls are handed the same variable, which many look at: each is looked
	// at once.
	held := map[ssa.Value]*ssa.Function{}
	given := func(arg ssa.Value) *ssa.Function {
		load, ok := kube.Unboxed(arg).(*ssa.UnOp)
		if !ok {
			return function(arg)
		}
		variable := load.X
		if fv, ok := variable.(*ssa.FreeVar); ok {
			variable = ssax.Bound(fv)
		}
		if _, ok := variable.(*ssa.Alloc); !ok {
			return function(arg)
		}
		fn, ok := held[variable]
		if !ok {
			fn = function(arg)
			held[variable] = fn
		}
		return fn
	}
	for _, fn := range result.All {
		for c := range ssax.All[ssa.CallInstruction](fn) {
			switch op := kube.Classify(c.Common()).Op; {
			case op == kube.Update, op == kube.Patch:
				note(d.whole, fn, c)
			// The engine sees through some of these comparisons, and does not
			// visit what they keep from being reached.
			case op.IsStatusWrite(), d.derived(c.Common()):
				note(d.status, fn, c)
			}
			for _, a := range c.Common().Args {
				if f := given(a); f == nil {
				} else if f.Parent() != nil {
					d.lits[f] = append(d.lits[f], c)
				} else if obj, ok := f.Object().(*types.Func); ok {
					d.passed[obj] = append(d.passed[obj], c)
				}
			}
		}
	}
	// A call that is handed a literal that writes writes itself, even where the
	// caller has no name for the resource.
	for changed := true; changed; {
		changed = false
		for lit, sites := range d.lits {
			for _, c := range sites {
				if len(d.status[lit]) > 0 && note(d.status, c.Parent(), c) {
					changed = true
				}
			}
		}
	}
	return d
}

// function is the literal, the function or the method that a value is: go/ssa
// makes a wrapper for the value of a method, which stands for the method.
func function(v ssa.Value) *ssa.Function {
	switch v := settle(v).(type) {
	case *ssa.Function:
		return v
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	}
	return nil
}

// derived reports whether a call is that of a function that writes the status of a
// resource that its caller can see.
func (d *deciders) derived(c *ssa.CallCommon) bool {
	callee := c.StaticCallee()
	if callee == nil {
		return false
	}
	sum := d.result.Summary(callee)
	return sum != nil && slices.ContainsFunc(sum.Outcomes, func(o flow.Outcome) bool { return len(o.Writes) > 0 })
}

// verdict tells when the write happens that a comparison decides about.
type verdict uint8

const (
	undecided verdict = iota
	whenUnequal
	whenEqual
)

// decides reports whether the outcome of a comparison decides about a status
// write: whether some branch on it, or on what is computed from it, here or in a
// function of the package that it is returned or passed to, leads to a write on
// one side and past it on the other. Where whole is set, so does sending the
// whole object. Where it cannot be told which side is which, the write is taken
// to happen when the values differ.
func (d *deciders) decides(v ssa.Value, whole bool) verdict {
	q := &question{d: d, whole: whole, seen: map[ssa.Value]bool{}}
	truth := whenEqual
	if op, ok := v.(*ssa.BinOp); ok && op.Op == token.NEQ {
		truth = whenUnequal
	}
	if !q.value(v, truth) {
		return undecided
	}
	return max(q.found, whenUnequal)
}

type question struct {
	d     *deciders
	whole bool
	seen  map[ssa.Value]bool
	found verdict
}

// value follows the uses of a bool; truth is what it means that it is true.
func (q *question) value(v ssa.Value, truth verdict) bool {
	if v == nil || q.seen[v] || v.Referrers() == nil {
		return false
	}
	q.seen[v] = true
	for _, use := range *v.Referrers() {
		switch use := use.(type) {
		case *ssa.UnOp:
			if use.Op == token.NOT && q.value(use, truth.other()) {
				return true
			}
		case *ssa.BinOp:
			if (use.Op == token.EQL || use.Op == token.NEQ) && q.value(use, undecided) {
				return true
			}
		case *ssa.Phi:
			if q.value(use, undecided) {
				return true
			}
		case *ssa.Store:
			if use.Val == v && q.variable(use.Addr, truth) {
				return true
			}
		case *ssa.Return:
			if q.returned(use, slices.Index(use.Results, v), truth) {
				return true
			}
		case *ssa.If:
			if q.branch(use.Block(), truth) {
				return true
			}
		case *ssa.Call:
			callee := use.Call.StaticCallee()
			i := slices.Index(use.Call.Args, v)
			if callee != nil && i >= 0 && i < len(callee.Params) && q.value(callee.Params[i], truth) {
				return true
			}
		}
	}
	return false
}

// variable follows a bool through a variable that it is stored into.
func (q *question) variable(addr ssa.Value, truth verdict) bool {
	if fv, ok := addr.(*ssa.FreeVar); ok {
		addr = ssax.Bound(fv)
	}
	if addr == nil || q.seen[addr] {
		return false
	}
	if _, ok := addr.(*ssa.Alloc); !ok {
		return false
	}
	q.seen[addr] = true
	var loads func(addr ssa.Value) bool
	loads = func(addr ssa.Value) bool {
		for _, use := range *addr.Referrers() {
			switch use := use.(type) {
			case *ssa.UnOp:
				if use.Op == token.MUL && q.value(use, truth) {
					return true
				}
			case *ssa.MakeClosure:
				fn := use.Fn.(*ssa.Function)
				for i, b := range use.Bindings {
					if b == addr && loads(fn.FreeVars[i]) {
						return true
					}
				}
			}
		}
		return false
	}
	return loads(addr)
}

// returned follows the i-th result to the callers in the package, and to those
// that a literal is passed to and that write afterwards.
func (q *question) returned(ret *ssa.Return, i int, truth verdict) bool {
	fn := ret.Parent()
	handed := q.d.lits[fn]
	if obj, ok := fn.Object().(*types.Func); ok {
		handed = q.d.passed[obj]
	}
	for _, c := range handed {
		if q.d.status[c.Parent()][c] {
			return true
		}
	}
	sites, _ := q.d.result.Callers(fn)
	for _, site := range sites {
		call, ok := site.(*ssa.Call)
		if !ok {
			continue
		}
		if len(ret.Results) == 1 {
			if q.value(call, truth) {
				return true
			}
			continue
		}
		for _, use := range *call.Referrers() {
			if e, ok := use.(*ssa.Extract); ok && e.Index == i && q.value(e, truth) {
				return true
			}
		}
	}
	return false
}

// other is what it means that the negation is true.
func (v verdict) other() verdict {
	switch v {
	case whenEqual:
		return whenUnequal
	case whenUnequal:
		return whenEqual
	}
	return undecided
}

// branch judges the branch at the end of a block.
func (q *question) branch(b *ssa.BasicBlock, truth verdict) bool {
	exits, parts := exitsOf(b)
	sides := func(to *ssa.BasicBlock) (some, all bool) {
		if slices.Contains(parts, to) { // evaluated for one outcome only
			return true, false
		}
		all = true
		for _, e := range exits {
			if reaches(e.to, to, b) {
				some = true
			} else {
				all = false
			}
		}
		return some, all
	}
	fn := b.Parent()
	for c := range ssax.All[ssa.CallInstruction](fn) {
		if q.writes(fn, c) {
			if some, all := sides(c.Block()); some && !all {
				q.found = q.side(b, c.Block(), truth)
				return true
			}
		}
	}
	// What goes on a list on one side only is written there later.
	for _, to := range fn.Blocks {
		for _, instr := range to.Instrs {
			if list := enqueues(instr); list != nil {
				if some, all := sides(to); some && !all && q.queue(list) {
					q.found = q.side(b, to, truth)
					return true
				}
			}
		}
	}
	// A bool that is set on one side only carries the decision on.
	for _, to := range fn.Blocks {
		for _, instr := range to.Instrs {
			switch i := instr.(type) {
			case *ssa.Phi:
				if isBool(i) && differs(exits, b, i) && q.value(i, undecided) {
					return true
				}
			case *ssa.Store:
				if c, ok := i.Val.(*ssa.Const); ok && isBool(c) {
					if some, all := sides(to); some && !all && q.variable(i.Addr, undecided) {
						return true
					}
				}
			case *ssa.Return:
				for k, r := range i.Results {
					if c, ok := r.(*ssa.Const); ok && isBool(c) {
						if some, all := sides(to); some && !all && q.returned(i, k, undecided) {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

// side tells what the outcome of a comparison is where a block is reached.
func (q *question) side(b, to *ssa.BasicBlock, truth verdict) verdict {
	if reaches(b.Succs[0], to, b) {
		return truth
	}
	return truth.other()
}

func isBool(v ssa.Value) bool {
	t, ok := v.Type().Underlying().(*types.Basic)
	return ok && t.Info()&types.IsBoolean != 0
}

// differs reports whether it depends on the branch which value a phi takes.
func differs(exits []exit, b *ssa.BasicBlock, phi *ssa.Phi) bool {
	for _, pred := range phi.Block().Preds {
		some, all := false, true
		for _, e := range exits {
			if e.from == pred && e.to == phi.Block() || e.to != phi.Block() && reaches(e.to, pred, b) {
				some = true
			} else {
				all = false
			}
		}
		if some && !all {
			return true
		}
	}
	return false
}

// exit is an edge that leaves a condition.
type exit struct{ from, to *ssa.BasicBlock }

// exitsOf are the ways out of the condition that the branch of a block is a part
// of, and the further parts of it: what && and || join is one condition, whose
// parts share a way out.
func exitsOf(b *ssa.BasicBlock) (exits []exit, parts []*ssa.BasicBlock) {
	within := []*ssa.BasicBlock{b}
	for i := 0; i < len(within); i++ {
		for k, s := range within[i].Succs {
			if slices.Contains(within, s) || len(s.Succs) != 2 || len(s.Preds) != 1 {
				continue
			}
			if shared := within[i].Succs[1-k]; slices.Contains(s.Succs, shared) {
				within = append(within, s)
			}
		}
	}
	for _, w := range within {
		for _, s := range w.Succs {
			if !slices.Contains(within, s) {
				exits = append(exits, exit{w, s})
			}
		}
	}
	return exits, within[1:]
}

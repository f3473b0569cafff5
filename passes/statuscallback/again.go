package statuscallback

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// runsAgain reports whether the code may run again after it came past an
// instruction: the attempt can still fail with a conflict. After the last write
// of an attempt, on the path where it succeeded, it cannot.
//
// Conflicts of writes of one type can be left out: a write that is retried
// because it failed itself was not done twice.
//
// It is asked of functions that run in regions only. What cannot be seen makes
// the answer no.
func (c *check) runsAgain(at ssa.Instruction, without *types.TypeName) bool {
	key := attempt{at, without}
	if known, ok := c.again[key]; ok {
		return known
	}
	c.again[key] = false // a recursive call brings no other attempt
	c.again[key] = c.failsAfter(at, without)
	return c.again[key]
}

// attempt is a question that was asked before.
type attempt struct {
	at      ssa.Instruction
	without *types.TypeName
}

func (c *check) failsAfter(at ssa.Instruction, without *types.TypeName) bool {
	fn := at.Parent()
	region, passed := c.writes.Repeats(fn)
	switch {
	case passed && region.Manager:
		// It writes when the callback has succeeded.
		if statuswrites.After(at, succeeds) {
			return true
		}
	case !passed:
		// Its callers may still write when it has returned.
		if calls, ok := c.writes.Callers(fn); ok && statuswrites.After(at, succeeds) {
			for _, call := range calls {
				if _, plain := call.(*ssa.Call); plain && c.inRegion(call.Parent()) && c.runsAgain(call, without) {
					return true
				}
			}
		}
	}
	return statuswrites.After(at, func(i ssa.Instruction) bool {
		call, ok := i.(*ssa.Call)
		if !ok || !c.conflicts(call) || !c.reaches(fn, passed, call) {
			return false
		}
		n := objectType(kube.Classify(&call.Call).Object)
		return without == nil || n == nil || n.Obj() != without
	})
}

// conflicts reports whether a call may fail with a conflict.
func (c *check) conflicts(call *ssa.Call) bool {
	if kube.Conflicts(&call.Call) {
		return true
	}
	if f := c.writes.Found(call.Parent()); f != nil && f.Prone[call] && !f.Swallowed[call] {
		return true
	}
	callee := call.Call.StaticCallee()
	return callee != nil && c.returnsConflict(callee)
}

// returnsConflict reports whether a function of the package returns the error of
// a write of a whole object.
func (c *check) returnsConflict(fn *ssa.Function) bool {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if known, ok := c.prone[fn]; ok {
		return known
	}
	c.prone[fn] = false
	for call := range ssax.All[*ssa.Call](fn) {
		if returnsError(call) {
			callee := call.Call.StaticCallee()
			if kube.Conflicts(&call.Call) || callee != nil && c.returnsConflict(callee) {
				c.prone[fn] = true
				return true
			}
		}
	}
	return false
}

// reaches reports whether the error of a call reaches the retry: the function
// returns it, and so do its callers if it is not the callback itself.
func (c *check) reaches(fn *ssa.Function, passed bool, call *ssa.Call) bool {
	seen := map[*ssa.Function]bool{} // functions may call each other
	var follow func(fn *ssa.Function, passed bool, call *ssa.Call) bool
	follow = func(fn *ssa.Function, passed bool, call *ssa.Call) bool {
		if !returnsError(call) {
			return false
		}
		if passed {
			return true
		}
		seen[fn] = true
		calls, _ := c.writes.Callers(fn)
		for _, site := range calls {
			site, ok := site.(*ssa.Call)
			if !ok || seen[site.Parent()] {
				continue
			}
			parent := site.Parent()
			if _, passed := c.writes.Repeats(parent); c.inRegion(parent) && follow(parent, passed, site) {
				return true
			}
		}
		return false
	}
	return follow(fn, passed, call)
}

// returnsError reports whether the error of a call may come out of the function,
// as it is or wrapped.
func returnsError(call *ssa.Call) bool {
	seen := map[ssa.Value]bool{}
	var follow func(v ssa.Value) bool
	follow = func(v ssa.Value) bool {
		if seen[v] || v.Referrers() == nil {
			return false
		}
		seen[v] = true
		for _, use := range *v.Referrers() {
			switch use := use.(type) {
			case *ssa.Return:
				return true
			case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.Slice:
				if follow(use.(ssa.Value)) {
					return true
				}
			case *ssa.Extract:
				if kube.IsErrorType(use.Type()) && follow(use) {
					return true
				}
			case *ssa.Call: // wrapped
				if r := use.Call.Signature().Results(); r.Len() == 1 && kube.IsErrorType(r.At(0).Type()) && follow(use) {
					return true
				}
			case *ssa.Store: // a variable, or an argument among others
				if use.Val == v && follow(cell(use.Addr)) {
					return true
				}
			case *ssa.UnOp:
				if follow(use) {
					return true
				}
			}
		}
		return false
	}
	r := call.Call.Signature().Results()
	if r.Len() == 0 || !kube.IsErrorType(r.At(r.Len()-1).Type()) {
		return false
	}
	return follow(call)
}

// cell is the variable that an address lies in.
func cell(addr ssa.Value) ssa.Value {
	for {
		switch a := addr.(type) {
		case *ssa.IndexAddr:
			addr = a.X
		case *ssa.FieldAddr:
			addr = a.X
		default:
			return addr
		}
	}
}

// succeeds reports whether an instruction is a return that may say that all went
// well: no error that is certain, and no false that asks for nothing to be
// written.
func succeeds(i ssa.Instruction) bool {
	ret, ok := i.(*ssa.Return)
	if !ok {
		return false
	}
	for _, v := range ret.Results {
		if kube.IsErrorType(v.Type()) && certain(v, ret.Block()) {
			return false
		}
		if k, ok := v.(*ssa.Const); ok && k.Value != nil && k.Value.ExactString() == "false" {
			return false
		}
	}
	return true
}

// certain reports whether a value is an error, and not nil: it was made here, or
// a branch that leads here has tested it.
func certain(v ssa.Value, at *ssa.BasicBlock) bool {
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return true
	case *ssa.UnOp: // the error variable of a package
		if _, global := v.X.(*ssa.Global); global {
			return true
		}
	case *ssa.Call:
		if callee := v.Call.StaticCallee(); callee != nil {
			if fn, ok := callee.Object().(*types.Func); ok {
				if kube.MakesError(fn) {
					return true
				}
				if arg, ok := kube.WrapsError(fn); ok && arg < len(v.Call.Args) && certain(v.Call.Args[arg], at) {
					return true
				}
			}
		}
	}
	for b := at; b != nil; b = b.Idom() {
		dom := b.Idom()
		if dom == nil || len(b.Preds) != 1 || b.Preds[0] != dom {
			continue
		}
		if branch, ok := dom.Instrs[len(dom.Instrs)-1].(*ssa.If); ok && nonNil(branch.Cond, v, dom.Succs[0] == b) {
			return true
		}
	}
	return false
}

// nonNil reports whether a condition that is true, or false, means that an error
// is not nil.
func nonNil(cond, err ssa.Value, holds bool) bool {
	switch cond := cond.(type) {
	case *ssa.BinOp:
		isNil := func(v ssa.Value) bool { k, ok := v.(*ssa.Const); return ok && k.IsNil() }
		about := cond.X == err && isNil(cond.Y) || cond.Y == err && isNil(cond.X)
		return about && (cond.Op == token.NEQ && holds || cond.Op == token.EQL && !holds)
	case *ssa.UnOp:
		return cond.Op == token.NOT && nonNil(cond.X, err, !holds)
	case *ssa.Call:
		_, ok := kube.ErrorPredicate(&cond.Call)
		return ok && holds && cond.Call.Args[0] == err
	}
	return false
}

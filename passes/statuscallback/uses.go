package statuscallback

import (
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// usedAfter finds where the functions around a callback use what became of a
// captured variable after the retry, otherwise than to tell people.
func (c *check) usedAfter(fn *ssa.Function, p place, call ssa.CallInstruction, added ssa.Instruction) ssa.Instruction {
	parent := fn.Parent()
	if parent == nil {
		return nil
	}
	made := closureOf(parent, fn)
	outer, ok := outside(made, fn, p)
	if !ok {
		return nil
	}
	var start ssa.Instruction = made
	if call != nil && call.Parent() == parent {
		start = call
	}
	follow := &follower{deliberate: countsAttempts(added)}
	if use := c.usedFrom(start, outer, follow); use != nil {
		return use
	}
	// A literal that is deferred, or made later, sees the variable as well.
	for instr := range ssax.All[ssa.Instruction](parent) {
		other, ok := instr.(*ssa.MakeClosure)
		if !ok || other == made || !deferred(other) && !statuswrites.After(start, func(i ssa.Instruction) bool { return i == other }) {
			continue
		}
		body := other.Fn.(*ssa.Function)
		for i, bound := range other.Bindings {
			if bound == outer.root {
				inner := place{root: body.FreeVars[i], path: outer.path}
				if use := c.usedFrom(nil, inner, follow, body); use != nil {
					return use
				}
			}
		}
	}
	// The variable may belong to a function further out.
	if _, free := outer.root.(*ssa.FreeVar); free {
		if made := closureOf(parent.Parent(), parent); made != nil {
			return c.usedAfter(parent, outer, made2call(made), added)
		}
	}
	return nil
}

// usedFrom finds the first use of what a place holds that can come after an
// instruction, or anywhere in a function.
func (c *check) usedFrom(start ssa.Instruction, p place, f *follower, in ...*ssa.Function) ssa.Instruction {
	var found ssa.Instruction
	look := func(i ssa.Instruction) (stop bool) {
		switch i := i.(type) {
		case *ssa.Store:
			o, ok := placeOf(i.Addr)
			return ok && o.same(p) && !dependsOn(i.Val, p) // set anew
		case *ssa.Alloc:
			return ssa.Value(i) == p.root // another variable, in the next turn of a loop
		case *ssa.UnOp:
			if p.loads(i) {
				found = f.use(i)
			}
		case *ssa.Return:
			for _, v := range i.Results {
				if whole(v, p) {
					found = i
				}
			}
		}
		return found != nil
	}
	if start == nil {
		walk(in[0].Blocks[0], 0, look)
	} else {
		b := start.Block()
		for n, i := range b.Instrs {
			if i == start {
				walk(b, n+1, look)
			}
		}
	}
	return found
}

// walk visits the instructions that can come after a place in a block. A path
// ends where visit says so.
func walk(b *ssa.BasicBlock, from int, visit func(ssa.Instruction) bool) {
	seen := map[*ssa.BasicBlock]bool{}
	var follow func(b *ssa.BasicBlock, from int)
	follow = func(b *ssa.BasicBlock, from int) {
		for _, i := range b.Instrs[from:] {
			if visit(i) {
				return
			}
		}
		for _, s := range b.Succs {
			if !seen[s] {
				seen[s] = true
				follow(s, 0)
			}
		}
	}
	follow(b, from)
}

// whole reports whether a value is the struct that a place is a field of, or the
// pointer to it.
func whole(v ssa.Value, p place) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	o, ok := placeOf(load.X)
	if !ok || o.root != p.root || len(o.path) >= len(p.path) || p.path[:len(o.path)] != o.path {
		return false
	}
	return true
}

// closureOf is where a function makes a literal of its own.
func closureOf(parent, fn *ssa.Function) *ssa.MakeClosure {
	if parent == nil {
		return nil
	}
	for m := range ssax.All[*ssa.MakeClosure](parent) {
		if m.Fn == ssa.Value(fn) {
			return m
		}
	}
	return nil
}

// made2call is the call that a literal is given to, or nil.
func made2call(m *ssa.MakeClosure) ssa.CallInstruction {
	for _, use := range *m.Referrers() {
		if call, ok := use.(ssa.CallInstruction); ok {
			return call
		}
	}
	return nil
}

// outside is what a place of a literal is in the function around it.
func outside(made *ssa.MakeClosure, fn *ssa.Function, p place) (place, bool) {
	if made == nil {
		return place{}, false
	}
	for i, v := range fn.FreeVars {
		if ssa.Value(v) == p.root {
			o, ok := placeOf(made.Bindings[i])
			o.path += p.path
			return o, ok
		}
	}
	return place{}, false
}

func deferred(m *ssa.MakeClosure) bool {
	for _, use := range *m.Referrers() {
		if _, ok := use.(*ssa.Defer); ok {
			return true
		}
	}
	return false
}

// countsAttempts reports whether a statement adds a constant on every attempt: it
// counts the attempts, and a test of that count is meant.
func countsAttempts(added ssa.Instruction) bool {
	store, ok := added.(*ssa.Store)
	if !ok || added.Block().Index != 0 {
		return false
	}
	sum, ok := store.Val.(*ssa.BinOp)
	if !ok {
		return false
	}
	_, constant := sum.Y.(*ssa.Const)
	return constant
}

// follower follows a value to where it matters.
type follower struct {
	deliberate bool // tests of it are meant
	// only, if set, is the one kind of use that counts.
	only func(ssa.Instruction) bool
	seen map[ssa.Value]bool
}

// use is an instruction by which more comes of a value than a log line, a
// metric or the text of an error.
func (f *follower) use(v ssa.Value) ssa.Instruction {
	f.seen = map[ssa.Value]bool{}
	return f.follow(v)
}

func (f *follower) follow(v ssa.Value) ssa.Instruction {
	if f.seen[v] || v.Referrers() == nil {
		return nil
	}
	f.seen[v] = true
	for _, use := range *v.Referrers() {
		if f.only != nil {
			if f.only(use) {
				return use
			}
		}
		if i := f.through(v, use); i != nil {
			return i
		}
	}
	return nil
}

// through follows a value through one of its uses.
func (f *follower) through(v ssa.Value, use ssa.Instruction) ssa.Instruction {
	counts := func() ssa.Instruction {
		if f.only != nil {
			return nil
		}
		return use
	}
	switch use := use.(type) {
	case *ssa.Return, *ssa.Send, *ssa.MapUpdate:
		return counts()
	case *ssa.Store:
		if use.Val != v {
			return nil
		}
		if local, ok := cell(use.Addr).(*ssa.Alloc); ok { // an argument among others, or a variable
			return f.follow(local)
		}
		return counts()
	case *ssa.BinOp:
		switch use.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			// Whether there was any does not depend on the number of attempts;
			// a limit is a limit of attempts.
			_, x := use.X.(*ssa.Const)
			_, y := use.Y.(*ssa.Const)
			if x || y || f.deliberate || rangeIndex(use.X) || rangeIndex(use.Y) {
				return nil
			}
			return f.follow(use)
		}
		return f.follow(use)
	case *ssa.Extract:
		if _, next := use.Tuple.(*ssa.Next); next && use.Index == 0 { // whether the range goes on
			return nil
		}
		return f.follow(use)
	case *ssa.If:
		return counts()
	case *ssa.MakeClosure, *ssa.DebugRef:
		return nil
	case ssa.CallInstruction:
		return f.call(v, use, counts)
	case ssa.Value:
		return f.follow(use)
	}
	return nil
}

// rangeIndex reports whether a value is the index of a range loop.
func rangeIndex(v ssa.Value) bool {
	next, ok := v.(*ssa.BinOp)
	if !ok {
		return false
	}
	phi, ok := next.X.(*ssa.Phi)
	return ok && phi.Comment == "rangeindex"
}

// call follows a value into a call.
func (f *follower) call(v ssa.Value, use ssa.CallInstruction, counts func() ssa.Instruction) ssa.Instruction {
	c := use.Common()
	result, _ := use.(*ssa.Call)
	if _, ok := c.Value.(*ssa.Builtin); ok {
		if result == nil {
			return nil
		}
		return f.follow(result)
	}
	fn, callee := kube.Func(c), c.StaticCallee()
	switch {
	case fn == nil:
		return nil
	case kube.Observes(fn.Pkg()), kube.MakesError(fn), kube.Event(c):
		return nil
	case kube.Benign(fn.Pkg()):
		if _, wraps := kube.WrapsError(fn); wraps || result == nil {
			return nil
		}
		return f.follow(result)
	case c.Signature().Results().Len() == 0:
		// It may be a log line or a metric, too, unless it is seen to be more.
		if callee == nil || callee.Blocks == nil {
			return nil
		}
		for i, arg := range c.Args {
			if arg == v && i < len(callee.Params) {
				return f.follow(callee.Params[i])
			}
		}
		return nil
	}
	return counts()
}

// intoStatus finds where the callback itself puts the sum into a status.
func intoStatus(fn *ssa.Function, p place, sum ssa.Value) ssa.Instruction {
	f := &follower{only: func(i ssa.Instruction) bool {
		store, ok := i.(*ssa.Store)
		return ok && kube.StatusAddress(store.Addr)
	}}
	if use := f.use(sum); use != nil {
		return use
	}
	for load := range ssax.All[*ssa.UnOp](fn) {
		if p.loads(load) {
			if use := f.use(load); use != nil {
				return use
			}
		}
	}
	return nil
}

// useRange is where a use stands.
func (c *check) useRange(use ssa.Instruction) analysis.Range {
	if call, ok := use.(ssa.CallInstruction); ok {
		return c.writes.Range(call)
	}
	pos := use.Pos()
	if branch, ok := use.(*ssa.If); ok {
		pos = branch.Cond.Pos()
	}
	return statuswrites.At(pos)
}

package statuscallback

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// place is a captured variable, or a field of one, as one function sees it. Two
// addresses of one function are the same place if they lead from the same
// variable through the same fields and pointers.
type place struct {
	root ssa.Value // the address of the variable: *ssa.FreeVar or *ssa.Alloc
	path string    // ".1" for the second field, "*" for what a pointer points at
	name string    // for messages
}

func (p place) same(o place) bool { return p.root == o.root && p.path == o.path }

// placeOf follows an address to the variable that it lies in. Fields of API
// objects are no places: the object is read again on each attempt.
func placeOf(addr ssa.Value) (place, bool) {
	switch a := addr.(type) {
	case *ssa.FreeVar:
		return place{root: a, name: a.Name()}, true
	case *ssa.Alloc:
		return place{root: a, name: a.Comment}, true
	case *ssa.FieldAddr:
		if kube.IsAPIObject(a.X.Type()) {
			return place{}, false
		}
		p, ok := placeOf(a.X)
		f := a.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct).Field(a.Field)
		p.path += fmt.Sprintf(".%d", a.Field)
		p.name += "." + f.Name()
		return p, ok
	case *ssa.UnOp:
		if a.Op != token.MUL {
			return place{}, false
		}
		p, ok := placeOf(a.X)
		p.path += "*"
		return p, ok
	}
	return place{}, false
}

// loads reports whether a value is what a place holds.
func (p place) loads(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	o, ok := placeOf(load.X)
	return ok && p.same(o)
}

// addsUp reports captured variables that grow with each attempt, where that
// matters afterwards.
func (c *check) addsUp(fn *ssa.Function, region flow.Region) {
	var done []place
	for instr := range ssax.All[ssa.Instruction](fn) {
		p, sum, ok := accumulation(instr)
		if !ok || contains(done, p) || !c.runsAgain(instr, nil) || reset(fn, p, instr) {
			continue
		}
		use := c.usedAfter(fn, p, region.Call, instr)
		if use == nil {
			use = intoStatus(fn, p, sum)
		}
		if use == nil {
			continue
		}
		done = append(done, p)
		opts := []report.Option{report.Related(c.useRange(use), "what it has become is used here")}
		c.Report(statement(fn, instr.Pos()),
			fmt.Sprintf("%s adds up over the attempts of a retry: what an attempt added before its conflict stays; set it anew at the start of the callback", p.name),
			append(opts, c.retry(fn)...)...)
	}
}

func contains(places []place, p place) bool {
	for _, o := range places {
		if o.same(p) {
			return true
		}
	}
	return false
}

// accumulation reports whether an instruction adds to what a captured variable
// holds, and gives the sum.
func accumulation(instr ssa.Instruction) (p place, sum ssa.Value, ok bool) {
	switch i := instr.(type) {
	case *ssa.Store:
		p, ok = placeOf(i.Addr)
		if !captured(p, ok) || !adds(i.Val, p.loads) {
			return place{}, nil, false
		}
		return p, i.Val, true
	case *ssa.MapUpdate:
		// A key that is set again is as it was; what is kept under it may grow.
		load, isLoad := i.Map.(*ssa.UnOp)
		if !isLoad {
			return place{}, nil, false
		}
		p, ok = placeOf(load.X)
		entry := func(v ssa.Value) bool {
			look, ok := v.(*ssa.Lookup)
			return ok && p.loads(look.X) && sameValue(look.Index, i.Key)
		}
		if !captured(p, ok) || !adds(i.Value, entry) {
			return place{}, nil, false
		}
		return p, i.Map, true
	}
	return place{}, nil, false
}

func captured(p place, ok bool) bool {
	_, free := p.root.(*ssa.FreeVar)
	return ok && free
}

// sameValue reports whether two values are equal: the same, equal constants, or
// loads of the same place with nothing known between.
func sameValue(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	if x, ok := a.(*ssa.Const); ok {
		y, ok := b.(*ssa.Const)
		return ok && x.Value != nil && y.Value != nil && x.Value.ExactString() == y.Value.ExactString()
	}
	load, ok := b.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	p, ok := placeOf(load.X)
	return ok && p.loads(a)
}

// adds reports whether a value is an old one with something added: a sum, a
// product, a longer string or list. Flags that are set twice stay set.
func adds(v ssa.Value, old func(ssa.Value) bool) bool {
	switch v := v.(type) {
	case *ssa.BinOp:
		switch v.Op {
		case token.ADD, token.MUL:
			return old(v.X) || old(v.Y) || adds(v.X, old) || adds(v.Y, old)
		case token.SUB, token.QUO, token.SHL:
			return old(v.X) || adds(v.X, old)
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
			return old(v.Call.Args[0]) || adds(v.Call.Args[0], old)
		}
	case *ssa.Convert:
		return old(v.X) || adds(v.X, old)
	}
	return false
}

// reset reports whether the callback may give the variable a value of its own
// before it adds to it: then each attempt begins anew. What has the address of
// the variable may do so, too.
func reset(fn *ssa.Function, p place, at ssa.Instruction) bool {
	covers := func(addr ssa.Value) bool {
		o, ok := placeOf(addr)
		return ok && o.root == p.root && len(o.path) <= len(p.path) && p.path[:len(o.path)] == o.path
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			resets := false
			switch i := instr.(type) {
			case *ssa.Store:
				resets = covers(i.Addr) && !dependsOn(i.Val, p)
			case *ssa.MakeClosure:
				for _, bound := range i.Bindings {
					resets = resets || covers(bound)
				}
			case ssa.CallInstruction:
				for _, arg := range i.Common().Args {
					if _, pointer := arg.Type().Underlying().(*types.Pointer); pointer {
						o, ok := placeOf(arg)
						resets = resets || ok && covers(arg) || ok && o.root == p.root && len(o.path) <= len(p.path) && p.path[:len(o.path)] == o.path
					}
				}
				if b, ok := i.Common().Value.(*ssa.Builtin); ok && b.Name() == "clear" {
					resets = resets || p.loads(i.Common().Args[0])
				}
			}
			if resets && instr != at && statuswrites.After(instr, func(i ssa.Instruction) bool { return i == at }) {
				return true
			}
		}
	}
	return false
}

// dependsOn reports whether a value is made of what a place held. A list cut to
// no elements is empty whatever it held.
func dependsOn(v ssa.Value, p place) bool {
	seen := map[ssa.Value]bool{}
	var visit func(v ssa.Value) bool
	visit = func(v ssa.Value) bool {
		if v == nil || seen[v] {
			return false
		}
		seen[v] = true
		if p.loads(v) {
			return true
		}
		if s, ok := v.(*ssa.Slice); ok {
			if high, ok := s.High.(*ssa.Const); ok && high.Value != nil && high.Value.ExactString() == "0" {
				return false
			}
		}
		instr, ok := v.(ssa.Instruction)
		if !ok {
			return false
		}
		var operands [8]*ssa.Value
		for _, op := range instr.Operands(operands[:0]) {
			if *op != nil && visit(*op) {
				return true
			}
		}
		return false
	}
	return visit(v)
}

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
	return u.walk(at, func(cond ssa.Value) answer { return u.unchanged(cond, fieldName(field)) }, nil)
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
				x, y := leads(b.Succs[0], goal), leads(b.Succs[1], goal)
				if x != y {
					return x && visit(b.Succs[1]) || y && visit(b.Succs[0])
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

// leads reports that a path leads from one block to another without another turn of
// a loop.
func leads(from, to *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var visit func(b *ssa.BasicBlock) bool
	visit = func(b *ssa.BasicBlock) bool {
		if b == to {
			return true
		}
		if seen[b] {
			return false
		}
		seen[b] = true
		for _, next := range b.Succs {
			if !next.Dominates(b) && visit(next) {
				return true
			}
		}
		return false
	}
	return visit(from)
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
	}
	return either
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

// ticks reports that time is put in a status whenever the function runs: a whole
// element takes the place of the old one, or a field is set on all paths to a
// write; and that no test of the status, or of what changes it, comes before, here
// or in the callers.
func (u *unit) ticks(s sink, f flow) bool {
	if !u.always(s.at) {
		return false
	}
	if s.whole && f.path != "" {
		return !u.restored(s.value, f) && u.called(s.at.Parent(), 0, nil)
	}
	if hasElement(join(s.field, f.path)) || u.restored(s.value, f) {
		return false
	}
	if f.param != own {
		return true // as far as the function goes; its callers judge
	}
	return u.followed(s.at, 0)
}

func hasElement(path string) bool {
	for path != "" {
		i := lastSlash(path)
		if path[i:] == element || path[i:] == "/"+element {
			return true
		}
		path = path[:i]
	}
	return false
}

// restored reports that what is stored there gets another time too: the old one.
func (u *unit) restored(v ssa.Value, f flow) bool {
	if f.path == "" {
		return false
	}
	at := u.place(v)
	if load, ok := v.(*ssa.UnOp); ok && at.root == v {
		at = u.place(load.X)
	}
	if s, ok := v.(*ssa.Slice); ok {
		at = u.place(s.X)
	}
	for _, s := range u.written[at.part(f.path)] {
		if _, old := u.old(s.Val); old {
			return true
		}
		fs := u.contents(s.Val, s)
		if !slices.ContainsFunc(fs, func(g flow) bool { return g.kind == Clock || g.kind == Given }) {
			return true
		}
	}
	return false
}

// always reports that an instruction is reached without a test of the old status,
// the generation, or of what tells of a change.
func (u *unit) always(at ssa.Instruction) bool {
	return u.walk(at, u.idle, func(cond ssa.Value) bool { return u.suspect(cond, map[ssa.Value]bool{}) })
}

// idle is what a test answers while nothing changes, and nothing fails.
func (u *unit) idle(cond ssa.Value) answer {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return u.idle(c.X).not()
		}
	case *ssa.BinOp:
		if c.Op != token.EQL && c.Op != token.NEQ {
			return either
		}
		a := u.same(c.X, c.Y)
		if c.Op == token.NEQ {
			a = a.not()
		}
		return a
	case *ssa.Extract:
		if _, ok := u.old(c); ok && isBool(c.Type()) {
			return yes // what the status has under a key has been set before
		}
	case *ssa.Call:
		if x, ok := kube.Compares(&c.Call); ok {
			if u.aboutStatus(x.X) || u.aboutStatus(x.Y) {
				return yes
			}
		}
	}
	return either
}

func (u *unit) aboutStatus(v ssa.Value) bool {
	v = kube.Unboxed(v)
	if u.partOfStatus(v.Type()) || kube.IsAPIObject(v.Type()) {
		return true
	}
	_, ok := u.old(v)
	return ok
}

func (u *unit) same(x, y ssa.Value) answer {
	if _, ok := x.(*ssa.Const); ok {
		x, y = y, x
	}
	if k, ok := y.(*ssa.Const); ok {
		switch {
		case !isZero(k):
			return either
		case isError(x.Type()):
			return yes
		case u.oldCondition(x):
			return no
		}
		if _, ok := u.old(x); ok && !isBool(x.Type()) {
			return no // it has been set before
		}
		return either
	}
	for _, v := range []ssa.Value{x, y} {
		if name, ok := u.old(v); ok && name != "Type" {
			return yes
		}
	}
	return either
}

// suspect reports that a test may ask of a change: of the old status, the generation,
// a flag, or what a function that was given the status says.
func (u *unit) suspect(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] || len(seen) > 40 {
		return false
	}
	seen[v] = true
	if name, ok := u.old(v); ok {
		return name != "Type"
	}
	switch x := v.(type) {
	case *ssa.Const, *ssa.Global, *ssa.Function, *ssa.Builtin, *ssa.Alloc:
		return false
	case *ssa.Parameter:
		return isBool(x.Type())
	case *ssa.Phi:
		if isBool(x.Type()) {
			return true
		}
		return false
	case *ssa.Call:
		for _, a := range x.Call.Args {
			a = kube.Unboxed(a)
			if u.partOfStatus(a.Type()) || u.suspect(a, seen) {
				return true
			}
			if isBool(x.Type()) && kube.IsAPIObject(a.Type()) && x.Call.StaticCallee() != nil && x.Call.StaticCallee().Blocks != nil {
				return true
			}
		}
		return x.Call.IsInvoke() && u.suspect(x.Call.Value, seen)
	case *ssa.Extract:
		if isError(x.Type()) {
			return false
		}
		if call, ok := x.Tuple.(*ssa.Call); ok && isBool(x.Type()) {
			return u.suspect(call, seen)
		}
		return false
	case *ssa.FieldAddr:
		if fieldOf(x.X.Type(), x.Field) == "Generation" {
			return true
		}
		return u.target(x).in != elsewhere || u.suspect(x.X, seen)
	case *ssa.UnOp:
		return u.suspect(x.X, seen)
	case *ssa.BinOp:
		if x.Op == token.LSS && isLen(x.Y) {
			return false // of a loop over a list
		}
		return u.suspect(x.X, seen) || u.suspect(x.Y, seen)
	case *ssa.Field:
		return u.suspect(x.X, seen)
	case *ssa.Convert:
		return u.suspect(x.X, seen)
	case *ssa.ChangeType:
		return u.suspect(x.X, seen)
	case *ssa.MakeInterface:
		return u.suspect(x.X, seen)
	}
	return false
}

func isLen(v ssa.Value) bool {
	c, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	b, ok := c.Call.Value.(*ssa.Builtin)
	return ok && b.Name() == "len"
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// maxCallers bounds how far up the callers are asked.
const maxCallers = 3

// called reports that a function may be called whenever a reconcile runs: one of
// its calls stands under no test of a change, or nobody is known to call it.
func (u *unit) called(fn *ssa.Function, depth int, also func(*unit, ssa.CallInstruction) bool) bool {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	calls := u.callers[fn]
	if len(calls) == 0 || depth > maxCallers {
		return also == nil
	}
	for _, call := range calls {
		caller := u.unitOf(call.Parent())
		if caller == nil || !caller.always(call) {
			continue
		}
		if also != nil {
			if also(caller, call) {
				return true
			}
			continue
		}
		if call.Parent() == fn || caller.called(call.Parent(), depth+1, nil) {
			return true
		}
	}
	return false
}

// unitOf is the unit that a function belongs to.
func (a *Analysis) unitOf(fn *ssa.Function) *unit {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return a.units[fn]
}

// followed reports that all paths to a write, here or in a caller, go through an
// instruction, which is reached whenever a reconcile runs.
func (u *unit) followed(at ssa.Instruction, depth int) bool {
	for _, b := range at.Parent().Blocks {
		for k, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok || !u.prog.Writes(call) {
				continue
			}
			if b == at.Block() && k > indexOf(at) || b != at.Block() && at.Block().Dominates(b) {
				return u.called(at.Parent(), 0, nil)
			}
		}
	}
	if depth >= maxCallers {
		return false
	}
	return u.called(at.Parent(), depth, func(caller *unit, call ssa.CallInstruction) bool {
		return caller.followed(call, depth+1)
	})
}

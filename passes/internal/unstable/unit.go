package unstable

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// unit is a function with the literals in it, which share its variables.
type unit struct {
	*Analysis
	top      *ssa.Function
	fns      []*ssa.Function
	bindings map[*ssa.FreeVar]ssa.Value
	places   map[ssa.Value]place
	loops    map[*ssa.Function][]*loop
	written  map[place][]*ssa.Store            // what is stored where, unstable or not
	makes    map[*ssa.Function]ssa.Instruction // a literal: that which makes it first

	own     map[ssa.Value]flows   // of values that are no part of another
	results map[*ssa.Call][]flows // of calls with several results
	memory  map[ssa.Value][]stored
	sorted  map[place]bool // lists that are sorted somewhere
	grown   bool
	early   bool // it was looked at before a function that it calls

	puts  []Put
	found []Finding
}

func newUnit(a *Analysis, top *ssa.Function) *unit {
	u := &unit{
		Analysis: a, top: top, bindings: map[*ssa.FreeVar]ssa.Value{}, makes: map[*ssa.Function]ssa.Instruction{}, loops: map[*ssa.Function][]*loop{},
		written: map[place][]*ssa.Store{}, own: map[ssa.Value]flows{}, results: map[*ssa.Call][]flows{}, memory: map[ssa.Value][]stored{}, sorted: map[place]bool{},
	}
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		u.fns = append(u.fns, fn)
		for _, literal := range fn.AnonFuncs {
			add(literal)
		}
	}
	add(top)
	instrs := 0
	for _, fn := range u.fns {
		for _, b := range fn.Blocks {
			instrs += len(b.Instrs)
		}
	}
	u.places = make(map[ssa.Value]place, instrs/2) // about those that are asked for
	var operands []*ssa.Value
	for _, fn := range u.fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				operands = instr.Operands(operands[:0])
				u.literals(instr, operands)
				if c, ok := instr.(*ssa.MakeClosure); ok {
					for i, v := range c.Fn.(*ssa.Function).FreeVars {
						if i < len(c.Bindings) {
							u.bindings[v] = c.Bindings[i]
						}
					}
				}
			}
		}
	}
	for _, fn := range u.fns {
		u.loops[fn] = loopsOf(fn)
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if s, ok := instr.(*ssa.Store); ok {
					at := u.place(s.Addr)
					u.written[at] = append(u.written[at], s)
				}
			}
		}
	}
	for i, p := range top.Params {
		if mayBeGiven(p.Type()) && !(i == 0 && top.Signature.Recv() != nil && !a.ofStatus(p.Type())) {
			u.own[p] = flows{{kind: Given, param: i}}
		}
	}
	return u
}

// literals notes which literals an instruction makes.
func (u *unit) literals(instr ssa.Instruction, operands []*ssa.Value) {
	for _, op := range operands {
		if fn, ok := (*op).(*ssa.Function); ok && fn.Parent() == instr.Parent() && u.makes[fn] == nil {
			u.makes[fn] = instr
		}
	}
}

// mayBeGiven reports that a parameter of the type is worth following: text, lists,
// structs that hold them, not whole API objects, clients and the like.
func mayBeGiven(t types.Type) bool {
	if kube.IsErrorType(t) {
		return true
	}
	switch t := ssax.Deref(t).Underlying().(type) {
	case *types.Basic:
		return t.Info()&types.IsString != 0
	case *types.Slice:
		return true
	case *types.Interface:
		return t.NumMethods() == 0
	case *types.Struct:
		return t.NumFields() > 0
	}
	return false
}

// maxPasses bounds how often the instructions of a function are gone through.
const maxPasses = 8

// run follows the flows until nothing new comes.
func (u *unit) run() *Summary {
	for range maxPasses {
		u.grown = false
		for _, fn := range u.fns {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					u.step(instr)
				}
			}
		}
		if !u.grown {
			break
		}
	}
	u.puts, u.found = nil, nil
	if u.unstable() {
		u.sinks()
	}
	return u.summarise()
}

// unstable reports that something flows at all.
func (u *unit) unstable() bool {
	for _, fs := range u.own {
		if len(fs) > 0 {
			return true
		}
	}
	return len(u.memory) > 0
}

func (u *unit) step(instr ssa.Instruction) {
	switch i := instr.(type) {
	case *ssa.Phi:
		u.merge(i)
	case *ssa.UnOp:
		if i.Op == token.MUL && u.place(i).root == i { // a copy: later stores do not change it
			u.flow(i, u.load(u.place(i.X), i))
		} else if i.Op == token.SUB {
			u.flow(i, u.contents(i.X, i))
		}
	case *ssa.BinOp:
		switch i.Op {
		case token.ADD, token.SUB, token.MUL, token.QUO, token.REM:
			u.flow(i, u.apart(u.contents(i.X, i), i.Y))
			u.flow(i, u.apart(u.contents(i.Y, i), i.X))
			if i.Op == token.ADD {
				u.flow(i, u.accumulated(i, i.X, i.Y))
				u.flow(i, u.accumulated(i, i.Y, i.X))
			}
		}
	case *ssa.Convert:
		if u.place(i).root == i {
			u.flow(i, u.contents(i.X, i))
		}
	case *ssa.Extract:
		u.extract(i)
	case *ssa.Store:
		fs := u.placed(i, u.contents(i.Val, i))
		if _, ok := i.Addr.(*ssa.IndexAddr); ok {
			fs = fs.each(func(f flow) (flow, bool) { return f, f.kind != Element }) // each turn has a slot of its own
		}
		u.store(u.place(i.Addr), fs, i)
		u.slot(i)
		u.swaps(i)
	case *ssa.MapUpdate:
		// What differs from turn to turn has a key of its own.
		fs := u.contents(i.Value, i).each(func(f flow) (flow, bool) { return f, f.kind != Element })
		u.store(u.place(i.Map).part(element), fs, i)
	case ssa.CallInstruction:
		u.call(i)
	case *ssa.Return:
		u.returns(i)
	}
}

// merge is the step of a phi. It is the time only if all that comes together is:
// else a branch keeps the old one.
func (u *unit) merge(phi *ssa.Phi) {
	var all flows
	clocks := 0
	for k, e := range phi.Edges {
		pred := phi.Block().Preds[k]
		fs := u.contents(e, pred.Instrs[len(pred.Instrs)-1])
		all.add(fs...)
		if e == phi || ticking(fs) {
			clocks++
		}
	}
	if clocks < len(phi.Edges) {
		all = all.each(func(f flow) (flow, bool) { return f, f.kind != Clock })
	}
	u.flow(phi, all)
}

func ticking(fs flows) bool {
	return slices.ContainsFunc(fs, func(f flow) bool { return f.kind == Clock })
}

// flow adds to what is known of a value that is no part of another.
func (u *unit) flow(v ssa.Value, fs flows) {
	if fs = fs.lasting(v.Type()); len(fs) == 0 {
		return
	}
	known := u.own[v]
	if known.add(fs...) {
		u.own[v] = known
		u.grown = true
	}
}

// store adds to what is known of a place in memory.
func (u *unit) store(at place, fs flows, by ssa.Instruction) {
next:
	for _, f := range fs {
		f, ok := f.in(at.path)
		if !ok {
			continue
		}
		known := u.memory[at.root]
		for _, m := range known {
			if m.flow == f && m.at == by {
				continue next
			}
		}
		if len(known) < 4*maxFlows {
			u.memory[at.root] = append(known, stored{f, by})
			u.grown = true
		}
	}
}

// contents are the flows of a value, and of what it points at, at an instruction.
func (u *unit) contents(v ssa.Value, at ssa.Instruction) flows {
	switch v.(type) {
	case *ssa.Const, *ssa.Function, *ssa.Builtin:
		return nil
	}
	return u.load(u.place(v), at).lasting(v.Type())
}

// load are the flows of a place at an instruction.
func (u *unit) load(from place, at ssa.Instruction) flows {
	var out flows
	keep := func(f flow) {
		if part, ok := f.part(from.path); ok && !(f.kind != Clock && u.sorted[place{from.root, f.path}]) {
			out.add(part)
		}
	}
	for _, f := range u.own[from.root] {
		keep(f)
	}
	for _, m := range u.memory[from.root] {
		if _, ok := m.part(from.path); ok && u.reaches(m.at, place{from.root, m.path}, at) {
			keep(m.flow)
		}
	}
	if len(u.sorted) > 0 {
		out = out.each(func(f flow) (flow, bool) {
			return f, f.kind == Clock || !u.sorted[from.part(f.path)]
		})
	}
	return out
}

// place is where a value lies, or what it is if that is nowhere else.
func (u *unit) place(v ssa.Value) place {
	if p, ok := u.places[v]; ok {
		return p
	}
	u.places[v] = place{root: v} // while a cycle is gone through
	p := u.find(v)
	if deep(p.path) {
		p = place{root: v}
	}
	u.places[v] = p
	return p
}

func (u *unit) find(v ssa.Value) place {
	switch v := v.(type) {
	case *ssa.FieldAddr:
		return u.place(v.X).part(fieldOf(v.X.Type(), v.Field))
	case *ssa.Field:
		return u.place(v.X).part(fieldOf(v.X.Type(), v.Field))
	case *ssa.IndexAddr:
		return u.place(v.X).part(element)
	case *ssa.Index:
		return u.place(v.X).part(element)
	case *ssa.Lookup:
		if _, ok := v.X.Type().Underlying().(*types.Map); ok {
			return u.place(v.X).part(element)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL && refers(v.Type()) {
			return u.place(v.X)
		}
	case *ssa.MakeInterface:
		return u.place(v.X)
	case *ssa.ChangeType:
		return u.place(v.X)
	case *ssa.ChangeInterface:
		return u.place(v.X)
	case *ssa.TypeAssert:
		return u.place(v.X)
	case *ssa.Slice:
		return u.place(v.X)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.TypeAssert:
			if v.Index == 0 {
				return u.place(t.X)
			}
		case *ssa.Lookup:
			if v.Index == 0 {
				return u.place(t)
			}
		}
	case *ssa.FreeVar:
		if b := u.bindings[v]; b != nil {
			return u.place(b)
		}
	}
	return place{root: v}
}

// refers reports that values of a type share what they hold.
func refers(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Interface:
		return true
	}
	return false
}

// fieldOf is the name of a field of a struct, or of what a pointer points at; of a
// type parameter it is not known.
func fieldOf(t types.Type, i int) string {
	if s, ok := ssax.Deref(t).Underlying().(*types.Struct); ok {
		return s.Field(i).Name()
	}
	return "?"
}

// reaches reports that a path leads from a store to an instruction on which nothing
// else is stored in the same place.
func (u *unit) reaches(from ssa.Instruction, at place, to ssa.Instruction) bool {
	if from.Parent() != to.Parent() {
		return true
	}
	ends := map[ssa.Instruction]bool{}
	for p := at; ; {
		for _, s := range u.written[p] {
			ends[s] = true
		}
		cut := lastSlash(p.path)
		if p.path == "" {
			break
		}
		p.path = p.path[:cut]
	}
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock, from int) bool
	walk = func(b *ssa.BasicBlock, start int) bool {
		for _, instr := range b.Instrs[start:] {
			if instr == to {
				return true
			}
			if ends[instr] {
				return false
			}
		}
		for _, next := range b.Succs {
			if !seen[next] {
				seen[next] = true
				if walk(next, 0) {
					return true
				}
			}
		}
		return false
	}
	return walk(from.Block(), indexOf(from)+1)
}

func lastSlash(path string) int {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return i
		}
	}
	return 0
}

func indexOf(instr ssa.Instruction) int {
	for i, x := range instr.Block().Instrs {
		if x == instr {
			return i
		}
	}
	return 0
}

// ofStatus reports that a type is, or points at, a part of a status and of nothing else.
func (a *Analysis) ofStatus(t types.Type) bool {
	for {
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			t = u.Elem()
			continue
		case *types.Slice:
			t = u.Elem()
			continue
		}
		return a.types.Holds(t)
	}
}

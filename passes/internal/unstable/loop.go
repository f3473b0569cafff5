package unstable

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// loop is a natural loop, or the body of a range over a function, which is a
// function of its own.
type loop struct {
	fn     *ssa.Function
	header *ssa.BasicBlock        // nil for the body of a range over a function
	blocks ssax.Bits              // by their indices
	next   *ssa.Next              // of a range over a map
	lists  []ssa.Value            // whose elements it goes through
	stored map[ssa.Value][]string // the paths that it stores to, by their root; nil if not looked for yet
}

func loopsOf(fn *ssa.Function) []*loop {
	var loops []*loop
	if isBody(fn) {
		loops = append(loops, &loop{fn: fn})
	}
	for _, n := range ssax.Loops(fn) {
		l := &loop{fn: fn, header: n.Head, blocks: n.Blocks}
		l.over()
		loops = append(loops, l)
	}
	return loops
}

// has reports that a block is one of the loop's.
func (l *loop) has(b *ssa.BasicBlock) bool {
	return b.Parent() == l.fn && (l.header == nil || l.blocks.Has(b.Index))
}

func isBody(fn *ssa.Function) bool { return fn.Synthetic == "range-over-func yield" }

// over finds what the loop goes through.
func (l *loop) over() {
	for _, instr := range l.header.Instrs {
		if n, ok := instr.(*ssa.Next); ok && !n.IsString {
			l.next = n
		}
	}
	for i := range l.blocks.All() {
		for _, instr := range l.fn.Blocks[i].Instrs {
			var list, index ssa.Value
			switch i := instr.(type) {
			case *ssa.IndexAddr:
				list, index = i.X, i.Index
			case *ssa.Index:
				list, index = i.X, i.Index
			default:
				continue
			}
			if i, ok := index.(ssa.Instruction); ok && i.Block() == l.header && !l.holds(list) {
				l.lists = append(l.lists, list)
			}
		}
	}
}

func (l *loop) holds(v ssa.Value) bool {
	if l.header == nil {
		switch v := v.(type) {
		case *ssa.Parameter:
			return v.Parent() == l.fn
		case ssa.Instruction:
			return v.Parent() == l.fn
		}
		return false
	}
	// The load of a variable in each turn is none of a variable of the turn.
	i, ok := v.(ssa.Instruction)
	return ok && l.has(i.Block()) && !isLoad(v)
}

func isLoad(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.UnOp:
		return v.Op == token.MUL
	case *ssa.FieldAddr:
		return true
	}
	return false
}

// orders are the flows of a list that each turn of the loop adds to.
func (u *unit) orders(l *loop) flows {
	var out flows
	add := func(fs flows) {
		for _, f := range fs {
			if f.path == "" && (f.kind == Order || f.kind == Given) {
				f.kind, f.loop, f.site = Order, nil, site{}
				out.add(f)
			}
		}
	}
	if l.next != nil {
		if r, ok := l.next.Iter.(*ssa.Range); ok {
			if _, ok := r.X.Type().Underlying().(*types.Map); ok {
				out.add(flow{kind: Order, param: own, from: u.origin("the order of a map", r.Pos())})
			}
		}
	}
	for _, list := range l.lists {
		if _, ok := list.Type().Underlying().(*types.Slice); ok {
			add(u.contents(list, l.header.Instrs[len(l.header.Instrs)-1]))
		}
	}
	if l.header == nil {
		if call := u.rangedBy(l.fn); call != nil {
			add(u.contents(call.Call.Value, call))
		}
	}
	return out
}

// rangedBy is the call of an iterator that a range over a function is.
func (u *unit) rangedBy(body *ssa.Function) *ssa.Call {
	parent := body.Parent()
	if parent == nil {
		return nil
	}
	for _, b := range parent.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			for _, a := range call.Call.Args {
				if m, ok := a.(*ssa.MakeClosure); ok && m.Fn == body {
					return call
				}
				if a == body {
					return call
				}
			}
		}
	}
	return nil
}

// around are the loops that an instruction is in.
func (u *unit) around(instr ssa.Instruction) []*loop {
	var out []*loop
	for _, l := range u.loops[instr.Parent()] {
		if l.has(instr.Block()) {
			out = append(out, l)
		}
	}
	return out
}

// accumulated are the flows of a value that adds what each turn of a loop makes to
// what was there before.
func (u *unit) accumulated(instr ssa.Instruction, base ssa.Value, added ...ssa.Value) flows {
	var out flows
	for _, l := range u.around(instr) {
		orders := u.orders(l)
		if len(orders) == 0 || !u.carried(base, l, map[ssa.Value]bool{}) || u.merges(base, l, map[ssa.Value]bool{}) || u.unplaced(instr, l) {
			continue
		}
		for _, v := range added {
			if u.varies(v, l, map[ssa.Value]bool{}) {
				if v, ok := instr.(ssa.Value); ok && kube.IsErrorType(v.Type()) {
					orders = orders.each(func(f flow) (flow, bool) { f.may = true; return f, true })
				}
				if ofErrors(v.Type()) {
					orders = orders.each(func(f flow) (flow, bool) { f.may = true; return f, true })
				}
				out.add(orders...)
				break
			}
		}
	}
	return out
}

// merges reports that what a loop adds to was in the status before, or in a list of the
// caller that it searches: then only what is missing there is added, at the end, and
// stays where it is.
func (u *unit) merges(v ssa.Value, l *loop, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	switch x := v.(type) {
	case *ssa.Phi:
		for _, e := range x.Edges {
			if u.merges(e, l, seen) {
				return true
			}
		}
	case *ssa.Call:
		if b, ok := x.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
			return u.merges(x.Call.Args[0], l, seen)
		}
	case *ssa.UnOp:
		if x.Op != token.MUL || u.target(x.X).in != status && !u.searches(l, u.place(x.X)) {
			return false
		}
		for at := u.place(x.X); ; at.path = at.path[:lastSlash(at.path)] {
			for _, s := range u.written[at] {
				if !u.inside(s.Val, l) { // it is emptied, or made anew
					return false
				}
			}
			if at.path == "" {
				return true
			}
		}
	}
	return false
}

// searches reports that each turn of a loop goes through a list of the caller.
func (u *unit) searches(l *loop, list place) bool {
	if _, ok := list.root.(*ssa.Parameter); !ok {
		return false
	}
	for _, inner := range u.loops[l.fn] {
		if inner != l && inner.header != nil && l.has(inner.header) && slices.ContainsFunc(inner.lists, func(v ssa.Value) bool { return u.place(v) == list }) {
			return true
		}
	}
	return false
}

// ofErrors reports that a type is one of errors, or a list of such.
func ofErrors(t types.Type) bool {
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	}
	return kube.IsErrorType(t)
}

// carried reports that a value lives on from turn to turn.
func (u *unit) carried(v ssa.Value, l *loop, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	switch x := v.(type) {
	case *ssa.Phi:
		if x.Block() == l.header {
			return true
		}
		if !l.has(x.Block()) {
			return false
		}
		for _, e := range x.Edges {
			if u.carried(e, l, seen) {
				return true
			}
		}
		return false
	case *ssa.UnOp:
		if x.Op != token.MUL {
			return false
		}
		return l.keeps(u.place(x.X).root) && u.changes(l, u.place(x.X))
	case *ssa.Lookup:
		// The entry of a key that only this turn has is new.
		return l.keeps(u.place(x.X).root) && !u.keyOf(x.Index, l) && u.changes(l, u.place(x.X).part(element))
	case *ssa.Extract:
		if t, ok := x.Tuple.(*ssa.Lookup); ok {
			return u.carried(t, l, seen)
		}
		return false
	case *ssa.BinOp:
		return u.carried(x.X, l, seen) || u.carried(x.Y, l, seen)
	case *ssa.Slice:
		return u.carried(x.X, l, seen)
	case *ssa.ChangeType:
		return u.carried(x.X, l, seen)
	case *ssa.MakeInterface:
		return u.carried(x.X, l, seen)
	case *ssa.Alloc:
		for _, s := range u.storesTo(x) {
			if l.holds(x) && u.carried(s.Val, l, seen) {
				return true
			}
		}
		return false
	case *ssa.Call:
		if !l.holds(x) || resultOf(&x.Call) == kube.NoResult {
			return false
		}
		for _, a := range x.Call.Args {
			if u.carried(a, l, seen) {
				return true
			}
		}
	}
	return false
}

// changes reports that a turn of the loop may store something in a place: what it does
// not change does not grow from turn to turn.
func (u *unit) changes(l *loop, at place) bool {
	if l.stored == nil {
		l.stored = map[ssa.Value][]string{}
		for _, b := range l.fn.Blocks {
			if !l.has(b) {
				continue
			}
			for _, instr := range b.Instrs {
				switch i := instr.(type) {
				case *ssa.Store:
					to := u.place(i.Addr)
					l.stored[to.root] = append(l.stored[to.root], to.path)
				case *ssa.MapUpdate:
					to := u.place(i.Map).part(element)
					l.stored[to.root] = append(l.stored[to.root], to.path)
				}
			}
		}
	}
	for _, path := range l.stored[at.root] {
		if _, ok := below(at.path, path); ok {
			return true
		}
		if _, ok := below(path, at.path); ok {
			return true
		}
	}
	return false
}

// keeps reports that what is reached from a root is not made anew in each turn.
func (l *loop) keeps(root ssa.Value) bool {
	switch root.(type) {
	case *ssa.Const:
		return false
	}
	return !l.holds(root)
}

// keyOf reports that a value is the key of the map that a loop goes through.
func (u *unit) keyOf(v ssa.Value, l *loop) bool {
	e, ok := kube.Unboxed(v).(*ssa.Extract)
	return ok && l.next != nil && e.Tuple == l.next && e.Index == 1
}

func (u *unit) storesTo(root ssa.Value) []*ssa.Store {
	var out []*ssa.Store
	for at, stores := range u.written {
		if at.root == root {
			out = append(out, stores...)
		}
	}
	return out
}

// varies reports that a value may be another one in each turn of a loop.
func (u *unit) varies(v ssa.Value, l *loop, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	switch x := v.(type) {
	case *ssa.Const, *ssa.Function, *ssa.Builtin, *ssa.Global:
		return false
	case *ssa.Parameter:
		return l.header == nil && x.Parent() == l.fn
	case *ssa.UnOp:
		if x.Op != token.MUL {
			return u.varies(x.X, l, seen)
		}
		return u.variesAt(x.X, l, seen)
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Field, *ssa.Index, *ssa.Alloc:
		return u.variesAt(v, l, seen)
	}
	i, ok := v.(ssa.Instruction)
	if !ok || !l.has(i.Block()) {
		return false
	}
	switch x := v.(type) {
	case *ssa.Slice:
		return u.varies(x.X, l, seen)
	case *ssa.MakeInterface:
		return u.varies(x.X, l, seen)
	case *ssa.ChangeType:
		return u.varies(x.X, l, seen)
	case *ssa.Convert:
		return u.varies(x.X, l, seen)
	case *ssa.BinOp:
		return u.varies(x.X, l, seen) || u.varies(x.Y, l, seen)
	case *ssa.Call:
		if _, builtin := x.Call.Value.(*ssa.Builtin); !builtin && resultOf(&x.Call) == kube.NoResult {
			return true
		}
		for _, a := range x.Call.Args {
			if u.varies(a, l, seen) {
				return true
			}
		}
		return false
	}
	return true
}

// variesAt is varies for what lies at an address.
func (u *unit) variesAt(addr ssa.Value, l *loop, seen map[ssa.Value]bool) bool {
	for v := addr; ; {
		switch x := v.(type) {
		case *ssa.IndexAddr:
			if u.inside(x.Index, l) {
				return true
			}
			v = x.X
			continue
		case *ssa.Index:
			if u.inside(x.Index, l) {
				return true
			}
			v = x.X
			continue
		case *ssa.FieldAddr:
			v = x.X
			continue
		case *ssa.Field:
			v = x.X
			continue
		case *ssa.UnOp:
			if x.Op == token.MUL {
				v = x.X
				continue
			}
		case *ssa.Alloc:
			if seen[x] && x != addr {
				return false
			}
			seen[x] = true
			for _, s := range u.storesTo(x) {
				if u.varies(s.Val, l, seen) {
					return true
				}
			}
			return false
		}
		return u.varies(v, l, seen)
	}
}

func (u *unit) inside(v ssa.Value, l *loop) bool {
	i, ok := v.(ssa.Instruction)
	return ok && l.has(i.Block())
}

// slot notes a list that is filled by a counter.
func (u *unit) slot(s *ssa.Store) {
	at, ok := s.Addr.(*ssa.IndexAddr)
	if !ok {
		return
	}
	if _, ok := at.X.Type().Underlying().(*types.Slice); !ok {
		return
	}
	if _, ok := at.Index.(*ssa.Const); ok {
		return
	}
	for _, l := range u.around(s) {
		orders := u.orders(l)
		if len(orders) > 0 && l.keeps(u.place(at.X).root) && u.counts(at.Index, l) && u.varies(s.Val, l, map[ssa.Value]bool{}) {
			u.store(u.place(at.X), orders, s)
		}
	}
}

// counts reports that an index runs with the turns of a loop.
func (u *unit) counts(v ssa.Value, l *loop) bool {
	if i, ok := v.(ssa.Instruction); ok && i.Block() == l.header && l.next == nil {
		return true
	}
	return u.carried(v, l, map[ssa.Value]bool{})
}

func (u *unit) origin(what string, pos token.Pos) Origin {
	return Origin{What: what, Pos: pos, At: u.text(pos)}
}

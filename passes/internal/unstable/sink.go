package unstable

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// target is where an address leads to.
type target struct {
	in     into
	field  string // of the status, as far as it is known
	object bool   // the object that has the status is in sight
}

type into uint8

const (
	elsewhere into = iota
	fresh          // a struct of a status that is made here: it may end up in one
	status         // the status of an object
)

// target follows an address to what it is a part of.
func (u *unit) target(addr ssa.Value) target {
	name := ""
	for v := addr; ; {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			f := fieldOf(x.X.Type(), x.Field)
			if f == "Status" && kube.IsAPIObject(ssax.Deref(x.X.Type())) {
				return target{status, name, true}
			}
			name = join(f, name)
			v = x.X
		case *ssa.Field:
			f := fieldOf(x.X.Type(), x.Field)
			if f == "Status" && kube.IsAPIObject(x.X.Type()) {
				return target{status, name, true}
			}
			name = join(f, name)
			v = x.X
		case *ssa.IndexAddr:
			name, v = join(element, name), x.X
		case *ssa.Slice:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return target{}
			}
			v = x.X
		case *ssa.FreeVar:
			b := u.bindings[x]
			if b == nil {
				return u.rooted(x, name)
			}
			v = b
		default:
			return u.rooted(v, name)
		}
	}
}

// rooted is where an address leads that begins at a value of the function.
func (u *unit) rooted(root ssa.Value, name string) target {
	t := root.Type()
	if !u.partOfStatus(t) {
		return target{}
	}
	switch root := root.(type) {
	case *ssa.Alloc:
		if _, ok := ssax.Deref(t).Underlying().(*types.Pointer); ok { // a variable that holds a pointer
			for _, s := range u.written[place{root: root}] {
				if _, made := s.Val.(*ssa.Alloc); !made {
					return u.rooted(s.Val, name)
				}
			}
		}
		return target{in: fresh, field: name}
	case *ssa.Call:
		for _, a := range root.Call.Args {
			if kube.IsAPIObject(a.Type()) || u.partOfStatus(a.Type()) {
				return target{in: status, field: name}
			}
		}
		return target{in: fresh, field: name}
	case *ssa.Const:
		return target{}
	}
	if !refers(t) {
		return target{in: fresh, field: name}
	}
	return target{in: status, field: name}
}

// partOfStatus reports that a type is, or leads to, a part of a status: a struct of
// one, or a condition of any make.
func (u *unit) partOfStatus(t types.Type) bool {
	for {
		switch x := t.Underlying().(type) {
		case *types.Pointer:
			t = x.Elem()
			continue
		case *types.Slice:
			t = x.Elem()
			continue
		}
		return isCondition(t) || u.types.Holds(t)
	}
}

// isCondition reports that a type has the fields of a condition.
func isCondition(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || !strings.HasSuffix(n.Obj().Name(), "Condition") {
		return false
	}
	s, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	found := 0
	for f := range s.Fields() {
		switch f.Name() {
		case "Type", "Status", "Message", "Reason":
			found++
		}
	}
	return found >= 3
}

// placed marks what is stored in a status, or in a struct of one that is made here:
// where it goes from there is no news.
func (u *unit) placed(s *ssa.Store, fs flows) flows {
	if len(fs) == 0 {
		return fs
	}
	t := u.target(s.Addr)
	if t.in == elsewhere {
		return fs
	}
	return fs.each(func(f flow) (flow, bool) {
		if f.kind == Clock && !u.always(s) {
			return f, false // a change is stamped
		}
		if !f.site.known() {
			f.site.pos = s.Pos()
		}
		f.site.done = f.site.done || t.in == status
		return f, true
	})
}

// sink is an instruction that puts a value in a status.
type sink struct {
	at    ssa.Instruction
	field string
	value ssa.Value
	whole bool // it takes the place of an old element, or list of elements, as a whole
	keeps bool // the old time is kept while the status is the same
}

// sinks finds what flows into a status.
func (u *unit) sinks() {
	for _, fn := range u.fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch i := instr.(type) {
				case *ssa.Store:
					fs := u.contents(i.Val, i)
					if len(fs) == 0 {
						continue
					}
					if t := u.target(i.Addr); t.in == status {
						u.all(sink{i, t.field, i.Val, u.replaces(i), false}, u.unsorted(u.place(i.Addr), fs))
					}
				case *ssa.MapUpdate:
					fs := u.contents(i.Value, i)
					if len(fs) == 0 {
						continue
					}
					if t := u.target(i.Map); t.in == status {
						u.all(sink{i, t.field, i.Value, false, false}, fs.each(func(f flow) (flow, bool) { return f, f.kind != Element }))
					}
				case ssa.CallInstruction:
					u.sinkCall(i)
				}
			}
		}
	}
}

// unsorted leaves out what is sorted once it is in a place.
func (u *unit) unsorted(at place, fs flows) flows {
	return fs.each(func(f flow) (flow, bool) { return f, f.kind == Clock || !u.sorted[at.part(f.path)] })
}

// replaces reports that a store puts a struct in the place of an old element, or a
// list of new ones in the place of an old list, or conditions with a new one behind
// the others.
func (u *unit) replaces(s *ssa.Store) bool {
	switch v := s.Val.(type) {
	case *ssa.Slice:
		return true
	case *ssa.Call:
		if list, ok := v.Type().Underlying().(*types.Slice); ok && isCondition(list.Elem()) && isAppend(v) && u.madeAnew(v.Call.Args[0], map[ssa.Value]bool{}) {
			return true
		}
	}
	_, element := s.Addr.(*ssa.IndexAddr)
	_, part := s.Addr.(*ssa.FieldAddr)
	return element || !part && isCondition(ssax.Deref(s.Addr.Type()))
}

func isAppend(call *ssa.Call) bool {
	b, ok := call.Call.Value.(*ssa.Builtin)
	return ok && b.Name() == "append"
}

// madeAnew reports that a list begins empty, or is what a function leaves of the list
// that the status has.
func (u *unit) madeAnew(list ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[list] {
		return true
	}
	seen[list] = true
	switch v := list.(type) {
	case *ssa.Const, *ssa.MakeSlice:
		return true
	case *ssa.Slice:
		_, made := v.X.(*ssa.Alloc)
		return made
	case *ssa.Phi:
		return !slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return !u.madeAnew(e, seen) })
	case *ssa.Call:
		if isAppend(v) {
			return u.madeAnew(v.Call.Args[0], seen)
		}
		return slices.ContainsFunc(v.Call.Args, func(a ssa.Value) bool {
			_, old := u.old(a)
			return old && kube.IsSlice(a.Type())
		})
	}
	return false
}

func (u *unit) sinkCall(i ssa.CallInstruction) {
	c := i.Common()
	if ch, ok := kube.ChangeOf(c); ok {
		switch {
		case ch.Condition != nil:
			if t := u.target(ch.At); t.in == status {
				fs := u.contents(ch.Condition, i).each(func(f flow) (flow, bool) { return f, f.kind != Element })
				u.all(sink{i, "Conditions", ch.Condition, false, true}, fs)
			}
		case strings.HasPrefix(ch.Path, "status.") && len(c.Args) == 3:
			u.all(sink{i, strings.TrimPrefix(ch.Path, "status."), c.Args[1], false, false}, u.contents(c.Args[1], i))
		}
		return
	}
	s, args := u.summaryOf(c)
	if s == nil {
		return
	}
	for _, p := range s.Puts {
		if p.N >= len(args) {
			continue
		}
		for _, f := range u.contents(args[p.N], i) {
			g, ok := f.part(p.Path)
			switch {
			case !ok, g.kind == Element, g.kind == Clock && !p.Clock, g.kind != Clock && g.kind != Given && !p.Order:
				continue
			case p.Kind != Given:
				if g.path != "" || g.kind != Order && g.kind != Given {
					continue
				}
				g.kind = p.Kind
			}
			g.may = g.may || p.May
			if !g.site.known() {
				g.site.arg = Argument{i, p.N}
			}
			u.one(sink{i, p.Field, args[p.N], false, !p.Clock}, g, p.Order)
		}
	}
	u.fills(i, s, args)
}

// fills finds the order that a callee leaves in a part of a status that it is given, and
// that nothing shows to be one: its type is declared apart from those of the objects.
func (u *unit) fills(i ssa.CallInstruction, s *Summary, args []ssa.Value) {
	for _, t := range s.Changes {
		if t.N >= len(args) || t.Put {
			continue
		}
		if to := u.target(args[t.N]); to.in == status {
			fs := u.arrive(t, i, args).each(func(f flow) (flow, bool) { return f, f.kind != Clock })
			u.all(sink{i, to.field, args[t.N], false, false}, u.unsorted(u.place(args[t.N]), fs))
		}
	}
}

func (u *unit) all(s sink, fs flows) {
	for _, f := range fs {
		u.one(s, f, true)
	}
}

// one notes that a flow arrives in a status.
func (u *unit) one(s sink, f flow, order bool) {
	if f.kind == Element {
		g, ok := u.picked(f, s.at)
		if !ok {
			return
		}
		f = g
	}
	if f.param != own {
		p := Put{Part: Part{f.param, f.sub}, Kind: f.kind, Field: s.field, May: f.may}
		p.Order = order && u.steady(s.at, s.field)
		p.Clock = f.kind == Given && !s.keeps && u.ticks(s, f)
		if (p.Order || p.Clock) && !slices.Contains(u.puts, p) && len(u.puts) < 2*maxFlows {
			u.puts = append(u.puts, p)
		}
		return
	}
	switch f.kind {
	case Order, Pick:
		if !order || !u.steady(s.at, s.field) {
			return
		}
	case Clock:
		if s.keeps && !strings.HasSuffix(f.path, "Message") || !u.ticks(s, f) {
			return
		}
	default:
		return
	}
	found := Finding{Kind: f.kind, Pos: f.site.pos, Arg: f.site.arg, Field: fieldName(join(s.field, f.path)), From: f.from, May: f.may}
	if !f.site.known() {
		found.Pos = s.at.Pos()
		if call, ok := s.at.(ssa.CallInstruction); ok {
			for n, a := range call.Common().Args {
				if a == s.value {
					found.Pos, found.Arg = token.NoPos, Argument{call, n}
				}
			}
		}
	}
	u.found = append(u.found, found)
}

// fieldName is the last field of a path, other than the one in a metav1.Time.
func fieldName(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '.' })
	for i := len(parts) - 1; i >= 0; i-- {
		if parts[i] != element && (parts[i] != "Time" || i == 0) {
			return parts[i]
		}
	}
	return ""
}

// picked is the flow of an element of a map that leaves the loop: which one it is
// depends on the order, unless a test singles it out.
func (u *unit) picked(f flow, at ssa.Instruction) (flow, bool) {
	l := f.loop
	if l == nil || l.fn != at.Parent() || l.has(at.Block()) || !l.header.Dominates(at.Block()) {
		return flow{}, false
	}
	if u.single(l) {
		return flow{}, false
	}
	for i := range l.blocks.All() {
		b := l.fn.Blocks[i]
		last, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || b == l.header {
			continue
		}
		if !u.many(last.Cond, l) {
			return flow{}, false
		}
	}
	f.kind, f.loop = Pick, nil
	return f, true
}

// single reports that the map that a loop goes through is tested to hold one element.
func (u *unit) single(l *loop) bool {
	r, ok := l.next.Iter.(*ssa.Range)
	if !ok {
		return true
	}
	for _, b := range l.fn.Blocks {
		for _, instr := range b.Instrs {
			test, ok := instr.(*ssa.BinOp)
			if !ok || !isLen(test.X) || u.place(test.X.(*ssa.Call).Call.Args[0]) != u.place(r.X) {
				continue
			}
			if k, ok := test.Y.(*ssa.Const); ok && k.Value != nil && (k.Value.ExactString() == "1" || k.Value.ExactString() == "2") {
				return true
			}
		}
	}
	return false
}

// many reports that several elements may pass a test: a part of them, not the key,
// is compared with a constant.
func (u *unit) many(cond ssa.Value, l *loop) bool {
	for {
		n, ok := cond.(*ssa.UnOp)
		if !ok || n.Op != token.NOT {
			break
		}
		cond = n.X
	}
	b, ok := cond.(*ssa.BinOp)
	if !ok || b.Op != token.EQL && b.Op != token.NEQ {
		return false
	}
	x, y := b.X, b.Y
	if _, ok := x.(*ssa.Const); ok {
		x, y = y, x
	}
	if _, ok := y.(*ssa.Const); !ok || u.keyOf(x, l) {
		return false
	}
	e, ok := u.wholeOf(x).(*ssa.Extract)
	return ok && e.Tuple == l.next && e.Index == 2
}

// wholeOf is the value that another one is a part of.
func (u *unit) wholeOf(v ssa.Value) ssa.Value {
	root := u.place(v).root
	if load, ok := root.(*ssa.UnOp); ok && load.Op == token.MUL {
		root = u.place(load.X).root
	}
	if c, ok := root.(*ssa.Alloc); ok { // the variable of the range
		for _, s := range u.written[place{root: c}] {
			return u.place(s.Val).root
		}
	}
	return root
}

// report hands over what was found.
func (u *unit) report() {
	for _, f := range u.found {
		at := f.place()
		if old, ok := u.findings[at]; ok && old.Kind <= f.Kind {
			continue
		}
		u.findings[at] = f
	}
}

// place tells findings apart.
func (f Finding) place() token.Pos {
	if f.Arg.Call != nil {
		if f.Arg.N < len(f.Arg.Call.Common().Args) {
			if p := f.Arg.Call.Common().Args[f.Arg.N].Pos(); p.IsValid() {
				return p
			}
		}
		return f.Arg.Call.Pos()
	}
	return f.Pos
}

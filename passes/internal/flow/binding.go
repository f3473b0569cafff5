package flow

import (
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// binding translates the terms of a callee's summary into the caller's.
type binding struct {
	e      *exec
	s      *state
	instr  ssa.CallInstruction
	target *ssa.Function
	fn     *Term // the closure called, for what it captured
	args   []*Term
	turn   int // several callees of one call must not share names
}

func (e *exec) bind(s *state, instr ssa.CallInstruction, target *ssa.Function, fn *Term, args []*Term) *binding {
	return &binding{e: e, s: s, instr: instr, target: target, fn: fn, args: args}
}

// on is the binding of another path.
func (b *binding) on(s *state) *binding {
	c := *b
	c.s = s
	return &c
}

// as is the role of a value that the call brings about.
func (b *binding) as(role resource.Role, n int) resource.As {
	return resource.As{Role: role, Turn: int32(b.turn), N: n}
}

// out is a value that only the callee can name.
func (b *binding) out(t *Term, typ types.Type) *Term {
	return b.e.tab.ValueAs(at(b.instr), b.as(resource.Callee, t.N), typ, t.Type)
}

// term translates a term; it is nil where the caller has no name for it.
func (b *binding) term(t *Term) *Term {
	if t == nil {
		return nil
	}
	tab := b.e.tab
	switch t.Kind {
	case resource.Param:
		if t.N < len(b.args) {
			return b.args[t.N]
		}
		return nil
	case resource.FreeVar:
		if b.fn != nil && b.fn.Kind == resource.Closure && t.N < len(b.fn.Args) {
			return b.fn.Args[t.N]
		}
		return nil
	case resource.Global:
		return tab.Global(t.Name, t.Typ)
	case resource.Const:
		return tab.Constant(t.Name)
	case resource.Func:
		return tab.Func(t.Fn)
	case resource.Out:
		return b.out(t, t.Typ)
	case resource.Load:
		addr := b.term(t.Args[0])
		if addr == nil {
			return nil
		}
		v := b.e.load(b.s, addr, t.Typ, at(b.instr), b.as(resource.HeldBefore, t.ID))
		b.e.readFrom(b.s, v, addr)
		return v
	case resource.Keyed:
		client, key := b.term(t.Args[0]), b.term(t.Args[1])
		if client == nil || key == nil {
			return nil
		}
		typ := t.Name
		var object *Term
		if len(t.Args) > 2 {
			if object = b.term(t.Args[2]); object == nil {
				return nil
			}
			typ, object = b.s.kindLike(b.e, object)
		}
		if client == tab.Nil && key.Kind == resource.Struct {
			return b.e.named(key.Args[0], key.Args[1], typ)
		}
		return b.e.keyed(b.s, client, key, typ, object)
	case resource.Pure:
		if t.Name == "answer" {
			return b.answer(t)
		}
		args := make([]*Term, len(t.Args))
		for i, a := range t.Args {
			if args[i] = b.term(a); args[i] == nil {
				return nil
			}
		}
		switch t.Name {
		case "name", "namespace", "key", "gvk":
			return tab.Pure(t.Name, b.s.resOf(b.e, args[0]))
		case "Status", "SubResource":
			return tab.PureOf(t.Name, t.Typ, args...)
		case typeIn:
			return b.e.typeOf(args[0])
		case "!":
			return b.e.not(args[0])
		case "==":
			if args[0].IsConst() || !args[1].IsConst() && args[0].ID > args[1].ID {
				args[0], args[1] = args[1], args[0]
			}
		}
		return tab.PureOf(t.Name, t.Typ, args...)
	}
	args := make([]*Term, len(t.Args))
	for i, a := range t.Args {
		if args[i] = b.term(a); args[i] == nil {
			return nil
		}
	}
	switch t.Kind {
	case resource.Field:
		if args[0].IsConst() {
			return nil
		}
		typ := t.Typ
		if typ == nil {
			typ = fieldType(args[0].Typ, t.N, t.Name)
		}
		return tab.Field(args[0], t.N, t.Name, typ)
	case resource.Index:
		return tab.Index(args[0], args[1], t.Typ)
	case resource.Proj:
		return tab.Proj(args[0], t.N, t.Name, t.Typ)
	case resource.Struct:
		return tab.Struct(args, t.Typ)
	case resource.Closure:
		return tab.Closure(t.Fn, args)
	}
	return nil
}

// fieldType is the type of the address of a field, for terms that come from
// another package without their types.
func fieldType(base types.Type, n int, name string) types.Type {
	st, ok := structOf(elem(base))
	if !ok || n < 0 || n >= st.NumFields() || st.Field(n).Name() != name {
		return nil
	}
	return types.NewPointer(st.Field(n).Type())
}

// answer is what a method returned when the callee called it. It is of use only
// where that is the same whenever it is called.
func (b *binding) answer(t *Term) *Term {
	addr := b.term(t.Args[0].Args[0])
	if addr == nil {
		return nil
	}
	if c := b.e.constantCall(addr); c != nil {
		return c
	}
	load := b.e.tab.Load(addr, t.Args[0].Typ)
	if load == nil || !addr.Visible() {
		return nil
	}
	return b.e.tab.Pure("answer", load)
}

// resource translates the name of a resource.
func (b *binding) resource(t *Term) *Term {
	r := b.term(t)
	if r == nil || r.IsConst() {
		return nil
	}
	return b.s.resOf(b.e, r)
}

// object translates the name of an object in memory.
func (b *binding) object(t *Term) *Term {
	r := b.term(t)
	if r == nil || r.IsConst() {
		return nil
	}
	return r
}

// objects translates those that the caller can name.
func (b *binding) objects(list []*Term) []*Term {
	var out []*Term
	for _, t := range list {
		if t := b.object(t); t != nil {
			out = append(out, t)
		}
	}
	return out
}

// path translates the elements of a path that depend on the call.
func (b *binding) path(path string, keys []Key) string {
	for _, k := range keys {
		element := "[?]"
		if t := b.term(k.Term); t != nil {
			if c := b.s.constant(t); c != nil {
				element = "[" + c.Name + "]"
			} else if t.Visible() {
				element = "[$" + strconv.Itoa(t.ID) + "]"
				b.e.keys[element] = t
			}
		}
		path = strings.ReplaceAll(path, k.Text, element)
	}
	return path
}

package flow

import (
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// This file tells which elements of a list a change is about: the conditions that are
// set, the values that are appended.

// appended are the keys of the elements that a store adds to the list which it
// stores to: what the list held, it holds still. It is nil for any other store.
func (e *exec) appended(s *state, addr *Term, at ssa.Instruction) []string {
	store, ok := at.(*ssa.Store)
	if !ok {
		return nil
	}
	call, ok := store.Val.(*ssa.Call)
	if !ok {
		return nil
	}
	if b, ok := call.Call.Value.(*ssa.Builtin); !ok || b.Name() != "append" {
		return nil
	}
	if list, ok := call.Call.Args[0].(*ssa.UnOp); !ok || list.Op != token.MUL || e.value(s, list.X) != addr {
		return nil
	}
	var keys []string
	for _, element := range elements(call.Call.Args[1]) {
		keys = append(keys, e.elementKey(s, e.value(s, element), elem(element.Type())))
	}
	return keys
}

// elements are the addresses of the values passed one by one for a variadic
// parameter.
func elements(v ssa.Value) []*ssa.IndexAddr {
	slice, ok := v.(*ssa.Slice)
	if !ok {
		return nil
	}
	var out []*ssa.IndexAddr
	if array, ok := slice.X.(*ssa.Alloc); ok {
		for _, use := range *array.Referrers() {
			if index, ok := use.(*ssa.IndexAddr); ok {
				out = append(out, index)
			}
		}
	}
	return out
}

// elementKey is what tells the element at an address apart, as part of a path.
func (e *exec) elementKey(s *state, addr *Term, typ types.Type) string {
	st, ok := structOf(typ)
	i := keyField(typ)
	if !ok || i < 0 {
		return "?"
	}
	name := st.Field(i).Name()
	if f := e.tab.Field(addr, i, name, types.NewPointer(st.Field(i).Type())); f != nil && s.mem.get(f) != nil {
		return e.keyText(s, s.mem.get(f))
	}
	if whole := s.mem.get(addr); whole != nil {
		return e.keyText(s, e.tab.Proj(whole, i, name, types.Typ[types.String]))
	}
	return "?"
}

// keyField is the field that tells the elements of a list of that type apart: Type
// or Name. It is -1 where there is none.
func keyField(elem types.Type) int {
	st, ok := structOf(elem)
	if !ok {
		return -1
	}
	for _, name := range []string{"Type", "Name"} {
		for i := range st.NumFields() {
			if f := st.Field(i); f.Name() == name && isStringType(f.Type()) {
				return i
			}
		}
	}
	return -1
}

// conditionType is the type of a condition, as part of a path.
func (e *exec) conditionType(s *state, cond *Term) string {
	typ := cond
	if cond.Typ == nil || !isStringType(cond.Typ) {
		typ = e.tab.Proj(cond, 0, "Type", types.Typ[types.String])
	}
	return e.keyText(s, typ)
}

// keyText is how a path tells of the element with that key: in quotes where it is
// known.
func (e *exec) keyText(s *state, typ *Term) string {
	if typ == nil {
		return "?"
	}
	if k := s.constant(typ); k != nil {
		return k.Name
	}
	if typ.Visible() {
		text := "$" + strconv.Itoa(typ.ID)
		e.keys["["+text+"]"] = typ
		return text
	}
	return "?"
}

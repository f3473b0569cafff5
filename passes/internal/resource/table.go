package resource

import (
	"cmp"
	"go/constant"
	"go/types"
	"hash/maphash"
	"math"
	"math/bits"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Table interns the terms of one function.
type Table struct {
	seed  maphash.Seed
	terms map[uint64]*Term // by their hash, the last one first
	names map[*ssa.Function]string
	n     int

	Nil, Zero, True, False, Empty *Term
}

// NewTable returns an empty table.
func NewTable() *Table {
	t := &Table{seed: maphash.MakeSeed(), terms: map[uint64]*Term{}, names: map[*ssa.Function]string{}}
	t.Nil = t.Constant("nil")
	t.Zero = t.Constant("{}")
	t.True = t.Constant("true")
	t.False = t.Constant("false")
	t.Empty = t.Constant(`""`)
	return t
}

// hash is the same for all terms that are made of these parts. Fields and loads, which are
// by far the most, are told apart by numbers alone.
func (t *Table) hash(term *Term, args []*Term) uint64 {
	h := uint64(term.Kind)<<56 ^ uint64(term.Role)<<48 ^ uint64(term.Turn)<<24 ^ uint64(term.N)
	switch term.Kind {
	case Value:
		h ^= maphash.Comparable(t.seed, term.At)
	case Const, Global, Func, Closure, Pure, Keyed:
		h ^= maphash.String(t.seed, term.Name)
	}
	for _, a := range args {
		h = (bits.RotateLeft64(h, 25) ^ uint64(a.ID)) * 0x9e3779b97f4a7c15 // as in Fibonacci hashing
	}
	return h
}

// madeOf reports that a term is made of these parts.
func (t *Term) madeOf(term *Term, args []*Term) bool {
	return t.Kind == term.Kind && t.N == term.N && t.Role == term.Role && t.Turn == term.Turn && t.Name == term.Name && t.At == term.At && t.Fn == term.Fn && slices.Equal(t.Args, args)
}

// intern returns the term that is made of these parts. Its type and arguments are
// kept only if there was none: by far the most are asked for again.
func (t *Table) intern(term Term, typ types.Type, args ...*Term) *Term {
	hash := t.hash(&term, args)
	for old := t.terms[hash]; old != nil; old = old.next {
		if !old.madeOf(&term, args) {
			continue
		}
		if old.Type == "" && (old.Typ != typ || term.Type != "") {
			old.Type = cmp.Or(term.Type, TypeName(typ))
		}
		if old.Typ == nil { // met first through a summary, which has no types
			old.Typ, old.Err = typ, typ == errorType
		}
		return old
	}
	t.n++
	made := new(Term)
	*made = term
	made.ID, made.Typ, made.Err, made.Args = t.n, typ, typ == errorType, slices.Clone(args)
	if made.Type == "" {
		made.Type = TypeName(typ)
	}
	for _, a := range args {
		made.depth = max(made.depth, min(a.depth, math.MaxUint8-1)+1)
	}
	if made.Kind == Value || made.Kind == Out {
		made.deps = []*Term{made}
	} else {
		for _, a := range args {
			made.deps = union(made.deps, a.deps)
		}
	}
	made.next = t.terms[hash]
	t.terms[hash] = made
	return made
}

// union merges leaves that are in their order. Most terms have those of one argument.
func union(a, b []*Term) []*Term {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0 || slices.Equal(a, b):
		return b
	}
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(a, b *Term) int { return cmp.Compare(a.ID, b.ID) })
	return slices.Compact(all)
}

// Constant returns the constant that prints as s; strings are quoted.
func (t *Table) Constant(s string) *Term { return t.intern(Term{Kind: Const, Name: s}, nil) }

// OfConst returns the term of a constant of the program.
func (t *Table) OfConst(c *ssa.Const) *Term {
	if c.Value == nil {
		switch c.Type().Underlying().(type) {
		case *types.Struct, *types.Array:
			return t.Zero
		}
		if _, ok := c.Type().(*types.TypeParam); ok {
			return t.Zero
		}
		return t.Nil
	}
	if c.Value.Kind() == constant.Float || c.Value.Kind() == constant.Complex {
		return t.Constant("#" + c.Value.ExactString())
	}
	return t.Constant(c.Value.ExactString())
}

// ZeroOf returns the zero value of a type.
func (t *Table) ZeroOf(typ types.Type) *Term {
	switch u := typ.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return t.False
		case u.Info()&types.IsString != 0:
			return t.Empty
		case u.Info()&types.IsInteger != 0:
			return t.Constant("0")
		case u.Info()&types.IsNumeric != 0:
			return t.Constant("#0")
		}
		return t.Nil
	case *types.Struct, *types.Array:
		return t.Zero
	}
	return t.Nil
}

// Param returns the n-th parameter.
func (t *Table) Param(n int, typ types.Type) *Term {
	return t.intern(Term{Kind: Param, N: n}, typ)
}

// FreeVar returns the n-th captured variable.
func (t *Table) FreeVar(n int, typ types.Type) *Term {
	return t.intern(Term{Kind: FreeVar, N: n}, typ)
}

// Global returns the address of a package-level variable.
func (t *Table) Global(name string, typ types.Type) *Term {
	return t.intern(Term{Kind: Global, Name: name}, typ)
}

// Func returns a function used as a value.
func (t *Table) Func(fn *ssa.Function) *Term {
	return t.intern(Term{Kind: Func, Name: t.nameOf(fn), Fn: fn}, nil)
}

// nameOf is the name of a function; go/ssa would put it together each time.
func (t *Table) nameOf(fn *ssa.Function) string {
	name, ok := t.names[fn]
	if !ok {
		name = fn.String()
		t.names[fn] = name
	}
	return name
}

// Closure returns a function literal with what it captures.
func (t *Table) Closure(fn *ssa.Function, bindings []*Term) *Term {
	return t.intern(Term{Kind: Closure, Name: t.nameOf(fn), Fn: fn}, nil, bindings...)
}

// Value returns the n-th result of an instruction, n being 0 where it has one.
func (t *Table) Value(at ssa.Value, n int, typ types.Type) *Term {
	return t.ValueAs(at, As{N: n}, typ, "")
}

// ValueAs returns another value that an instruction brings about. Where its type is not
// known, that of the object may be by name.
func (t *Table) ValueAs(at ssa.Value, as As, typ types.Type, object string) *Term {
	return t.intern(Term{Kind: Value, At: at, Role: as.Role, Turn: as.Turn, N: as.N, Name: as.Part, Type: object}, typ)
}

// Out returns the n-th value that only a callee can name.
func (t *Table) Out(n int, typ string) *Term { return t.intern(Term{Kind: Out, N: n, Type: typ}, nil) }

// Field returns the address of a field.
func (t *Table) Field(base *Term, n int, name string, typ types.Type) *Term {
	if base.depth >= maxDepth {
		return nil
	}
	return t.intern(Term{Kind: Field, N: n, Name: name}, typ, base)
}

// Index returns the address of an element.
func (t *Table) Index(base, index *Term, typ types.Type) *Term {
	if base.depth >= maxDepth || index.depth >= maxDepth {
		return nil
	}
	return t.intern(Term{Kind: Index}, typ, base, index)
}

// Load returns what an address held before anything on the path changed it.
func (t *Table) Load(addr *Term, typ types.Type) *Term {
	if addr.depth >= maxDepth {
		return nil
	}
	load := Term{Kind: Load}
	if typ == nil {
		load.Type = addr.Type
	}
	return t.intern(load, typ, addr)
}

// Proj returns a field of a struct value.
func (t *Table) Proj(v *Term, n int, name string, typ types.Type) *Term {
	switch {
	case v.Kind == Struct && n < len(v.Args):
		return v.Args[n]
	case v == t.Zero && typ != nil:
		return t.ZeroOf(typ)
	case v.Kind == Load:
		if f := t.Field(v.Args[0], n, name, pointerTo(typ)); f != nil {
			if l := t.Load(f, typ); l != nil {
				return l
			}
		}
	}
	if v.depth >= maxDepth {
		return nil
	}
	return t.intern(Term{Kind: Proj, N: n, Name: name}, typ, v)
}

func pointerTo(typ types.Type) types.Type {
	if typ == nil {
		return nil
	}
	return types.NewPointer(typ)
}

// Struct returns a struct value or a tuple. A struct whose fields are, one by
// one, those of another value is that value.
func (t *Table) Struct(fields []*Term, typ types.Type) *Term {
	if whole := wholeOf(fields, typ); whole != nil {
		return whole
	}
	for _, f := range fields {
		if f.depth >= maxDepth {
			return nil
		}
	}
	return t.intern(Term{Kind: Struct}, typ, fields...)
}

// wholeOf finds the value whose fields, in their order, the given ones are.
func wholeOf(fields []*Term, typ types.Type) *Term {
	var whole *Term
	for i, f := range fields {
		var from *Term
		switch {
		case f.Kind == Proj && f.N == i:
			from = f.Args[0]
		case f.Kind == Load && f.Args[0].Kind == Field && f.Args[0].N == i:
			from = f.Args[0].Args[0]
		default:
			return nil
		}
		if i > 0 && from != whole {
			return nil
		}
		whole = from
	}
	if whole == nil || fields[0].Kind == Load || typ == nil || whole.Type != TypeName(typ) {
		return nil
	}
	return whole
}

// Pure returns the result of a function that depends on its arguments only.
func (t *Table) Pure(name string, args ...*Term) *Term { return t.PureOf(name, nil, args...) }

// PureOf is Pure with the type of the result.
func (t *Table) PureOf(name string, typ types.Type, args ...*Term) *Term {
	for _, a := range args {
		if a.depth >= maxDepth {
			return nil
		}
	}
	return t.intern(Term{Kind: Pure, Name: name}, typ, args...)
}

// KeyedOf returns the resource of a type that a client reads under a key. Where
// the type is not known, it is that of the object into which it is read.
func (t *Table) KeyedOf(client, key *Term, typ string, object *Term) *Term {
	args := []*Term{client, key}
	if typ == "" && object != nil {
		args = append(args, object)
	}
	return t.intern(Term{Kind: Keyed, Name: typ, Type: typ}, nil, args...)
}

// Import brings a term that another package has written down into this table. It is nil
// where only that can name it.
func (t *Table) Import(from *Term) *Term {
	if from == nil || from.Kind == Value || from.Kind == Closure || from.Kind == FreeVar || from.Kind == Func {
		return nil
	}
	args := make([]*Term, len(from.Args))
	for i, a := range from.Args {
		if args[i] = t.Import(a); args[i] == nil {
			return nil
		}
	}
	var typ types.Type
	if from.Err {
		typ = errorType
	}
	return t.intern(Term{Kind: from.Kind, N: from.N, Name: from.Name, Type: from.Type}, typ, args...)
}

var errorType = types.Universe.Lookup("error").Type()

package resource

import (
	"go/constant"
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/ssa"
)

var (
	pkg    = types.NewPackage("example.com/v1", "v1")
	status = types.NewStruct([]*types.Var{types.NewField(token.NoPos, pkg, "Phase", types.Typ[types.String], false)}, nil)
	widget = types.NewNamed(types.NewTypeName(token.NoPos, pkg, "Widget", nil), types.NewStruct([]*types.Var{
		types.NewField(token.NoPos, pkg, "Status", status, false),
	}, nil), nil)
	pointer = types.NewPointer(widget)
)

// value is what a program without a source computes.
func value() ssa.Value { return &ssa.Parameter{} }

// Terms that are made of the same parts are the same, and no others are.
func TestIntern(t *testing.T) {
	tab := NewTable()
	p := func() *Term { return tab.Param(0, pointer) }
	at, other := value(), value()
	makers := map[string]func() *Term{
		"p0":             p,
		"p1":             func() *Term { return tab.Param(1, pointer) },
		"free0":          func() *Term { return tab.FreeVar(0, pointer) },
		"v1.Default":     func() *Term { return tab.Global("v1.Default", pointer) },
		"true":           func() *Term { return tab.True },
		`"x"`:            func() *Term { return tab.Constant(`"x"`) },
		"&p0.Status":     func() *Term { return tab.Field(p(), 0, "Status", types.NewPointer(status)) },
		"p0.Status":      func() *Term { return tab.Load(tab.Field(p(), 0, "Status", types.NewPointer(status)), status) },
		"*p0":            func() *Term { return tab.Load(p(), widget) },
		"&p0[1]":         func() *Term { return tab.Index(p(), tab.Constant("1"), pointer) },
		"{p0, true}":     func() *Term { return tab.Struct([]*Term{p(), tab.True}, nil) },
		"name(p0)":       func() *Term { return tab.Pure("name", p()) },
		"key(p0)":        func() *Term { return tab.Pure("key", p()) },
		"out0":           func() *Term { return tab.Out(0, "error") },
		"out1":           func() *Term { return tab.Out(1, "error") },
		"<W p0, p1>":     func() *Term { return tab.KeyedOf(p(), tab.Param(1, nil), "W", nil) },
		"< p0, p1, *p0>": func() *Term { return tab.KeyedOf(p(), tab.Param(1, nil), "", tab.Load(p(), nil)) },
	}
	made := map[*Term]string{}
	for text, m := range makers {
		a := m()
		if b := m(); a != b {
			t.Errorf("%s is made twice", text)
		}
		if a.String() != text {
			t.Errorf("%s prints as %s", text, a)
		}
		if old, ok := made[a]; ok {
			t.Errorf("%s is %s", text, old)
		}
		made[a] = text
	}
	// The values of an instruction differ by role, turn, number and part, whatever these are.
	values := []As{
		{}, {N: 1}, {N: 64}, {N: 4096}, {Turn: 1}, {N: 1, Turn: 1}, {Role: Earlier}, {Role: Callee}, {Role: Callee, N: 64}, {Role: Given},
		{Role: Callee, Turn: 1}, {Role: HeldBefore, N: 257}, {Role: HeldBefore, N: 1, Turn: 1},
		As{}.Of(0), As{}.Of(1), As{}.Of(0).Of(1), As{Role: Callee}.Of(0),
	}
	seen := map[*Term]As{}
	for _, as := range values {
		for _, at := range []ssa.Value{at, other} {
			v := tab.ValueAs(at, as, widget, "")
			if old, ok := seen[v]; ok {
				t.Errorf("%v is %v", as, old)
			}
			seen[v] = as
			if v != tab.ValueAs(at, as, widget, "") {
				t.Errorf("%v is made twice", as)
			}
			if v.IsResult(0) != (as.Role == Result && as.N == 0 && as.Part == "") {
				t.Errorf("%v is the result: %v", as, v.IsResult(0))
			}
		}
	}
	if tab.Value(at, 0, nil) != tab.ValueAs(at, As{}, nil, "") {
		t.Error("a result is no value")
	}
}

// What depends on a value of the function, its caller cannot name.
func TestLeaves(t *testing.T) {
	tab := NewTable()
	v := tab.Value(value(), 0, pointer)
	p := tab.Param(0, pointer)
	field := tab.Field(v, 0, "Status", nil)
	both := tab.Pure("==", tab.Load(field, nil), p)
	for _, c := range []struct {
		term    *Term
		visible bool
	}{{v, false}, {p, true}, {both, false}, {tab.Load(p, nil), true}, {tab.Nil, true}, {tab.Out(0, ""), false}} {
		if c.term.Visible() != c.visible {
			t.Errorf("%s is visible: %v", c.term, !c.visible)
		}
	}
	if !both.Mentions(v) || both.Mentions(p) || len(both.Leaves()) != 1 {
		t.Errorf("%s has the leaves %v", both, both.Leaves())
	}
	if !tab.Load(field, nil).Under(v) || field.Under(p) || both.Under(v) || tab.Load(field, nil).Root() != v {
		t.Error("a part does not lie in what it is a part of, or something else does")
	}
}

// A part of what was put together is what was put there, and all parts of a value are
// the value.
func TestProj(t *testing.T) {
	tab := NewTable()
	a, b := tab.Param(0, nil), tab.Param(1, nil)
	s := tab.Struct([]*Term{a, b}, nil)
	if tab.Proj(s, 1, "B", nil) != b {
		t.Error("a field of a struct is not what it was made of")
	}
	v := tab.Param(2, widget)
	first := tab.Proj(v, 0, "Status", status)
	if whole := tab.Struct([]*Term{first}, widget); whole != v {
		t.Errorf("all fields of %s together are %s", v, whole)
	}
	if tab.Proj(tab.Zero, 0, "Status", status) != tab.Zero || tab.Proj(tab.Zero, 0, "Phase", types.Typ[types.String]) != tab.Empty {
		t.Error("a field of a zero struct is not zero")
	}
	load := tab.Load(tab.Param(3, pointer), widget)
	if got := tab.Proj(load, 0, "Status", status); got.String() != "p3.Status" {
		t.Errorf("a field of what an address holds is %s", got)
	}
}

func TestZero(t *testing.T) {
	tab := NewTable()
	for _, c := range []struct {
		typ  types.Type
		want *Term
	}{
		{types.Typ[types.Bool], tab.False}, {types.Typ[types.String], tab.Empty}, {types.Typ[types.Int32], tab.Constant("0")},
		{types.Typ[types.Float64], tab.Constant("#0")}, {types.Typ[types.UnsafePointer], tab.Nil}, {pointer, tab.Nil}, {widget, tab.Zero},
	} {
		if got := tab.ZeroOf(c.typ); got != c.want {
			t.Errorf("the zero %s is %s, want %s", c.typ, got, c.want)
		}
	}
	for _, c := range []struct {
		value constant.Value
		typ   types.Type
		want  string
	}{
		{nil, pointer, "nil"}, {nil, widget, "{}"}, {constant.MakeInt64(3), types.Typ[types.Int], "3"},
		{constant.MakeFloat64(0.5), types.Typ[types.Float64], "#1/2"}, {constant.MakeString("a"), types.Typ[types.String], `"a"`},
	} {
		if got := tab.OfConst(ssa.NewConst(c.value, c.typ)).String(); got != c.want {
			t.Errorf("%v of %s is %s, want %s", c.value, c.typ, got, c.want)
		}
	}
}

// A walk along a linked list ends: terms do not grow for ever.
func TestDepth(t *testing.T) {
	tab := NewTable()
	term, n := tab.Param(0, pointer), 0
	for ; n < 100; n++ {
		next := tab.Field(term, 0, "next", pointer)
		if next == nil {
			break
		}
		term = next
	}
	if n != maxDepth {
		t.Errorf("%d fields of fields, want %d", n, maxDepth)
	}
	if tab.Load(term, nil) != nil || tab.Index(term, tab.Nil, nil) != nil || tab.Pure("!", term) != nil || tab.Struct([]*Term{term}, nil) != nil {
		t.Error("a term is deeper than that")
	}
}

// The type of a resource is told by its name, whatever points at it.
func TestTypeName(t *testing.T) {
	const name = "example.com/v1.Widget"
	for _, typ := range []types.Type{widget, pointer, types.NewPointer(pointer)} {
		if got := TypeName(typ); got != name {
			t.Errorf("%s is called %q", typ, got)
		}
	}
	for _, typ := range []types.Type{nil, types.Typ[types.Int], types.Universe.Lookup("any").Type(), types.NewSlice(widget)} {
		if got := TypeName(typ); got != "" {
			t.Errorf("%v is called %q", typ, got)
		}
	}
	if got := TypeName(types.Universe.Lookup("error").Type()); got != "" {
		t.Errorf("error is called %q", got)
	}
}

// Terms are in the order of their making, and none comes before all.
func TestOrder(t *testing.T) {
	tab := NewTable()
	a, b := tab.Param(0, nil), tab.Param(1, nil)
	if a.Order() >= b.Order() || (*Term)(nil).Order() >= a.Order() {
		t.Error("terms are not in the order of their making")
	}
	if made := tab.Import(&Term{Kind: Param}); made != a {
		t.Error("what a summary of another package says is another term")
	}
}

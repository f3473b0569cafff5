package reconcilecost

import "testing"

func TestExpr(t *testing.T) {
	n := Turns{Symbol: "N"}
	steps := Turns{Symbol: "len(steps)"}
	for _, test := range []struct {
		want string
		e    Expr
	}{
		{"0", nil},
		{"3", Const(3)},
		{"0", Const(2).Minus(Const(2))},
		{"len(steps) + 1", Const(1).Plus(Const(1).Repeated(steps))},
		{"2 * N + 1", Const(1).Plus(Const(2).Repeated(n))},
		{"N - 1", Const(1).Repeated(n).Minus(Const(1))},
		{"N * len(steps) + N + 2", Const(1).Repeated(steps).Plus(Const(1)).Repeated(n).Plus(Const(2))},
		{"6", Const(2).Repeated(Turns{N: 3})},
		{"0", Const(2).Repeated(Turns{N: 0})},
		{"unbounded", Const(1).Repeated(Turns{Symbol: Unbounded})},
	} {
		if got := test.e.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestCompare(t *testing.T) {
	n := Const(1).Repeated(Turns{Symbol: "N"})
	for i, worse := range [][2]Expr{
		{Const(1), nil},
		{Const(3), Const(2)},
		{n, Const(3)}, // ten turns
		{n.Plus(Const(1)), n},
		{n.Repeated(Turns{Symbol: "M"}), n.Times(5)},
		{Const(1).Repeated(Turns{Symbol: Unbounded}), n.Times(20)},
	} {
		if worse[0].Compare(worse[1]) <= 0 || worse[1].Compare(worse[0]) >= 0 {
			t.Errorf("%d: %s is not worse than %s", i, worse[0], worse[1])
		}
	}
}

// TestSums holds that adding up changes none of what is added.
func TestSums(t *testing.T) {
	a := Const(1).Plus(Const(1).Repeated(Turns{Symbol: "N"}))
	before := a.String()
	a.Plus(Const(1))
	a.Minus(Const(1))
	a.Repeated(Turns{Symbol: "A"}).Repeated(Turns{Symbol: "B"})
	if a.String() != before {
		t.Errorf("%s became %s", before, a)
	}
}

package reconcilecost

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Unbounded is the symbol of a recursion, of which nobody can tell how deep it
// goes.
const Unbounded = "unbounded"

// Expr is a number of calls: a sum of products of a whole number and the turns of
// loops, like 1 + len(steps). It is kept sorted, powers first.
type Expr []Term

// Term is one product of an [Expr].
type Term struct {
	N     int      `json:"n"`
	Turns []string `json:"turns,omitempty"` // the loops that repeat it, sorted, by what the source calls their length
}

// Const is the expression of a number.
func Const(n int) Expr {
	if n == 0 {
		return nil
	}
	return Expr{{N: n}}
}

// Plus is the sum of two expressions.
func (e Expr) Plus(o Expr) Expr {
	sum := slices.Clone(e)
	for _, t := range o {
		if i := slices.IndexFunc(sum, func(s Term) bool { return slices.Equal(s.Turns, t.Turns) }); i >= 0 {
			sum[i].N += t.N
		} else {
			sum = append(sum, t)
		}
	}
	sum = slices.DeleteFunc(sum, func(t Term) bool { return t.N == 0 })
	slices.SortFunc(sum, func(a, b Term) int {
		return cmp.Or(cmp.Compare(len(b.Turns), len(a.Turns)), slices.Compare(a.Turns, b.Turns))
	})
	return sum
}

// Times is the product with a number.
func (e Expr) Times(n int) Expr {
	var out Expr
	for _, t := range e {
		if t.N *= n; t.N != 0 {
			out = append(out, t)
		}
	}
	return out
}

// Minus is the difference of two expressions.
func (e Expr) Minus(o Expr) Expr { return e.Plus(o.Times(-1)) }

// Repeated is the expression times the turns of a loop.
func (e Expr) Repeated(t Turns) Expr {
	if t.Symbol == "" {
		return e.Times(t.N)
	}
	var out Expr
	for _, x := range e {
		x.Turns = append(slices.Clone(x.Turns), t.Symbol)
		slices.Sort(x.Turns)
		out = append(out, x)
	}
	return out
}

// Value is the number that the expression stands for where each loop makes that
// many turns. A recursion counts for more than any loop.
func (e Expr) Value(turns float64) float64 {
	sum := 0.0
	for _, t := range e {
		product := float64(t.N)
		for _, s := range t.Turns {
			product *= Turns{Symbol: s}.value(turns)
		}
		sum += product
	}
	return sum
}

// Compare orders expressions by what they grow to with the turns of their loops.
func (e Expr) Compare(o Expr) int { return cmp.Compare(e.Value(typicalTurns), o.Value(typicalTurns)) }

// String prints the expression as a reader would write it: 2 * len(items) + 1.
func (e Expr) String() string {
	if len(e) == 0 {
		return "0"
	}
	var text strings.Builder
	for i, t := range e {
		n := t.N
		switch {
		case i > 0 && n < 0:
			text.WriteString(" - ")
			n = -n
		case i > 0:
			text.WriteString(" + ")
		}
		switch product := strings.Join(t.Turns, " * "); {
		case product == "":
			fmt.Fprint(&text, n)
		case n == 1:
			text.WriteString(product)
		default:
			fmt.Fprintf(&text, "%d * %s", n, product)
		}
	}
	return text.String()
}

// Turns says how often a loop turns: N times, or as often as the symbol says.
type Turns struct {
	N      int
	Symbol string
}

const (
	// typicalTurns is what a loop counts for where two paths are compared: enough
	// for a write in a loop to be worse than a few outside.
	typicalTurns = 10
	// recursionTurns is the same for recursion.
	recursionTurns = 1000
)

func (t Turns) value(turns float64) float64 {
	switch t.Symbol {
	case "":
		return float64(t.N)
	case Unbounded:
		return recursionTurns
	}
	return turns
}

// cost is what a path costs, for the choice of the worst. What it costs in words
// is read off its trace afterwards.
type cost struct {
	status, calls float64
}

func (c cost) plus(o cost) cost     { return cost{c.status + o.status, c.calls + o.calls} }
func (c cost) times(n float64) cost { return cost{c.status * n, c.calls * n} }
func (c cost) worse(o cost) bool    { return c.compare(o) > 0 }
func (c cost) compare(o cost) int {
	return cmp.Or(cmp.Compare(c.status, o.status), cmp.Compare(c.calls, o.calls))
}

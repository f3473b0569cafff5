package scale

import (
	"cmp"
	"fmt"
	"math"
	"testing"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// corpus loads operators of all parameters in some sizes.
func corpus(t testing.TB, sizes ...int) *Corpus {
	t.Helper()
	var operators []Operator
	for _, p := range Parameters() {
		for _, size := range sizes {
			operators = append(operators, Operator{p, size})
		}
	}
	return loaded(t, operators)
}

func loaded(t testing.TB, operators []Operator) *Corpus {
	t.Helper()
	dir := t.TempDir()
	if err := Write(dir, operators); err != nil {
		t.Fatal(err)
	}
	c, err := Load(t.Context(), dir, operators)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLinear holds the engine to a cost that grows with an operator, and not
// with its square. What its states hold and what it allocates stand for the time:
// they are the same in each run. Only what has too many paths may be cut.
func TestLinear(t *testing.T) {
	const from, to = 8, 64
	// The exponents of the work on paths are 1 but for these.
	most := map[string]float64{
		"packages":     1.4, // until there are as many outcomes as are kept apart
		"nested loops": 2,   // each block remembers how far all loops around it are
		"resources":    2,   // each path remembers all that it has written
		// The smaller one has more states already than are kept apart.
		"swallowed": 0.5,
		"branches":  0.1,
		"flags":     0.5,
		"choices":   0.6,
	}
	c := corpus(t, from, to)
	for _, p := range Parameters() {
		t.Run(p.Name, func(t *testing.T) {
			small, err := c.Analyse(Operator{p, from}, 0, statuswrites.Analyzer)
			if err != nil {
				t.Fatal(err)
			}
			large, err := c.Analyse(Operator{p, to}, 0, statuswrites.Analyzer)
			if err != nil {
				t.Fatal(err)
			}
			if large.Cut && p.Name != "choices" {
				t.Error("not all paths are followed")
			}
			check := func(what string, small, large, most float64) {
				slope := math.Log(large/small) / math.Log(to/from)
				t.Logf("%s: exponent %.2f", what, slope)
				if slope > most {
					t.Errorf("%s, %s: %d times as many cost %.0f times as much, an exponent of %.2f", p.Text, what, to/from, large/small, slope)
				}
			}
			check("work", float64(small.Work+1), float64(large.Work+1), cmp.Or(most[p.Name], 1)+0.05)
			// That includes package ssa, which allocates nearly the square for a switch.
			bytes := 1.6
			if p.Name == "cases" {
				bytes = 1.9
			}
			check("bytes", float64(small.Bytes), float64(large.Bytes), bytes)
		})
	}
}

// TestCut holds the engine to a limit of the work that one function may cost.
func TestCut(t *testing.T) {
	huge := Operator{Size: 128}
	for _, p := range Parameters() {
		if p.Name == "flags" {
			huge.Parameter = p
		}
	}
	cost, err := loaded(t, []Operator{huge}).Analyse(huge, 0, statuswrites.Analyzer)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("work %d", cost.Work)
	if !cost.Cut {
		t.Error("all paths are followed")
	}
}

// BenchmarkAnalyse is for profiles: go test -bench=/steps/x16 -cpuprofile=cpu.out ./scale
func BenchmarkAnalyse(b *testing.B) {
	sizes := []int{1, 4, 16, 64}
	c := corpus(b, sizes...)
	for _, p := range Parameters() {
		for _, size := range sizes {
			b.Run(fmt.Sprintf("%s/x%d", p.Name, size), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := c.Analyse(Operator{p, size}, 0, analyzer.Analyzers()...); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

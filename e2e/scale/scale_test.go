package scale

import (
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
// with its square. What it allocates stands for the time: it is the same in each
// run. There is some slack, as what a state holds grows up to its limits, and more
// for a switch, which costs package ssa nearly the square. Only what has too many
// paths may be cut.
func TestLinear(t *testing.T) {
	const from, to = 4, 32
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
			slope := math.Log(float64(large.Bytes)/float64(small.Bytes)) / math.Log(to/from)
			t.Logf("exponent %.2f", slope)
			most := 1.5
			if p.Name == "cases" {
				most = 1.6
			}
			if slope > most {
				t.Errorf("%s: %d times as many cost %.0f times as much, an exponent of %.2f", p.Text, to/from, float64(large.Bytes)/float64(small.Bytes), slope)
			}
		})
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

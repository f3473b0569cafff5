package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/e2e/scale"
)

// sizes are those that operators grow to.
var sizes = []int{1, 4, 16, 64}

// Growth is how the cost of the checks grows with one parameter.
type Growth struct {
	scale.Parameter
	Times []time.Duration // of all checks, by size
	SSA   []time.Duration // of it, in package ssa
	Cut   int             // the first size of which not all paths are followed, or 0
}

// grow measures all parameters.
func grow(ctx context.Context, dir string) ([]*Growth, error) {
	var operators []scale.Operator
	for _, p := range scale.Parameters() {
		for _, size := range sizes {
			operators = append(operators, scale.Operator{Parameter: p, Size: size})
		}
	}
	if err := scale.Write(dir, operators); err != nil {
		return nil, err
	}
	corpus, err := scale.Load(ctx, dir, operators)
	if err != nil {
		return nil, err
	}
	var all []*Growth
	for _, p := range scale.Parameters() {
		g := &Growth{Parameter: p}
		for _, size := range sizes {
			fmt.Fprintf(os.Stderr, "%s, %d times\n", p.Name, size)
			o := scale.Operator{Parameter: p, Size: size}
			cost, err := corpus.Analyse(o, 200*time.Millisecond, analyzer.Analyzers()...)
			if err != nil {
				return nil, err
			}
			if cost.Cut && g.Cut == 0 {
				g.Cut = size
			}
			g.Times, g.SSA = append(g.Times, cost.CPU), append(g.SSA, corpus.Build(o, 20*time.Millisecond))
		}
		all = append(all, g)
	}
	return all, nil
}

// From and To are how many of the parameter the smallest operator and the largest
// have.
func (g *Growth) From() int { return g.Unit * sizes[0] }
func (g *Growth) To() int   { return g.Unit * sizes[len(g.Times)-1] }

// Cells are the times in milliseconds.
func (g *Growth) Cells() []string {
	var cells []string
	for _, t := range g.Times {
		ms := float64(t.Microseconds()) / 1000
		if ms < 10 {
			cells = append(cells, fmt.Sprintf("%.1f", ms))
		} else {
			cells = append(cells, fmt.Sprintf("%.0f", ms))
		}
	}
	return cells
}

// Slope is the exponent of growth: 1 is linear.
func (g *Growth) Slope() string { return number(slope(g.Times)) }

// SSASlope is that of package ssa, and OwnSlope that of all the rest.
func (g *Growth) SSASlope() string { return number(slope(g.SSA)) }
func (g *Growth) OwnSlope() string {
	var own []time.Duration
	for i, t := range g.Times {
		own = append(own, t-g.SSA[i])
	}
	return number(slope(own))
}

// slope fits a line through the logarithms of time and size.
func slope(times []time.Duration) float64 {
	var n, sx, sy, sxx, sxy float64
	for i, t := range times {
		x, y := math.Log(float64(sizes[i])), math.Log(t.Seconds())
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

//go:build proof

package proof

import (
	"fmt"
	"strings"
)

// chart is what proof.svg shows: calls for one object against the status writes
// that a reconcile makes before the rewrite.
type chart struct {
	Width, Height            int
	Left, Right, Top, Bottom float64
	Across, Up               []tick
	Lines                    []line
}

// tick is a mark of an axis, in the picture.
type tick struct {
	At    float64
	Label int
}

type line struct {
	Label, Colour string
	Theory        bool   // dashed, and without dots
	Points        string // as SVG has them
	Dots          []dot
	EndX, EndY    float64 // of the line, for its label
}

type dot struct{ X, Y float64 }

// newChart draws the results, which must be in the order of their writes.
func newChart(results Results) *chart {
	c := &chart{Width: 760, Height: 420, Left: 60, Right: 520, Top: 30, Bottom: 360}
	most := 0.0
	for _, r := range results {
		most = max(most, float64(r.Writes), r.each(r.Before, calls), r.each(r.After, calls))
	}
	x := func(writes int) float64 {
		return c.Left + (c.Right-c.Left)*float64(writes)/float64(results[len(results)-1].Writes)
	}
	y := func(calls float64) float64 { return c.Bottom - (c.Bottom-c.Top)*calls/most }
	for _, r := range results {
		c.Across = append(c.Across, tick{x(r.Writes), r.Writes})
	}
	for n := 0; float64(n) <= most; n += 2 {
		c.Up = append(c.Up, tick{y(float64(n)), n})
	}

	draw := func(label, colour string, theory bool, value func(*Result) float64) {
		l := line{Label: label, Colour: colour, Theory: theory}
		var points []string
		for _, r := range results {
			d := dot{x(r.Writes), y(value(r))}
			points = append(points, fmt.Sprintf("%.1f,%.1f", d.X, d.Y))
			l.EndX, l.EndY = d.X, d.Y
			if !theory {
				l.Dots = append(l.Dots, d)
			}
		}
		l.Points = strings.Join(points, " ")
		c.Lines = append(c.Lines, l)
	}
	const red, blue = "#b3261e", "#1f5fa8"
	draw("n, in theory", red, true, func(r *Result) float64 { return float64(r.Writes) })
	draw("1, in theory", blue, true, func(*Result) float64 { return 1 })
	draw("all calls before", red, false, func(r *Result) float64 { return r.each(r.Before, calls) })
	draw("all calls after: one write", blue, false, func(r *Result) float64 { return r.each(r.After, calls) })
	return c
}

package report

import (
	"fmt"
	"io"
)

// Fixes is what a controller costs once fixes are applied.
type Fixes struct {
	Safe   Cost `json:"safe"`   // by those alone that keep what the program does
	Review Cost `json:"review"` // by all
}

// Cost is that of the worst path.
type Cost struct {
	Writes    Count  `json:"writes"`
	Calls     Count  `json:"calls"`
	Protected string `json:"protected"`
	Reduction string `json:"reduction"` // of the writes, as in [Controller.Reduction]
}

// AddFixes adds what each controller costs by reports on what safe fixes and all fixes make
// of the program.
func (r *Report) AddFixes(safe, review *Report) {
	for _, c := range r.Controllers {
		c.Fixes = &Fixes{c.by(safe), c.by(review)}
	}
}

// by is what a controller costs in another report. One that is gone from there costs
// what it did.
func (c *Controller) by(other *Report) Cost {
	after := c
	for _, o := range other.Controllers {
		if o.Name == c.Name {
			after = o
		}
	}
	return Cost{after.Writes, after.Calls, after.Protected, reduction(c.Writes, after.Writes)}
}

// fixed reports whether what fixes make of the program is known.
func (r *Report) fixed() bool { return len(r.Controllers) > 0 && r.Controllers[0].Fixes != nil }

// FixColumns are the heads of the table on fixes, which has a row for each controller.
func (r *Report) FixColumns() []string {
	if !r.fixed() {
		return nil
	}
	return []string{"controller", "writes", "writes, safe fixes", "writes, all fixes", "reduction",
		"requests", "requests, safe fixes", "requests, all fixes", "protected"}
}

// FixCells is the row of a controller in that table.
func (c *Controller) FixCells() []string {
	safe, review := c.Fixes.Safe, c.Fixes.Review
	return []string{c.Name, c.cell(c.Writes), c.cell(safe.Writes), c.cell(review.Writes), review.Reduction,
		c.cell(c.Calls), c.cell(safe.Calls), c.cell(review.Calls), safe.Protected}
}

const fixesLegend = `SAFE and ALL are the same path after the safe fixes, and after those for review, too; REDUCTION is
what all fixes save of the writes. PROTECTED is what the safe ones make of that.
`

func (r *Report) writeFixes(w io.Writer) {
	if !r.fixed() {
		return
	}
	fmt.Fprintln(w)
	rows := [][]string{{"FIXES", "WRITES", "SAFE", "ALL", "REDUCTION", "REQUESTS", "SAFE", "ALL", "PROTECTED"}}
	for _, c := range r.Controllers {
		rows = append(rows, c.FixCells())
	}
	writeTable(w, rows)
	fmt.Fprintf(w, "\n%s", fixesLegend)
}

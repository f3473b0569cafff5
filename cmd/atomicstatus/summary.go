package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// byCheck counts findings.
type byCheck struct {
	check        string
	count        int // all
	safe, review int // those that have a safe fix, and those that have only one for review
}

// countByCheck returns the counts of the checks that have found something, the
// largest first.
func countByCheck(diags []load.Diagnostic) []byCheck {
	counts := make(map[string]*byCheck)
	for _, d := range diags {
		n := counts[d.Analyzer]
		if n == nil {
			n = &byCheck{check: d.Analyzer}
			counts[d.Analyzer] = n
		}
		n.count++
		switch {
		case d.First(fixes.Safe) != nil:
			n.safe++
		case len(d.Fixes) > 0:
			n.review++
		}
	}
	var all []byCheck
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, *counts[name])
	}
	slices.SortStableFunc(all, func(a, b byCheck) int { return cmp.Compare(b.count, a.count) })
	return all
}

// many findings are more than somebody reads who has not asked for them before.
const many = 20

// printSummary counts the findings, and says once what somebody should know who sees
// so many for the first time.
func (c *command) printSummary(out output) error {
	diags := out.diagnostics()
	if len(diags) == 0 {
		return nil
	}
	var checks []string
	safe, review := 0, 0
	for _, n := range countByCheck(diags) {
		checks = append(checks, fmt.Sprintf("%s %d", n.check, n.count))
		safe += n.safe
		review += n.review
	}
	text := count(len(diags), "finding", "s") + ": " + strings.Join(checks, ", ")
	if safe > 0 {
		text += fmt.Sprintf("; %d with a fix: see -diff", safe)
	}
	if review > 0 {
		text += fmt.Sprintf("; %d with a fix for review: see -diff=review", review)
	}
	if out.suppressed > 0 {
		text += fmt.Sprintf("; %d suppressed by comments", out.suppressed)
	}
	if out.known > 0 {
		text += fmt.Sprintf("; %d known to the baseline", out.known)
	}
	if left := len(out.notes.sorted()) + len(out.problems) + out.testing; left > 0 {
		text += fmt.Sprintf("; %d left out, in whole or in part (functions, files, packages): see stderr", left)
	}
	if _, err := fmt.Fprintf(c.stdout, "\n%s\n", text); err != nil {
		return err
	}
	repeated, other := 0, 0
	for _, d := range diags {
		switch {
		case out.notes.severity(d) == analyzer.Repeated:
			repeated++
		case d.Analyzer != "statusretry":
			other++
		}
	}
	if repeated >= many && c.flags.baseline == "" {
		fmt.Fprintf(c.stdout, `
%d of them are updates whose conflict repeats the reconcile, and whose error is told. The flag
-statusretry.policy=requeue reports only those whose error is lost: it leaves %s. To hold
new code to the standard, and mend the rest in time, run -write-baseline known.json once, and with
-baseline known.json from then on. atomicstatus report says what each controller costs, atomicstatus
explain CHECK what a check means.
`, repeated, count(other+len(out.notes.swallowed), "finding", "s"))
	}
	return nil
}

// printStatistics prints how many findings each check has, instead of them.
func (c *command) printStatistics(out output) error {
	table := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "COUNT\tSAFE FIX\tFOR REVIEW\tCHECK\t\n")
	for _, n := range countByCheck(out.diagnostics()) {
		title := ""
		if check, err := analyzer.Find(n.check); err == nil {
			title = check.Title()
		}
		fmt.Fprintf(table, "%d\t%d\t%d\t%s\t%s\n", n.count, n.safe, n.review, n.check, title)
	}
	return table.Flush()
}

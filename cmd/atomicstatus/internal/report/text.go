package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/atomicstatus/atomicstatus/passes/reconcilecost"
)

// WriteText prints the report for a terminal.
func (r *Report) WriteText(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CONTROLLER\tWRITES\tBEST\tAFTER\tPATTERN\tPROTECTED\tREWRITE\tFINDINGS")
	for _, c := range r.Controllers {
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%d\n",
			c.Name, c.Writes.Text, c.WritesBest, c.WritesAfter.Text, c.Pattern, c.Protected, c.Complexity, c.total())
	}
	table.Flush()
	for _, c := range r.Controllers {
		c.writeText(w)
	}
	fmt.Fprintf(w, "\n%s\n", plural(len(r.Controllers), "controller"))
	for _, t := range r.Checklist {
		fmt.Fprintf(w, "    %-22s %d of %d\n", t.Name, t.Done, t.Done+t.Missing)
	}
	fmt.Fprintf(w, "    %-22s %d\n", "findings", r.Findings)
	r.writeRates(w)
}

func (c *Controller) writeText(w io.Writer) {
	fmt.Fprintf(w, "\n%s  %s\n", c.Name, c.Place)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "    %-10s %s\n", name, fmt.Sprintf(format, args...))
	}
	line("what", "%s", c.what())
	for _, k := range c.ByKind {
		line("writes", "at most %s of %s, %s after the rewrite", k.Writes.Text, k.Name, k.WritesAfter.Text)
	}
	line("requests", "%s, %s after the rewrite", c.Calls.Text, c.CallsAfter.Text)
	if len(c.Patterns) > 0 {
		line("patterns", "%s", strings.Join(c.Patterns, "; "))
	}
	for _, l := range c.Loops {
		line("loop", "%s at %s", l.Symbol, l.Place)
	}
	if text := c.findings(); text != "" {
		line("findings", "%s; %d fixed automatically", text, c.Fixable)
	}
	for _, item := range c.Checklist {
		line(item.State, "%s", item.text(3))
	}
}

// what names the resource and the style of a controller.
func (c *Controller) what() string {
	text := c.Style
	if c.Kind != "" {
		text = c.Kind + ", " + text
	}
	if c.Style == string(reconcilecost.Knative) {
		text += "; the generated reconciler writes a changed status once more"
	}
	return text
}

func (c *Controller) findings() string {
	var parts []string
	for _, check := range slices.Sorted(maps.Keys(c.Findings)) {
		parts = append(parts, fmt.Sprintf("%d %s", c.Findings[check], check))
	}
	return strings.Join(parts, ", ")
}

// text is an item with as many of its places as are asked for.
func (i Item) text(places int) string {
	text := i.Name
	if i.Note != "" {
		text += ": " + i.Note
	}
	shown := i.Places[:min(places, len(i.Places))]
	if len(shown) > 0 {
		text += " (" + strings.Join(shown, ", ")
		if more := len(i.Places) - len(shown); more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		text += ")"
	}
	return text
}

func (r *Report) writeRates(w io.Writer) {
	if len(r.Rates) == 0 {
		return
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "A MINUTE\tRECONCILES\tWRITES\tAFTER\tREQUESTS\tAFTER")
	for _, l := range r.Rates {
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\n", l.Controller, l.PerMinute, l.Writes.Text, l.WritesAfter.Text, l.Calls.Text, l.CallsAfter.Text)
	}
	table.Flush()
}

// Explain prints the worst path of a controller. Line is the source line at a
// place, or nothing.
func (c *Controller) Explain(w io.Writer, line func(Step) string) {
	fmt.Fprintf(w, "%s  %s\n", c.Name, c.Place)
	fmt.Fprintf(w, "worst path: %s status writes in %s requests; best path: %d\n", c.Writes.Text, c.Calls.Text, c.WritesBest)
	for _, l := range c.Loops {
		fmt.Fprintf(w, "%s: the turns of the loop at %s\n", l.Symbol, l.Place)
	}
	fmt.Fprintln(w)
	explain(w, c.Path, "", line)
}

func explain(w io.Writer, steps []Step, indent string, line func(Step) string) {
	for _, s := range steps {
		fmt.Fprintf(w, "%s%s  %s\n", indent, s.Sentence(), s.Place)
		if text := line(s); text != "" && !strings.HasPrefix(s.Kind, string(reconcilecost.Condition)) {
			fmt.Fprintf(w, "%s    | %s\n", indent, text)
		}
		explain(w, s.Steps, indent+"    ", line)
	}
}

// Sentence says what a step does.
func (s Step) Sentence() string {
	text := s.Text
	switch reconcilecost.StepKind(s.Kind) {
	case reconcilecost.StatusWrite:
		text = "WRITE: " + text
	case reconcilecost.Condition:
		text = "where " + text
	case reconcilecost.FunctionCall:
		text = "call " + text
	case reconcilecost.LoopTurns:
		if text = text + " times"; s.Text == reconcilecost.Unbounded {
			text = "again and again, by recursion"
		}
	}
	if s.Retried && s.Kind != string(reconcilecost.OtherRequest) {
		text += ", again after a conflict"
	}
	return text
}

// Pos is the file and the line of a step.
func (s Step) Pos() (file string, line int) { return s.pos.Filename, s.pos.Line }

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// WriteMarkdown prints the report for a page.
func (r *Report) WriteMarkdown(w io.Writer) {
	fmt.Fprint(w, "# Status writes per reconcile\n\n")
	fmt.Fprintln(w, "| controller | kind | writes, worst path | best | after | requests | after | pattern | protected | rewrite | findings |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|")
	for _, c := range r.Controllers {
		cells := []string{
			c.Name, c.Kind, code(c.Writes.Text), fmt.Sprint(c.WritesBest), code(c.WritesAfter.Text), code(c.Calls.Text), code(c.CallsAfter.Text),
			c.pattern(), c.Protected, c.Complexity, cmp.Or(c.findings(), "none"),
		}
		for i, cell := range cells {
			cells[i] = strings.ReplaceAll(cell, "|", `\|`)
		}
		fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
	}
	fmt.Fprint(w, "\n## Progress\n\n| demand | done | missing |\n|---|---|---|\n")
	for _, t := range r.Checklist {
		fmt.Fprintf(w, "| %s | %d | %d |\n", t.Name, t.Done, t.Missing)
	}
	for _, c := range r.Controllers {
		fmt.Fprintf(w, "\n### %s\n\n%s, at %s\n\n", c.Name, c.what(), code(c.Place))
		for _, l := range c.Loops {
			fmt.Fprintf(w, "%s is the loop at %s.\n\n", code(l.Symbol), code(l.Place))
		}
		for _, item := range c.Checklist {
			if item.State == needless {
				continue
			}
			box := " "
			if item.State == done {
				box = "x"
			}
			fmt.Fprintf(w, "- [%s] %s\n", box, item.text(len(item.Places)))
		}
	}
	if len(r.Rates) > 0 {
		fmt.Fprint(w, "\n## A minute\n\n| controller | reconciles | writes | after | requests | after |\n|---|---|---|---|---|---|\n")
		for _, l := range r.Rates {
			fmt.Fprintf(w, "| %s | %d | %s | %s | %s | %s |\n", l.Controller, l.PerMinute,
				code(l.Writes.Text), code(l.WritesAfter.Text), code(l.Calls.Text), code(l.CallsAfter.Text))
		}
	}
}

// pattern is the pattern, or all that are mixed.
func (c *Controller) pattern() string {
	if len(c.Patterns) > 0 {
		return strings.Join(c.Patterns, "; ")
	}
	return c.Pattern
}

func code(text string) string { return "`" + text + "`" }

package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/atomicstatus/atomicstatus/passes/reconcilecost"
)

// width is that of a page of text: it fits beside another window, and a CI log.
const width = 100

// legend explains the columns of the table.
const legend = `Status writes and requests are those of one reconcile, on the path with the most of them. AFTER
is the same path with one write a resource, and one read for it where a retry reads before each
write; REDUCTION is what that saves of the writes, with ten turns of each loop. n, m and so on are
the turns of loops that are told below. PROTECTED says whether a conflict makes the writes run again
on a fresh read. REWRITE is low where fixes do all, medium where writes have to be put into a retry
by hand, high where they have to be moved.
`

// WriteText prints the report for a terminal.
func (r *Report) WriteText(w io.Writer) {
	rows := [][]string{{"CONTROLLER", "WRITES", "AFTER", "REDUCTION", "REQUESTS", "AFTER", "PROTECTED", "REWRITE", "FOUND"}}
	for _, c := range r.Controllers {
		rows = append(rows, []string{c.Name, c.cell(c.Writes), c.cell(c.WritesAfter), c.Reduction(), c.cell(c.Calls), c.cell(c.CallsAfter),
			c.Protected, c.Complexity, fmt.Sprint(c.total())})
	}
	writeTable(w, rows)
	fmt.Fprintf(w, "\n%s", legend)
	r.writeFixes(w)
	for _, c := range r.Controllers {
		c.writeText(w)
	}
	fmt.Fprintf(w, "\n%s\n", plural(len(r.Controllers), "controller"))
	for _, t := range r.Checklist {
		fmt.Fprintf(w, "    %-22s %d of %d\n", t.Name, t.Done, t.Done+t.Missing)
	}
	fmt.Fprintf(w, "    %-22s %d\n", "findings", r.Findings)
	if n := len(r.Elsewhere); n > 0 {
		writeLine(w, 27, "    findings elsewhere     ", fmt.Sprintf("%d, in what none of these controllers calls: %s", n, some(r.Elsewhere, 5)))
	}
	r.writeRates(w)
}

// writeTable prints rows of a page, the first of which are the heads. The names, in the
// first column, get what the figures leave of its width.
func writeTable(w io.Writer, rows [][]string) {
	room := width
	for column := 1; column < len(rows[0]); column++ {
		widest := 0
		for _, row := range rows {
			widest = max(widest, utf8.RuneCountInString(row[column]))
		}
		room -= 2 + widest
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		row[0] = clip(row[0], max(room, len(rows[0][0])))
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	table.Flush()
}

// clip shortens a cell that would break the table; the section of its controller has
// it whole.
func clip(text string, room int) string {
	letters := []rune(text)
	if len(letters) <= room {
		return text
	}
	return string(letters[:room-1]) + "…"
}

// cell is a count as it stands in the table: 2nm+1. What has no letter keeps its name,
// with dots between factors.
func (c *Controller) cell(x Count) string {
	text, times := c.short(x), ""
	if name.MatchString(text) {
		times = "·"
	}
	return clip(strings.NewReplacer(" * ", times, " ", "").Replace(text), 13)
}

var name = regexp.MustCompile(`\pL{2}`)

// short is a count with letters for the turns of loops.
func (c *Controller) short(x Count) string {
	text := x.Text
	symbols := c.symbols()
	long := slices.Clone(symbols)
	slices.SortStableFunc(long, func(a, b string) int { return len(b) - len(a) }) // one may be part of another
	for _, symbol := range long {
		text = strings.ReplaceAll(text, symbol, letter(slices.Index(symbols, symbol)))
	}
	return text
}

// symbols are those of the loops, each once.
func (c *Controller) symbols() []string {
	var symbols []string
	for _, l := range c.Loops {
		symbols = append(symbols, l.Symbol)
	}
	return compact(symbols)
}

func letter(i int) string {
	const letters = "nmkpqrstuv"
	if i < len(letters) {
		return letters[i : i+1]
	}
	return fmt.Sprintf("n%d", i)
}

// Reduction is the share of the status writes that one write a resource saves, with
// ten turns of each loop.
func (c *Controller) Reduction() string { return reduction(c.Writes, c.WritesAfter) }

func reduction(writes, fewer Count) string {
	now, after := writes.Terms.Value(10), fewer.Terms.Value(10)
	if now <= after {
		return "none"
	}
	return fmt.Sprintf("%.0f%%", 100*(1-float64(after)/float64(now)))
}

func (c *Controller) writeText(w io.Writer) {
	fmt.Fprintf(w, "\n%s  %s\n", c.Name, c.Place)
	line := func(name, format string, args ...any) {
		writeLine(w, 15, fmt.Sprintf("    %-10s ", name), fmt.Sprintf(format, args...))
	}
	line("what", "%s", c.what())
	for _, k := range c.ByKind {
		line("writes", "at most %s of %s, %s after the rewrite", c.short(k.Writes), k.Name, c.short(k.WritesAfter))
	}
	line("best path", "%s", plural(c.WritesBest, "write"))
	line("requests", "%s, %s after the rewrite", c.short(c.Calls), c.short(c.CallsAfter))
	line("pattern", "%s", c.pattern())
	for i, symbol := range c.symbols() {
		var places []string
		for _, l := range c.Loops {
			if l.Symbol == symbol {
				places = append(places, l.Place)
			}
		}
		line("loop", "%s = %s at %s", letter(i), symbol, strings.Join(places, ", "))
	}
	if text := c.findings(); text != "" {
		line("findings", "%s; %d fixed automatically", text, c.Fixable)
	}
	for _, item := range c.Checklist {
		line(item.State, "%s", item.text(3))
	}
}

// writeLine prints a text after a name, broken at blanks so that it fits the page.
func writeLine(w io.Writer, indent int, name, text string) {
	out, length := name, indent
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case length+1+n > width:
			out += "\n" + strings.Repeat(" ", indent)
			length = indent
		default:
			out += " "
			length++
		}
		out += word
		length += n
	}
	fmt.Fprintln(w, out)
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
	if len(i.Places) > 0 {
		text += " (" + some(i.Places, places) + ")"
	}
	return text
}

// some names so many of the places at most.
func some(places []string, most int) string {
	text := strings.Join(places[:min(most, len(places))], ", ")
	if more := len(places) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
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
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\n", clip(l.Controller, 30), l.PerMinute, r.short(l, l.Writes), r.short(l, l.WritesAfter), r.short(l, l.Calls), r.short(l, l.CallsAfter))
	}
	table.Flush()
}

// short is a count of a load in the letters of its controller.
func (r *Report) short(l Load, x Count) string {
	for _, c := range r.Controllers {
		if c.Name == l.Controller {
			return c.short(x)
		}
	}
	return x.Text
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
	fmt.Fprintln(w, "| controller | kind | writes, worst path | best | writes after | reduction | requests | requests after | pattern | protected | rewrite | findings |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, c := range r.Controllers {
		cells := []string{
			c.Name, c.Kind, code(c.Writes.Text), fmt.Sprint(c.WritesBest), code(c.WritesAfter.Text), c.Reduction(), code(c.Calls.Text), code(c.CallsAfter.Text),
			c.pattern(), c.Protected, c.Complexity, cmp.Or(c.findings(), "none"),
		}
		for i, cell := range cells {
			cells[i] = strings.ReplaceAll(cell, "|", `\|`)
		}
		fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
	}
	if heads := r.FixColumns(); heads != nil {
		fmt.Fprintf(w, "\n## Fixes\n\n| %s |\n|%s\n", strings.Join(heads, " | "), strings.Repeat("---|", len(heads)))
		for _, c := range r.Controllers {
			fmt.Fprintf(w, "| %s |\n", strings.Join(c.FixCells(), " | "))
		}
	}
	fmt.Fprint(w, "\n## Progress\n\n| demand | done | missing |\n|---|---|---|\n")
	for _, t := range r.Checklist {
		fmt.Fprintf(w, "| %s | %d | %d |\n", t.Name, t.Done, t.Missing)
	}
	fmt.Fprintf(w, "| findings | | %d |\n| findings elsewhere | | %d |\n\n%s", r.Findings, len(r.Elsewhere), legendMarkdown)
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

// legendMarkdown is the legend where expressions stand as they are.
const legendMarkdown = `Counts are those of one reconcile, on the path with the most of them. *After* is with one write a
resource, and one read for it where a retry reads before each write; *reduction* is what that saves
of the writes, with ten turns of each loop. *Protected*: a conflict makes the writes run again on a fresh read. *Rewrite*: low
where fixes do all, medium where writes have to be put into a retry by hand, high where they have to
be moved.
`

// pattern is the pattern, or all that are mixed.
func (c *Controller) pattern() string {
	if len(c.Patterns) > 0 {
		return strings.Join(c.Patterns, "; ")
	}
	return c.Pattern
}

func code(text string) string { return "`" + text + "`" }

package manager

import (
	"fmt"
	"slices"
	"strings"
)

// Transitions says which phases may follow a phase.
type Transitions []Row

// Row is what Transitions says of one phase.
type Row struct {
	From string
	To   []string // none for a final phase
}

// ParseTransitions reads rows like "Pending=Running,Failed", separated by
// semicolons or newlines. What follows a # up to the end of its line is a
// comment. The empty phase, in which a resource starts, is written as nothing:
// "=Pending"; where it has no row, it gets one with the phases that no other
// leads to. An error is one line that begins with the number of the line.
func ParseTransitions(text string) (Transitions, error) {
	var table Transitions
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		for row := range strings.SplitSeq(line, ";") {
			if strings.TrimSpace(row) == "" {
				continue
			}
			parsed, err := parseRow(row)
			if err == nil && table.row(parsed.From) != nil {
				err = fmt.Errorf("a second row for the phase %q", parsed.From)
			}
			if err != nil {
				return nil, fmt.Errorf("%d: %w", i+1, err)
			}
			table = append(table, parsed)
		}
	}
	if len(table) == 0 {
		return nil, fmt.Errorf("1: no row of the form FROM=TO,TO")
	}
	if table.row("") != nil {
		return table, nil
	}
	first := Row{To: table.first()}
	if len(first.To) == 0 {
		return nil, fmt.Errorf("1: no phase to start with, as each follows another: say which may come first with a row =PHASE")
	}
	return slices.Insert(table, 0, first), nil
}

func parseRow(text string) (Row, error) {
	from, to, ok := strings.Cut(text, "=")
	if !ok || strings.Contains(to, "=") {
		return Row{}, fmt.Errorf("%q is not of the form FROM=TO,TO", strings.TrimSpace(text))
	}
	row := Row{From: strings.TrimSpace(from)}
	if strings.TrimSpace(to) == "" {
		return row, nil
	}
	for phase := range strings.SplitSeq(to, ",") {
		phase = strings.TrimSpace(phase)
		switch {
		case phase == "":
			return Row{}, fmt.Errorf("an empty phase after = in %q", strings.TrimSpace(text))
		case slices.Contains(row.To, phase):
			return Row{}, fmt.Errorf("the phase %q twice after = in %q", phase, strings.TrimSpace(text))
		}
		row.To = append(row.To, phase)
	}
	return row, nil
}

// row returns the row of a phase, or nil.
func (t Transitions) row(phase string) *Row {
	if i := slices.IndexFunc(t, func(r Row) bool { return r.From == phase }); i >= 0 {
		return &t[i]
	}
	return nil
}

// phases returns each phase once, in the order of the table.
func (t Transitions) phases() []string {
	var all []string
	for _, row := range t {
		for _, phase := range append([]string{row.From}, row.To...) {
			if !slices.Contains(all, phase) {
				all = append(all, phase)
			}
		}
	}
	return all
}

// first returns the phases that no other leads to.
func (t Transitions) first() []string {
	return slices.DeleteFunc(t.phases(), func(phase string) bool {
		return slices.ContainsFunc(t, func(r Row) bool { return r.From != phase && slices.Contains(r.To, phase) })
	})
}

// legal returns a change of phase that the table allows; ok is false if there
// is none.
func (t Transitions) legal() (from, to string, ok bool) {
	for _, row := range t {
		for _, to := range row.To {
			if to != row.From {
				return row.From, to, true
			}
		}
	}
	return "", "", false
}

// illegal returns a change between two phases of the table that it does not
// allow; ok is false if it allows all.
func (t Transitions) illegal() (from, to string, ok bool) {
	all := t.phases()
	// From a final phase, if there is one: the change that matters most.
	for _, from := range slices.Backward(all) {
		for _, to := range all {
			if row := t.row(from); from != to && (row == nil || !slices.Contains(row.To, to)) {
				return from, to, true
			}
		}
	}
	return "", "", false
}

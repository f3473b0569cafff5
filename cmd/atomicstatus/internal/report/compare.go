package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Decode reads a report that JSON made.
func Decode(data []byte) (*Report, error) {
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("not a report in JSON: %w", err)
	}
	if r.Version != version {
		return nil, fmt.Errorf("not a report of version %d: make it anew with -f json", version)
	}
	for _, c := range r.Controllers {
		if c == nil {
			return nil, errors.New("not a report in JSON: a controller is null")
		}
	}
	return &r, nil
}

// Change is what became of one controller since an older report.
type Change struct {
	Controller string `json:"controller"`
	Verdict    string `json:"verdict"`
	Text       string `json:"text"`
}

// The verdicts on a change.
const (
	better = "better"
	worse  = "worse"
	noted  = "note" // neither
)

// Compare lists what became better or worse. A controller that is new is worse
// only where it writes more often than it has to. More requests alone are not
// worse: a status manager reads before it writes.
func Compare(old, now *Report) []Change {
	var out []Change
	// more is positive for what is worse.
	note := func(c *Controller, more int, format string, args ...any) {
		verdict := noted
		switch {
		case more > 0:
			verdict = worse
		case more < 0:
			verdict = better
		}
		out = append(out, Change{c.Name, verdict, fmt.Sprintf(format, args...)})
	}
	for _, c := range now.Controllers {
		was := same(old, c)
		if was == nil {
			note(c, max(c.Writes.Terms.Compare(c.WritesAfter.Terms), 0), "new, with %s status writes on the worst path", c.Writes.Text)
			continue
		}
		if d := c.Writes.Terms.Compare(was.Writes.Terms); d != 0 {
			note(c, d, "%s status writes on the worst path, were %s", c.Writes.Text, was.Writes.Text)
		}
		if d := c.Calls.Terms.Compare(was.Calls.Terms); d != 0 {
			note(c, min(d, 0), "%s requests on the worst path, were %s", c.Calls.Text, was.Calls.Text)
		}
		if c.Protected != was.Protected {
			note(c, safety(was.Protected)-safety(c.Protected), "protected against conflicts: %s, was %s", c.Protected, was.Protected)
		}
		if d := c.total() - was.total(); d != 0 {
			note(c, d, "%d findings, were %d", c.total(), was.total())
		}
	}
	for _, c := range old.Controllers {
		if same(now, c) == nil {
			note(c, 0, "gone")
		}
	}
	return out
}

// same is the controller of a report that another report has too.
func same(r *Report, c *Controller) *Controller {
	i := slices.IndexFunc(r.Controllers, func(o *Controller) bool { return o.Package == c.Package && o.base() == c.base() })
	if i < 0 {
		return nil
	}
	return r.Controllers[i]
}

// safety orders how writes are protected.
func safety(protected string) int {
	return slices.Index([]string{protectedNo, protectedPartly, protectedYes, protectedNone}, protected)
}

// Increased reports whether a controller makes more status writes than before, has
// more findings or is protected less: what -fail-on-increase fails on.
func Increased(changes []Change) bool {
	return slices.ContainsFunc(changes, func(c Change) bool { return c.Verdict == worse })
}

// WriteChanges prints a line for each change.
func WriteChanges(w io.Writer, changes []Change) {
	if len(changes) == 0 {
		fmt.Fprintln(w, "nothing has changed")
	}
	for _, c := range changes {
		fmt.Fprintf(w, "%-6s  %s: %s\n", c.Verdict, c.Controller, c.Text)
	}
}

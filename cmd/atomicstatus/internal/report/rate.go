package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Rate says how many resources of a kind are reconciled a minute.
type Rate struct {
	Kind      string
	PerMinute int
}

// ParseRate reads a rate as the command line has it: Notification=100/min.
func ParseRate(text string) (Rate, error) {
	kind, rest, _ := strings.Cut(text, "=")
	number, unit, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(number)
	if kind == "" || unit != "min" || err != nil || n < 0 {
		return Rate{}, fmt.Errorf("%q is not KIND=N/min, with a whole number", text)
	}
	return Rate{kind, n}, nil
}

// Load is what a controller asks of the API server a minute, on its worst path.
// Reads may be answered by a cache: then there are fewer requests.
type Load struct {
	Controller  string `json:"controller"`
	PerMinute   int    `json:"perMinute"` // reconciles
	Writes      Count  `json:"writes"`    // status writes a minute
	WritesAfter Count  `json:"writesAfter"`
	Calls       Count  `json:"calls"`
	CallsAfter  Count  `json:"callsAfter"`
}

// Estimate adds what the rates come to. A kind that nothing reconciles is an
// error.
func (r *Report) Estimate(rates []Rate) error {
	for _, rate := range rates {
		known := false
		for _, c := range r.Controllers {
			if c.Kind != rate.Kind {
				continue
			}
			known = true
			per := func(x Count) Count { return count(x.Terms.Times(rate.PerMinute)) }
			r.Rates = append(r.Rates, Load{c.Name, rate.PerMinute, per(c.Writes), per(c.WritesAfter), per(c.Calls), per(c.CallsAfter)})
		}
		if !known {
			return fmt.Errorf("-rate %s: no reconciler of that kind, only of %s", rate.Kind, strings.Join(r.kinds(), ", "))
		}
	}
	return nil
}

func (r *Report) kinds() []string {
	var out []string
	for _, c := range r.Controllers {
		if c.Kind != "" {
			out = append(out, c.Kind)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

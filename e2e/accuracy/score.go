package main

import (
	"cmp"
	"fmt"
	"path"
	"slices"
)

// near is how many lines a report may be away from its label: these checks stand
// on an assignment, which may be one of several in a row.
var near = map[string]int{"statuscallback": 3, "statusguard": 3, "statuslost": 3, "statusstale": 3}

// grouped has the checks that report once for a function what is labelled at each
// place of it.
var grouped = map[string]bool{"statusmulti": true, "statusshared": true}

// Score is how right a check is.
type Score struct {
	Hits, Missed, False int
	Unlabelled          int // reports that no label is about
}

// Reports returns how many reports it made that a label decides about.
func (s *Score) Reports() int { return s.Hits + s.False }

// Due returns how many reports it should have made.
func (s *Score) Due() int { return s.Hits + s.Missed }

// Precision is the share of its reports that are right, in percent; a dash if it made
// none.
func (s *Score) Precision() string { return share(s.Hits, s.Reports()) }

// Recall is the share of the reports that are due that it made, in percent; a dash if
// none is.
func (s *Score) Recall() string { return share(s.Hits, s.Due()) }

func share(n, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}

func (s *Score) add(t Score) {
	s.Hits += t.Hits
	s.Missed += t.Missed
	s.False += t.False
	s.Unlabelled += t.Unlabelled
}

// Wrong is a verdict that differs from its label.
type Wrong struct {
	Operator *Operator
	Label    Label
	Message  string // of the report; empty if it is missing
}

// judge holds the reports on an operator against its labels. It returns the scores
// by check, what is wrong, and how many labels lie in packages that did not load.
func judge(o *Operator, reports *Reports) (scores map[string]*Score, wrong []Wrong, left int) {
	type site struct {
		Label
		report *Report // the one that stands on it
	}
	sites := make(map[string][]*site)
	for _, label := range o.Labels {
		if !reports.loaded[path.Dir(label.File)] {
			left++
			continue
		}
		sites[label.Check] = append(sites[label.Check], &site{Label: label})
	}
	scores = make(map[string]*Score)
	score := func(check string) *Score {
		if scores[check] == nil {
			scores[check] = new(Score)
		}
		return scores[check]
	}
	for _, report := range reports.All {
		var closest *site
		distance := near[report.Check] + 1
		for _, s := range sites[report.Check] {
			if d := max(s.Line-report.Line, report.Line-s.Line); s.File == report.File && d < distance {
				closest, distance = s, d
			}
		}
		if closest == nil {
			score(report.Check).Unlabelled++
			continue
		}
		closest.report = &report
	}
	for check, all := range sites {
		c := score(check)
		// The first label of each group that is due, and whether one of it was hit.
		type group struct{ file, function string }
		due := make(map[any]*site)
		hit := make(map[any]bool)
		var order []any
		for _, s := range all {
			switch s.Expect {
			case Silent:
				if s.report != nil {
					c.False++
					wrong = append(wrong, Wrong{o, s.Label, s.report.Message})
				}
			case Due:
				var key any = s
				if grouped[check] {
					key = group{s.File, s.Func}
				}
				if due[key] == nil {
					due[key] = s
					order = append(order, key)
				}
				hit[key] = hit[key] || s.report != nil
			}
		}
		for _, key := range order {
			if hit[key] {
				c.Hits++
				continue
			}
			c.Missed++
			wrong = append(wrong, Wrong{o, due[key].Label, ""})
		}
	}
	slices.SortFunc(wrong, func(a, b Wrong) int {
		return cmp.Or(cmp.Compare(a.Label.Check, b.Label.Check), cmp.Compare(a.Label.File, b.Label.File), cmp.Compare(a.Label.Line, b.Label.Line))
	})
	return scores, wrong, left
}

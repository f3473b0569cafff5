//go:build proof

package proof

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"text/template"
)

// Proof is all that was measured.
type Proof struct {
	Runs int
	// Scenarios are the three situations; Quiet and Raced have more and more
	// status writes a reconcile.
	Scenarios, Quiet, Raced Results
	Storms                  []*Storm
	Crashes                 []*Crash
}

// Result is what a scenario cost, run by run.
type Result struct {
	Scenario
	Before, After []Figures
	Fields        int // compared between the objects of before and after, and equal
}

// Storm is what came of many writers of one object, run by run.
type Storm struct {
	Form    string
	Changes int // to be made
	// Kept are the changes that are in the object; Confirmed, those whose writer
	// was told no error; and the others are errors.
	Kept, Confirmed, Conflicts, Invalid, Unanswered []int
}

// Lost returns, run by run, how many changes are not in the object.
func (s *Storm) Lost() []int {
	lost := make([]int, len(s.Kept))
	for i, kept := range s.Kept {
		lost[i] = s.Changes - kept
	}
	return lost
}

// Crash is what came of a crash of the server, run by run.
type Crash struct {
	Half                 string
	Objects              int
	Finished, Unanswered []int // objects, at the crash; requests
}

// Results are in the order of their scenarios.
type Results []*Result

// of returns the result of a scenario, which may be a new one.
func (rs *Results) of(s Scenario) *Result {
	for _, r := range *rs {
		if r.Scenario == s {
			return r
		}
	}
	r := &Result{Scenario: s}
	*rs = append(*rs, r)
	return r
}

// PutsFrom returns from how many writes a reconcile on, of those that were tried,
// at least that percentage of the status writes is saved. It is an error if it
// never is.
func (rs Results) PutsFrom(percent int) (int, error) { return rs.from(percent, puts) }

// CallsFrom does the same for all calls. For 0 percent, some must be saved.
func (rs Results) CallsFrom(percent int) (int, error) { return rs.from(percent, calls) }

func (rs Results) from(percent int, of func(Figures) int) (int, error) {
	from := 0
	for _, r := range slices.Backward(rs) {
		before, after := total(r.Before, of), total(r.After, of)
		if after >= before || 100*(before-after) < percent*before {
			break
		}
		from = r.Writes
	}
	if from == 0 {
		return 0, fmt.Errorf("nowhere are %d %% saved", percent)
	}
	return from, nil
}

func (p *Proof) addStorm(form string, changes, kept int, report *runnerReport) {
	i := slices.IndexFunc(p.Storms, func(s *Storm) bool { return s.Form == form })
	if i < 0 {
		i = len(p.Storms)
		p.Storms = append(p.Storms, &Storm{Form: form, Changes: changes})
	}
	s := p.Storms[i]
	s.Kept = append(s.Kept, kept)
	s.Confirmed = append(s.Confirmed, report.Confirmed)
	s.Conflicts = append(s.Conflicts, report.Conflicts)
	s.Invalid = append(s.Invalid, report.Invalid)
	s.Unanswered = append(s.Unanswered, report.Other)
}

func (p *Proof) addCrash(half string, objects, finished, unanswered int) {
	i := slices.IndexFunc(p.Crashes, func(c *Crash) bool { return c.Half == half })
	if i < 0 {
		i = len(p.Crashes)
		p.Crashes = append(p.Crashes, &Crash{Half: half, Objects: objects})
	}
	c := p.Crashes[i]
	c.Finished = append(c.Finished, finished)
	c.Unanswered = append(c.Unanswered, unanswered)
}

// Fields returns how many fields were compared in all.
func (p *Proof) Fields() int {
	n := 0
	for _, list := range []Results{p.Scenarios, p.Quiet, p.Raced} {
		for _, r := range list {
			n += r.Fields
		}
	}
	return n
}

// Go returns the version of Go that it was all built with, and for what.
func (p *Proof) Go() string {
	return fmt.Sprintf("%s, %s/%s, %d CPUs", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}

func puts(f Figures) int      { return f.Puts }
func conflicts(f Figures) int { return f.Conflicts }
func calls(f Figures) int     { return f.Calls }
func stored(f Figures) int    { return f.Stored }
func sent(f Figures) int      { return f.Sent }
func cpu(f Figures) int       { return f.CPU }

// These are the cells of the tables: before, after, and the difference.
func (r *Result) Puts() string { return r.cell(puts) }
func (r *Result) Conflicts() string {
	return span(r.Before, conflicts) + " → " + span(r.After, conflicts)
}
func (r *Result) Calls() string  { return r.cell(calls) }
func (r *Result) Stored() string { return r.cell(stored) }
func (r *Result) Sent() string   { return r.cell(sent) }
func (r *Result) CPU() string    { return r.cell(cpu) }

func (r *Result) cell(of func(Figures) int) string {
	return fmt.Sprintf("%s → %s (%s)", span(r.Before, of), span(r.After, of), percent(total(r.After, of), total(r.Before, of)))
}

// InTheory is the change of the status writes, and of all calls, when nobody else
// writes: 1 for n.
func (r *Result) InTheory() string { return percent(1, r.Writes) }

func total(figures []Figures, of func(Figures) int) int {
	n := 0
	for _, f := range figures {
		n += of(f)
	}
	return n
}

// each returns the mean for one object.
func (r *Result) each(figures []Figures, of func(Figures) int) float64 {
	return float64(total(figures, of)) / float64(r.Objects*len(figures))
}

func span(figures []Figures, of func(Figures) int) string {
	var all []int
	for _, f := range figures {
		all = append(all, of(f))
	}
	return fromTo(all)
}

// fromTo returns the least and the greatest number, or the one that all are.
func fromTo(all []int) string {
	least, most := slices.Min(all), slices.Max(all)
	if least == most {
		return fmt.Sprint(least)
	}
	return fmt.Sprintf("%d–%d", least, most)
}

// percent returns the change from whole to part, rounded towards none: it never
// claims more than there is.
func percent(part, whole int) string {
	switch saved := 100 * (whole - part) / whole; {
	case part > whole:
		return fmt.Sprintf("+%d %%", -saved)
	case saved == 0:
		return "±0 %"
	default:
		return fmt.Sprintf("−%d %%", saved)
	}
}

var (
	//go:embed proof.md.tmpl
	pageText string
	//go:embed proof.svg.tmpl
	chartText string

	pageTemplate  = template.Must(template.New("proof.md").Funcs(template.FuncMap{"fromTo": fromTo}).Parse(pageText))
	chartTemplate = template.Must(template.New("proof.svg").Parse(chartText))
)

// Write writes proof.md, and its chart as proof.svg, into dir. If the page claims
// what was not measured, neither is touched.
func (p *Proof) Write(dir string) error {
	var page, chart bytes.Buffer
	if err := pageTemplate.Execute(&page, p); err != nil {
		return err
	}
	if err := chartTemplate.Execute(&chart, newChart(p.Quiet)); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "proof.md"), page.Bytes(), 0o644),
		os.WriteFile(filepath.Join(dir, "proof.svg"), chart.Bytes(), 0o644),
	)
}

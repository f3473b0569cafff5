package main

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/e2e/internal/page"
)

// Page is all that was measured.
type Page struct {
	Operators []*Row // in the order of their names
	Wrong     []Wrong
	checks    map[string]*Score
}

// Row is a line of a table.
type Row struct {
	*Operator
	Name string // of a check
	Score
	Left int // labels in packages that do not load
}

func (p *Page) add(o *Operator, reports *Reports) {
	scores, wrong, left := judge(o, reports)
	row := &Row{Operator: o, Left: left}
	if p.checks == nil {
		p.checks = make(map[string]*Score)
	}
	for check, score := range scores {
		row.add(*score)
		if p.checks[check] == nil {
			p.checks[check] = new(Score)
		}
		p.checks[check].add(*score)
	}
	p.Operators = append(p.Operators, row)
	p.Wrong = append(p.Wrong, wrong...)
}

// Checks returns a row for each check with a label, and one for all of them.
func (p *Page) Checks() []*Row {
	var rows []*Row
	all := &Row{Name: "all"}
	for _, name := range slices.Sorted(maps.Keys(p.checks)) {
		rows = append(rows, &Row{Name: name, Score: *p.checks[name]})
		all.add(*p.checks[name])
	}
	return append(rows, all)
}

// Labels returns how many labels there are.
func (p *Page) Labels() int {
	n := 0
	for _, o := range p.Operators {
		n += len(o.Labels)
	}
	return n
}

// Link returns the address of the label's line.
func (w Wrong) Link() string {
	return fmt.Sprintf("https://github.com/%s/blob/%s/%s#L%d", w.Operator.Repo, w.Operator.Commit, w.Label.File, w.Label.Line)
}

// Said returns the first sentence of the report, for a cell of a table.
func (w Wrong) Said() string {
	said, _, _ := strings.Cut(w.Message, ";")
	return strings.ReplaceAll(said, "|", `\|`)
}

// Why returns the reason of the label, for a cell of a table, and the answer to it.
func (w Wrong) Why() string {
	why := w.Label.Why
	if w.Label.Answer != "" {
		why += ". *" + w.Label.Answer + "*"
	}
	return strings.ReplaceAll(why, "|", `\|`)
}

//go:embed accuracy.md.tmpl
var pageText string

// write writes the page to a file, or to standard output if that has no name.
func (p *Page) write(name string) error { return page.Write(name, pageText, p) }

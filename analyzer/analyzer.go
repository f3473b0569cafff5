// Package analyzer is the suite of checks as a library, for drivers and plugins.
package analyzer

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/analyzer/suggest"
	"github.com/atomicstatus/atomicstatus/passes/doc"
	"github.com/atomicstatus/atomicstatus/passes/statuscallback"
	"github.com/atomicstatus/atomicstatus/passes/statusguard"
	"github.com/atomicstatus/atomicstatus/passes/statusloop"
	"github.com/atomicstatus/atomicstatus/passes/statuslost"
	"github.com/atomicstatus/atomicstatus/passes/statusmulti"
	"github.com/atomicstatus/atomicstatus/passes/statusphase"
	"github.com/atomicstatus/atomicstatus/passes/statusrefetch"
	"github.com/atomicstatus/atomicstatus/passes/statusretry"
	"github.com/atomicstatus/atomicstatus/passes/statusshared"
	"github.com/atomicstatus/atomicstatus/passes/statusstale"
	"github.com/atomicstatus/atomicstatus/passes/statusunstable"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Check is one check of the suite, with its documentation.
type Check struct {
	doc.Page
	Default  bool // whether it runs unless told otherwise
	Analyzer *analysis.Analyzer
}

// Checks returns the checks of the suite, in the order in which they are shown.
func Checks() []Check {
	return []Check{
		{statusloop.Page, true, statusloop.Analyzer},
		{statusmulti.Page, true, statusmulti.Analyzer},
		{statusretry.Page, true, statusretry.Analyzer},
		{statusrefetch.Page, true, statusrefetch.Analyzer},
		{statuslost.Page, true, statuslost.Analyzer},
		{statusstale.Page, true, statusstale.Analyzer},
		{statuscallback.Page, true, statuscallback.Analyzer},
		{statusguard.Page, true, statusguard.Analyzer},
		{statusunstable.Page, true, statusunstable.Analyzer},
		{statusshared.Page, true, statusshared.Analyzer},
		{statusphase.Page, false, statusphase.Analyzer},
	}
}

// Find returns the check of that name.
func Find(name string) (Check, error) {
	var names []string
	for _, c := range Checks() {
		if c.Name == name {
			return c, nil
		}
		names = append(names, c.Name)
	}
	if question := suggest.DidYouMean(name, names); question != "" {
		return Check{}, fmt.Errorf("unknown check %q%s", name, question)
	}
	return Check{}, fmt.Errorf("unknown check %q: the checks are %s", name, strings.Join(names, ", "))
}

// Analyzers returns the analyzers that have flags or reports: the checks, and
// the pass that all of them require.
func Analyzers() []*analysis.Analyzer {
	analyzers := []*analysis.Analyzer{statuswrites.Analyzer}
	for _, c := range Checks() {
		analyzers = append(analyzers, c.Analyzer)
	}
	return analyzers
}

// Select returns the checks that a list like "statusloop,statusmulti" or
// "all,-statusretry" names. A list that begins by leaving one out begins with
// the default checks; an empty list stands for them too.
func Select(list string) ([]Check, error) {
	on := make(map[string]bool)
	for i, item := range strings.Split(list, ",") {
		item = strings.TrimSpace(item)
		name, out := strings.CutPrefix(item, "-")
		if i == 0 && (item == "" || out) {
			for _, c := range Checks() {
				on[c.Name] = c.Default
			}
		}
		switch {
		case item == "":
		case name == "all":
			for _, c := range Checks() {
				on[c.Name] = !out
			}
		default:
			if _, err := Find(name); err != nil {
				return nil, err
			}
			on[name] = !out
		}
	}
	selected := slices.DeleteFunc(Checks(), func(c Check) bool { return !on[c.Name] })
	if len(selected) == 0 {
		return nil, fmt.Errorf("%q selects no check", list)
	}
	return selected, nil
}

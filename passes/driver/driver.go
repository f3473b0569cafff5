// Package driver is what a driver may want of the checks besides their reports. It
// need not want anything: then what the user wrote to suppress a report holds, and the
// fixes are those that may be applied unasked.
package driver

import (
	"cmp"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
)

// Driver is what a driver wants.
type Driver struct {
	// LeaveNolint says that the driver looks at nolint comments itself, and would
	// take one for unused that has silenced a check before.
	LeaveNolint bool

	// LeaveIgnore says the same of //lint:ignore comments.
	LeaveIgnore bool

	// Levels gets what fixes for review rest on. Without it they are left out, or
	// tell it in their titles if the settings ask for them.
	Levels *fixes.Log

	// Paths, if set, gets the paths that the engine has followed in a package, by where
	// their functions stand. Packages may be analysed at the same time.
	Paths func(pkg *types.Package, of map[token.Pos]*flow.Paths)

	mu         sync.Mutex
	suppressed map[Report]bool
}

// Report is a report that a comment has suppressed.
type Report struct {
	Check, File  string
	Line, Column int
}

// Add notes suppressed reports.
func (d *Driver) Add(reports ...Report) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.suppressed == nil {
		d.suppressed = make(map[Report]bool)
	}
	for _, r := range reports {
		d.suppressed[r] = true
	}
}

// Reports are the reports that comments have suppressed, by check and place.
func (d *Driver) Reports() []Report {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.SortedFunc(maps.Keys(d.suppressed), func(a, b Report) int {
		return cmp.Or(strings.Compare(a.Check, b.Check), strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// Suppressed counts the reports that comments have suppressed. A package and its test
// variant have the same.
func (d *Driver) Suppressed() int {
	if d == nil {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.suppressed)
}

// key is never run: a pass has no other room for what a driver wants of a check than
// among the results of analyzers.
var key = &analysis.Analyzer{Name: "driver"}

// With returns the pass with what the driver wants.
func With(pass *analysis.Pass, d *Driver) *analysis.Pass {
	p := *pass
	p.ResultOf = maps.Clone(pass.ResultOf)
	if p.ResultOf == nil {
		p.ResultOf = make(map[*analysis.Analyzer]any)
	}
	p.ResultOf[key] = d
	return &p
}

// Of returns what the driver wants; nil if it has not said anything.
func Of(pass *analysis.Pass) *Driver {
	d, _ := pass.ResultOf[key].(*Driver)
	return d
}

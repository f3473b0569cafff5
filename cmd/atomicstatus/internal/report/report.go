// Package report says what the controllers of a program cost per reconcile, what
// the rewrite to one status write would save, and how far each has come.
package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/reconcilecost"
)

// version is that of the JSON form; it changes when a field changes its meaning.
const version = 1

// Report is what is printed, and what a later report is compared with.
type Report struct {
	Version     int           `json:"version"`
	Controllers []*Controller `json:"controllers"`
	Checklist   []Total       `json:"checklist"`
	Findings    int           `json:"findings"`            // in all controllers, each counted once
	Elsewhere   []string      `json:"elsewhere,omitempty"` // the other findings: their places and checks
	Rates       []Load        `json:"rates,omitempty"`
}

// Controller is one row.
type Controller struct {
	Name    string   `json:"name"` // unique: with its package where the type alone is not
	Package string   `json:"package"`
	Kind    string   `json:"kind,omitempty"` // that it reconciles
	Style   string   `json:"style"`
	Place   string   `json:"place"`
	Written []string `json:"written,omitempty"` // the kinds whose status it writes on any path

	Writes      Count  `json:"writes"`      // status writes on the worst path
	WritesBest  int    `json:"writesBest"`  // on the best path
	WritesAfter Count  `json:"writesAfter"` // on the worst path, with one write a resource
	Calls       Count  `json:"calls"`       // all requests on the worst path
	CallsAfter  Count  `json:"callsAfter"`  // with one write a resource
	ByKind      []Kind `json:"byKind,omitempty"`
	Loops       []Loop `json:"loops,omitempty"`

	Pattern    string         `json:"pattern"`
	Patterns   []string       `json:"patterns,omitempty"` // where they are mixed
	Protected  string         `json:"protected"`
	Complexity string         `json:"complexity"`
	Findings   map[string]int `json:"findings,omitempty"` // by check
	Fixable    int            `json:"fixable"`            // findings that a fix takes away
	Fixes      *Fixes         `json:"fixes,omitempty"`    // if it is known
	Checklist  []Item         `json:"checklist"`
	Path       []Step         `json:"path"` // the worst path
}

// Count is a number of requests: an expression, and how it reads.
type Count struct {
	Text  string             `json:"text"`
	Terms reconcilecost.Expr `json:"terms,omitempty"`
}

func count(e reconcilecost.Expr) Count { return Count{e.String(), e} }

// Kind are the writes of one kind of resource on the worst path.
type Kind struct {
	Name        string `json:"name"`
	Writes      Count  `json:"writes"`
	WritesAfter Count  `json:"writesAfter"`
}

// Loop says which loop a symbol stands for.
type Loop struct {
	Symbol string `json:"symbol"`
	Place  string `json:"place"`
}

// Step is one step of the worst path.
type Step struct {
	Kind    string `json:"kind"`
	Text    string `json:"text"`
	Place   string `json:"place"`
	Retried bool   `json:"retried,omitempty"`
	Steps   []Step `json:"steps,omitempty"`

	pos token.Position
}

// How writes are protected against conflicts.
const (
	protectedYes    = "yes"
	protectedPartly = "partly"
	protectedNo     = "no"
	protectedNone   = "not needed" // nothing that conflicts
)

// How hard the rewrite is.
const (
	complexityNone   = "none"   // nothing to do
	complexityLow    = "low"    // all fixes are automatic
	complexityMedium = "medium" // some writes have to be put into a retry by hand
	complexityHigh   = "high"   // writes have to be moved by hand
)

// moving are the checks whose cure moves a write or a change to another place.
var moving = []string{"statusloop", "statusmulti", "statuslost"}

// Input is what a report is made of.
type Input struct {
	Reconcilers []*reconcilecost.Reconciler
	// Findings are those of the checks that are on, and of statusphase.
	Findings []load.Diagnostic
	// Phases tells that statusphase is one of the checks that are on.
	Phases bool
	// Place shows a position to the user.
	Place func(token.Position) string
	// Tests are the test files of the module.
	Tests Tests
}

// New makes the report.
func New(in Input) *Report {
	r := &Report{Version: version, Controllers: []*Controller{}}
	seen := map[int]bool{}
	for i, x := range in.Reconcilers {
		c := in.controller(x)
		for j, d := range in.Findings {
			if !x.Reaches(d.Pos) || d.Analyzer == phaseCheck && !in.Phases {
				continue
			}
			seen[j] = true
			c.count(d)
		}
		c.Complexity = c.complexity()
		c.Name = uniqueName(in.Reconcilers, i)
		r.Controllers = append(r.Controllers, c)
	}
	r.Findings = len(seen)
	for j, d := range in.Findings {
		if !seen[j] && (d.Analyzer != phaseCheck || in.Phases) {
			r.Elsewhere = append(r.Elsewhere, in.Place(d.Pos)+" ("+d.Analyzer+")")
		}
	}
	r.Checklist = totals(r.Controllers)
	return r
}

// uniqueName is the name of the type, with its package where that alone could
// mean two.
func uniqueName(all []*reconcilecost.Reconciler, i int) string {
	x := all[i]
	same := func(name func(*reconcilecost.Reconciler) string) bool {
		n := 0
		for _, o := range all {
			if name(o) == name(x) {
				n++
			}
		}
		return n > 1
	}
	for elements := 0; ; elements++ {
		name := func(r *reconcilecost.Reconciler) string { return pathEnd(r.Package, elements) + r.Name }
		if !same(name) || pathEnd(x.Package, elements) == x.Package+"." {
			return name(x)
		}
	}
}

// pathEnd are the last elements of a path, with a dot where there are any.
func pathEnd(path string, elements int) string {
	all := strings.Split(path, "/")
	end := strings.Join(all[max(len(all)-elements, 0):], "/")
	if end != "" {
		end += "."
	}
	return end
}

func (in *Input) controller(x *reconcilecost.Reconciler) *Controller {
	c := &Controller{
		Package: x.Package, Kind: x.Kind, Style: string(x.Style), Place: in.Place(x.Pos),
		Writes: count(x.Status), WritesBest: x.Best, WritesAfter: count(x.StatusAfter),
		Calls: count(x.Calls), CallsAfter: count(x.CallsAfter),
		Findings: map[string]int{}, Protected: protection(x.Sites), Path: in.steps(x.Path),
	}
	for _, k := range x.Written {
		c.Written = append(c.Written, k.Name)
	}
	for _, k := range x.Kinds {
		c.ByKind = append(c.ByKind, Kind{kindName(k.Kind), count(k.Status), count(k.After)})
	}
	for _, l := range x.Loops {
		c.Loops = append(c.Loops, Loop{l.Symbol, in.Place(l.Pos)})
	}
	c.Pattern, c.Patterns = patterns(x.Sites)
	c.Checklist = in.checklist(x)
	return c
}

// kindName is the name of a kind. That of a value behind an interface is known when the
// program runs only.
func kindName(kind string) string { return cmp.Or(kind, "a resource behind an interface") }

func (in *Input) steps(steps []reconcilecost.Step) []Step {
	out := []Step{}
	for _, s := range steps {
		out = append(out, Step{string(s.Kind), s.Text, in.Place(s.Pos), s.Retried, in.steps(s.Steps), s.Pos})
	}
	return out
}

func protection(sites []reconcilecost.Site) string {
	prone, protected := 0, 0
	for _, s := range sites {
		if s.Prone {
			prone++
			if s.Protected {
				protected++
			}
		}
	}
	switch {
	case prone == 0:
		return protectedNone
	case protected == prone:
		return protectedYes
	case protected > 0:
		return protectedPartly
	}
	return protectedNo
}

// patterns is the pattern of all writes, or mixed and how often each is used.
func patterns(sites []reconcilecost.Site) (string, []string) {
	found := map[string]int{}
	for _, s := range sites {
		found[string(s.Pattern)]++
	}
	names := slices.Sorted(maps.Keys(found))
	switch len(names) {
	case 0:
		return string(reconcilecost.NoPattern), nil
	case 1:
		return names[0], nil
	}
	slices.SortStableFunc(names, func(a, b string) int { return found[b] - found[a] })
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", found[name], name)
	}
	return string(reconcilecost.MixedPatterns), names
}

// count adds a finding.
func (c *Controller) count(d load.Diagnostic) {
	c.Findings[d.Analyzer]++
	if d.First(fixes.Safe) != nil {
		c.Fixable++
		return
	}
	// Moving a write by hand is the hard part.
	if slices.Contains(moving, d.Analyzer) {
		c.Complexity = complexityHigh
	}
}

func (c *Controller) complexity() string {
	switch n := c.total(); {
	case n == 0 && c.Protected != protectedNo && c.Protected != protectedPartly && c.Writes.Terms.Compare(c.WritesAfter.Terms) <= 0:
		return complexityNone
	case n == 0: // the callers of a thin wrapper answer for it, and there are none
		return complexityMedium
	case n == c.Fixable:
		return complexityLow
	}
	return cmp.Or(c.Complexity, complexityMedium)
}

func (c *Controller) total() int {
	n := 0
	for _, k := range c.Findings {
		n += k
	}
	return n
}

// Saved are the status writes, and the requests, that the rewrite saves on the
// worst path.
func (c *Controller) Saved() (writes, calls Count) {
	return count(c.Writes.Terms.Minus(c.WritesAfter.Terms)), count(c.Calls.Terms.Minus(c.CallsAfter.Terms))
}

// Find returns the controllers that a user means: by name, with or without its
// package, or by the kind that they reconcile.
func (r *Report) Find(name string) []*Controller {
	for _, is := range []func(*Controller) bool{
		func(c *Controller) bool { return c.Name == name || c.Package+"."+c.base() == name },
		func(c *Controller) bool { return c.base() == name || pathEnd(c.Package, 1)+c.base() == name },
		func(c *Controller) bool { return c.Kind == name },
	} {
		var found []*Controller
		for _, c := range r.Controllers {
			if is(c) {
				found = append(found, c)
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// Index is the place of a controller among those of the report, which are in the order
// of the reconcilers that it was made of.
func (r *Report) Index(c *Controller) int { return slices.Index(r.Controllers, c) }

// Missing says in a line each what the controller lacks of the standard.
func (c *Controller) Missing() []string {
	var all []string
	for _, item := range c.Checklist {
		if item.State == missing {
			all = append(all, item.text(3))
		}
	}
	return all
}

// base is the name without the package.
func (c *Controller) base() string {
	for n := strings.Count(c.Package, "/") + 1; n > 0; n-- {
		if name, ok := strings.CutPrefix(c.Name, pathEnd(c.Package, n)); ok {
			return name
		}
	}
	return c.Name
}

// JSON is the report as a later one reads it.
func (r *Report) JSON() ([]byte, error) {
	data, err := json.MarshalIndent(r, "", "\t")
	return append(data, '\n'), err
}

// Relative shows positions relative to a directory, with slashes.
func Relative(dir string) func(token.Position) string {
	return func(pos token.Position) string {
		if rel, err := filepath.Rel(dir, pos.Filename); err == nil && filepath.IsLocal(rel) {
			pos.Filename = rel
		}
		pos.Filename = filepath.ToSlash(pos.Filename)
		// Of another module its name and version say where it is, on any machine.
		if _, rest, ok := strings.Cut(pos.Filename, "/pkg/mod/"); ok {
			pos.Filename = rest
		}
		pos.Column = 0
		return pos.String()
	}
}

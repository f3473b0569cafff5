package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/atomicstatus/atomicstatus/passes/driver"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
)

// Diagnostic is one finding with its positions resolved.
type Diagnostic struct {
	Package  string
	Analyzer string
	Category string
	Message  string
	URL      string
	Pos, End token.Position
	Related  []Related
	Fixes    []Fix
	Waits    *fixes.Unnoted // what a fix waits for, if there is none
}

// First is the first of its fixes that a level allows, or nil.
func (d *Diagnostic) First(level fixes.Level) *Fix {
	for i, f := range d.Fixes {
		if level.Allows(f.Level()) {
			return &d.Fixes[i]
		}
	}
	return nil
}

// Related is a further position that explains a [Diagnostic].
type Related struct {
	Pos, End token.Position
	Message  string
}

// Fix is a suggested change. Its edits belong together. It is for review if it rests
// on assumptions.
type Fix struct {
	Message     string
	Edits       []Edit
	Assumptions []Assumption
}

// Level is who may apply the fix.
func (f Fix) Level() fixes.Level {
	if len(f.Assumptions) > 0 {
		return fixes.Review
	}
	return fixes.Safe
}

// Assumption is what a fix for review rests on, at its place.
type Assumption struct {
	Kind fixes.Kind
	Pos  token.Position
	Text string
}

// Edit replaces the bytes from Start to End of a file.
type Edit struct {
	Filename   string
	Start, End int
	New        string
}

// Analyze runs the analyzers on the sound packages of the program. Findings and
// errors are sorted, and neither comes twice: a package and its test variant
// share most of their files. Packages that the cache knows are not analysed, and it
// learns what is found in the others. Once ctx is done, there are no findings, and its
// error is the only one.
func (prog *Program) Analyze(ctx context.Context, analyzers []*analysis.Analyzer) ([]Diagnostic, []error) {
	m := prog.memory
	if m != nil && !slices.Equal(analyzers, m.analyzers) {
		return nil, []error{errors.New("internal error: other analyzers than Load was told of")}
	}
	var diags []Diagnostic
	open := slices.DeleteFunc(slices.Clone(prog.Roots), func(p *packages.Package) bool {
		n := prog.nodes[p] // none if somebody has put the package there
		if n == nil || n.found == nil {
			return false
		}
		diags = append(diags, n.found.Diagnostics...)
		prog.driver.Add(n.found.Suppressed...)
		return true
	})
	if len(open) > 0 {
		prog.progress("analysing")
	}
	drivers := make(map[*types.Package]*driver.Driver)
	for _, p := range open {
		drivers[p.Types] = &driver.Driver{Levels: prog.driver.Levels, Paths: prog.Paths}
	}
	prog.driver.Paths = prog.Paths // those of what they import
	t := newTenant(ctx, open, analyzers)
	graph, err := checker.Analyze(clone(analyzers, func(copied *analysis.Analyzer, run runFunc) runFunc {
		return t.wrap(copied, m.tell(copied, prog.withOverlay(run, drivers)))
	}), open, nil)
	if err = cmp.Or(ctx.Err(), err); err != nil {
		return nil, []error{err}
	}
	finds := make(map[*packages.Package]*found)
	for _, p := range open {
		finds[p] = &found{Suppressed: drivers[p.Types].Reports()}
		prog.driver.Add(finds[p].Suppressed...)
	}
	for _, act := range graph.Roots {
		for _, d := range act.Diagnostics {
			diag := prog.resolve(act, d)
			diags = append(diags, diag)
			finds[act.Package].Diagnostics = append(finds[act.Package].Diagnostics, diag)
		}
	}
	if m != nil {
		m.keep(graph, finds)
	}
	slices.SortFunc(diags, compare)
	diags = slices.CompactFunc(diags, func(a, b Diagnostic) bool { return compare(a, b) == 0 })

	// An error of the fact pass makes all that need it fail as well; told once
	// is enough.
	var msgs []string
	for act := range graph.All() {
		if act.Err != nil && !strings.HasPrefix(act.Err.Error(), "failed prerequisites") {
			msgs = append(msgs, fmt.Sprintf("package %s: %s: %s", act.Package.PkgPath, act.Analyzer.Name, oneLine(act.Err.Error())))
		}
	}
	slices.Sort(msgs)
	var errs []error
	for _, msg := range slices.Compact(msgs) {
		errs = append(errs, errors.New(msg))
	}
	return diags, errs
}

// withOverlay lets an analyzer read the files that it analyses, and not others of
// that name on disk, and tell what comments suppress.
func (prog *Program) withOverlay(run runFunc, drivers map[*types.Package]*driver.Driver) runFunc {
	return func(pass *analysis.Pass) (any, error) {
		d := drivers[pass.Pkg]
		if d == nil {
			d = prog.driver
		}
		p := driver.With(pass, d)
		p.ReadFile = func(name string) ([]byte, error) {
			if text, ok := prog.overlay[name]; ok {
				return slices.Clone(text), nil
			}
			return pass.ReadFile(name)
		}
		return run(p)
	}
}

func (prog *Program) resolve(act *checker.Action, d analysis.Diagnostic) Diagnostic {
	position := prog.Fset.Position
	diag := Diagnostic{
		Package:  act.Package.ID,
		Analyzer: act.Analyzer.Name,
		Category: d.Category,
		Message:  d.Message,
		URL:      d.URL,
		Pos:      position(d.Pos),
		End:      position(cmp.Or(d.End, d.Pos)),
		Waits:    prog.driver.Levels.Waits(d),
	}
	for _, r := range d.Related {
		diag.Related = append(diag.Related, Related{Pos: position(r.Pos), End: position(cmp.Or(r.End, r.Pos)), Message: r.Message})
	}
	for _, f := range d.SuggestedFixes {
		fix := Fix{Message: f.Message}
		for _, a := range prog.driver.Levels.Of(f) {
			fix.Assumptions = append(fix.Assumptions, Assumption{a.Kind, position(a.Pos), a.Text})
		}
		for _, e := range f.TextEdits {
			// What is edited is the file itself, whatever a line directive says.
			start := prog.Fset.PositionFor(e.Pos, false)
			fix.Edits = append(fix.Edits, Edit{
				Filename: start.Filename,
				Start:    start.Offset,
				End:      prog.Fset.PositionFor(cmp.Or(e.End, e.Pos), false).Offset,
				New:      string(e.NewText),
			})
		}
		diag.Fixes = append(diag.Fixes, fix)
	}
	return diag
}

func compare(a, b Diagnostic) int {
	return cmp.Or(
		strings.Compare(a.Pos.Filename, b.Pos.Filename),
		cmp.Compare(a.Pos.Offset, b.Pos.Offset),
		strings.Compare(a.Analyzer, b.Analyzer),
		strings.Compare(a.Message, b.Message),
	)
}

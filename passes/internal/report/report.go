// Package report is the one way in which the checks report.
//
// It keeps them silent where no report belongs (tests, generated code), and
// applies the suppressions that the user wrote. Both happen before pass.Report,
// so they hold in every driver, and for fixes as well.
package report

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/driver"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// Reporter collects what one check has to say about one package.
type Reporter struct {
	pass  *analysis.Pass
	files map[*token.File]*file
	found []finding
}

// finding is a diagnostic with what a suggested fix has no room for.
type finding struct {
	analysis.Diagnostic
	rests [][]fixes.Assumption // what each fix rests on
	waits *fixes.Unnoted       // what a fix waits for
}

// file is what the reporter knows about one file of the package.
type file struct {
	silent     bool
	cgo        bool // it is what cgo has made of a file
	directives []*directive
	nolints    []lines
}

// New returns a reporter for the pass. The check must call [Reporter.Done] when
// it has found all that it can find.
func New(pass *analysis.Pass) *Reporter {
	r := &Reporter{pass: pass, files: make(map[*token.File]*file, len(pass.Files))}
	wants := driver.Of(pass)
	for _, syntax := range pass.Files {
		tok := pass.Fset.File(syntax.FileStart)
		if tok == nil {
			continue
		}
		written, cgo := beforeCgo(syntax)
		f := &file{silent: isTest(tok.Name()) || HelpsTests(syntax) || isVendored(tok.Name()) || ast.IsGenerated(written), cgo: cgo}
		if !f.silent {
			if wants == nil || !wants.LeaveIgnore {
				f.directives = parseDirectives(tok, syntax, pass.Analyzer.Name)
			}
			if wants == nil || !wants.LeaveNolint {
				f.nolints = nolints(tok, syntax)
			}
		}
		r.files[tok] = f
	}
	return r
}

// An Option adds to a report.
type Option func(*finding)

// Related adds a further position that explains the report. One that is not
// known is left out.
func Related(rng analysis.Range, message string) Option {
	return func(d *finding) {
		if rng.Pos().IsValid() {
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: rng.Pos(), End: rng.End(), Message: message})
		}
	}
}

// Fix adds a suggested fix that is safe. Its message is a verb phrase.
func Fix(message string, edits ...analysis.TextEdit) Option { return Review(message, nil, edits...) }

// Review adds a suggested fix that rests on assumptions. It is safe if all of them are
// accepted; where more are left than anybody would read, there is none, and the report
// says so.
func Review(message string, rests []fixes.Assumption, edits ...analysis.TextEdit) Option {
	open := fixes.Open(rests)
	if n := len(open); n > fixes.MaxAssumptions {
		return NoFix(open[0].Pos, fmt.Sprintf("it would rest on %d assumptions, from here on", n))
	}
	return func(d *finding) {
		d.SuggestedFixes = append(d.SuggestedFixes, analysis.SuggestedFix{Message: message, TextEdits: edits})
		d.rests = append(d.rests, open)
	}
}

// NoFix says why there is no fix, at the place that stands in its way. The reason is a
// clause: "the write in line 5 marks the progress of …".
func NoFix(at token.Pos, reason string) Option {
	return func(d *finding) {
		if at.IsValid() {
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: at, Message: fixes.NoFix(reason)})
		}
	}
}

// Waits says that there is no fix as long as writes of another package take no note.
func Waits(at token.Pos, reason string, u fixes.Unnoted) Option {
	return func(d *finding) {
		NoFix(at, reason)(d)
		d.waits = &u
	}
}

// Report adds a report. The message is one lower-case sentence without a period.
func (r *Reporter) Report(rng analysis.Range, message string, opts ...Option) {
	d := finding{Diagnostic: analysis.Diagnostic{
		Pos:      rng.Pos(),
		End:      rng.End(),
		Category: r.pass.Analyzer.Name,
		URL:      r.pass.Analyzer.URL,
		Message:  message,
	}}
	for _, opt := range opts {
		opt(&d)
	}
	r.found = append(r.found, d)
}

// Line is the line of a position, as the source has it.
func (r *Reporter) Line(pos token.Pos) int { return r.pass.Fset.Position(pos).Line }

// Done hands over all that is neither in a silent place nor suppressed, in the
// order of positions, and reports the suppressions that are not in order.
func (r *Reporter) Done() {
	r.found = slices.DeleteFunc(r.found, func(d finding) bool { return r.suppressed(d.Pos) })
	for _, f := range r.files {
		for _, dir := range f.directives {
			if problem := dir.problem(); problem != "" {
				r.Report(dir.comment, problem)
			}
		}
	}
	slices.SortStableFunc(r.found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), strings.Compare(a.Message, b.Message))
	})
	for _, d := range r.found {
		if f := r.files[r.pass.Fset.File(d.Pos)]; f != nil && f.cgo {
			d.SuggestedFixes = nil // they would change what cgo has made
		}
		d.SuggestedFixes = r.offered(&d)
		if wants := driver.Of(r.pass); d.waits != nil && wants != nil && wants.Levels != nil {
			wants.Levels.Wait(d.Diagnostic, *d.waits)
		}
		r.pass.Report(d.Diagnostic)
	}
	r.found = nil
}

// offered are the fixes of a finding that the driver gets: all of them if it knows of
// levels, and else those that the settings allow.
func (r *Reporter) offered(d *finding) []analysis.SuggestedFix {
	var levels *fixes.Log
	if wants := driver.Of(r.pass); wants != nil {
		levels = wants.Levels
	}
	var offered []analysis.SuggestedFix
	for i, fix := range d.SuggestedFixes {
		open := d.rests[i]
		switch {
		case levels != nil:
			levels.Add(fix, open)
		case len(open) > 0 && !fixes.Offered().Allows(fixes.Review):
			continue
		default:
			fix.Message = fixes.Title(fix.Message, open)
		}
		offered = append(offered, fix)
	}
	return offered
}

// beforeCgo returns a file without the mark that cgo sets on what it makes of it,
// and whether there is one. Most drivers show a pass no other form of a file that
// uses C.
func beforeCgo(syntax *ast.File) (*ast.File, bool) {
	if len(syntax.Comments) == 0 || syntax.Comments[0].List[0].Text != "// Code generated by cmd/cgo; DO NOT EDIT." {
		return syntax, false
	}
	written := *syntax
	written.Comments = syntax.Comments[1:]
	return &written, true
}

func (r *Reporter) suppressed(pos token.Pos) bool {
	tok := r.pass.Fset.File(pos)
	f := r.files[tok]
	if f == nil {
		return false
	}
	if f.silent {
		return true
	}
	line, found := lineOf(tok, pos), false
	for _, l := range f.nolints {
		found = found || l.from <= line && line <= l.to
	}
	for _, dir := range f.directives {
		if dir.line == wholeFile || dir.line == line {
			dir.used = true
			found = true // go on: a second directive for it is not unused
		}
	}
	if found {
		at := r.pass.Fset.Position(pos)
		driver.Of(r.pass).Add(driver.Report{Check: r.pass.Analyzer.Name, File: at.Filename, Line: at.Line, Column: at.Column})
	}
	return found
}

// HelpsTests reports that a file exists for tests, whatever it is called: it
// imports what only tests import. The other files of its package may be those of
// a controller.
func HelpsTests(syntax *ast.File) bool {
	return slices.ContainsFunc(syntax.Imports, func(spec *ast.ImportSpec) bool {
		imp, err := strconv.Unquote(spec.Path.Value)
		return err == nil && kube.ForTests(imp) && !(imp == "testing" && spec.Name == nil && onlyMarksTests(syntax))
	})
}

// onlyMarksTests reports that a file names package testing for nothing but parameters
// that it does not use, so that only a test can call a function, and to ask whether a
// test runs: that is the code of a controller.
func onlyMarksTests(syntax *ast.File) bool {
	marks := map[ast.Expr]bool{}
	named := false
	for n := range ast.Preorder(syntax) {
		switch n := n.(type) {
		case *ast.FuncType:
			for _, p := range n.Params.List {
				if !slices.ContainsFunc(p.Names, func(name *ast.Ident) bool { return name.Name != "_" }) {
					marks[p.Type] = true
				}
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "testing" {
				if !marks[n] && n.Sel.Name != "Testing" {
					return false
				}
				named = true
			}
		}
	}
	return named
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

func isVendored(name string) bool {
	return strings.Contains(strings.ReplaceAll(name, `\`, "/"), "/vendor/")
}

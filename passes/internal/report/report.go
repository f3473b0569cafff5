// Package report is the one way in which the checks report.
//
// It keeps them silent where no report belongs (tests, generated code), and
// applies the suppressions that the user wrote. Both happen before pass.Report,
// so they hold in every driver, and for fixes as well.
package report

import (
	"cmp"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Reporter collects what one check has to say about one package.
type Reporter struct {
	pass  *analysis.Pass
	files map[*token.File]*file
	diags []analysis.Diagnostic
}

// file is what the reporter knows about one file of the package.
type file struct {
	silent     bool
	directives []*directive
}

// New returns a reporter for the pass. The check must call [Reporter.Done] when
// it has found all that it can find.
func New(pass *analysis.Pass) *Reporter {
	r := &Reporter{pass: pass, files: make(map[*token.File]*file, len(pass.Files))}
	testing := isTesting(pass)
	for _, syntax := range pass.Files {
		tok := pass.Fset.File(syntax.FileStart)
		if tok == nil {
			continue
		}
		f := &file{silent: testing || isTest(tok.Name()) || isVendored(tok.Name()) || ast.IsGenerated(syntax)}
		if !f.silent {
			f.directives = parseDirectives(tok, syntax, pass.Analyzer.Name)
		}
		r.files[tok] = f
	}
	return r
}

// An Option adds to a report.
type Option func(*analysis.Diagnostic)

// Related adds a further position that explains the report. One that is not
// known is left out.
func Related(rng analysis.Range, message string) Option {
	return func(d *analysis.Diagnostic) {
		if rng.Pos().IsValid() {
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: rng.Pos(), End: rng.End(), Message: message})
		}
	}
}

// Fix adds a suggested fix. Its message is a verb phrase.
func Fix(message string, edits ...analysis.TextEdit) Option {
	return func(d *analysis.Diagnostic) {
		d.SuggestedFixes = append(d.SuggestedFixes, analysis.SuggestedFix{Message: message, TextEdits: edits})
	}
}

// Report adds a report. The message is one lower-case sentence without a period.
func (r *Reporter) Report(rng analysis.Range, message string, opts ...Option) {
	d := analysis.Diagnostic{
		Pos:      rng.Pos(),
		End:      rng.End(),
		Category: r.pass.Analyzer.Name,
		URL:      r.pass.Analyzer.URL,
		Message:  message,
	}
	for _, opt := range opts {
		opt(&d)
	}
	r.diags = append(r.diags, d)
}

// Done hands over all that is neither in a silent place nor suppressed, in the
// order of positions, and reports the suppressions that are not in order.
func (r *Reporter) Done() {
	kept := r.diags[:0]
	for _, d := range r.diags {
		if !r.suppressed(d.Pos) {
			kept = append(kept, d)
		}
	}
	r.diags = kept
	for _, f := range r.files {
		for _, dir := range f.directives {
			if problem := dir.problem(); problem != "" {
				r.Report(dir.comment, problem)
			}
		}
	}
	slices.SortStableFunc(r.diags, func(a, b analysis.Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), strings.Compare(a.Message, b.Message))
	})
	for _, d := range r.diags {
		r.pass.Report(d)
	}
	r.diags = nil
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
	found := false
	for _, dir := range f.directives {
		if dir.line == wholeFile || dir.line == lineOf(tok, pos) {
			dir.used = true
			found = true // go on: a second directive for it is not unused
		}
	}
	return found
}

// isTesting reports whether the package exists for tests: its own files, not
// only its test files, import what only tests import.
func isTesting(pass *analysis.Pass) bool {
	for _, syntax := range pass.Files {
		if tok := pass.Fset.File(syntax.FileStart); tok == nil || isTest(tok.Name()) {
			continue
		}
		for _, spec := range syntax.Imports {
			if imp, err := strconv.Unquote(spec.Path.Value); err == nil && isTestLibrary(imp) {
				return true
			}
		}
	}
	return false
}

func isTestLibrary(imp string) bool {
	switch {
	case imp == "testing", imp == "onsi/gomega", strings.HasSuffix(imp, "/onsi/gomega"):
		return true
	case path.Base(imp) != "fake":
		return false
	}
	// The fake clients of controller-runtime, of client-go, and those beside
	// every generated clientset.
	return imp == "sigs.k8s.io/controller-runtime/pkg/client/fake" ||
		strings.HasPrefix(imp, "k8s.io/client-go/") ||
		strings.Contains(imp, "/clientset")
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

func isVendored(name string) bool {
	return strings.Contains(strings.ReplaceAll(name, `\`, "/"), "/vendor/")
}

// Package plugin makes the checks a module plugin of golangci-lint.
//
// It registers itself under the name atomicstatus when it is imported.
package plugin

import (
	"errors"
	"fmt"
	"go/token"
	"path"
	"path/filepath"
	"strings"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/driver"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
)

func init() {
	register.Plugin("atomicstatus", New)
}

// plugin is the suite with the settings of one run.
type plugin struct {
	checks []analyzer.Check
}

// New returns the plugin with what golangci-lint has read from its
// configuration: the same as in .atomicstatus.yaml, or nil. Whatever is unknown
// there is an error of one line that names its path.
//
// The settings become flags of the analyzers, which a process has only once. So
// they are those of the last call.
func New(conf any) (register.LinterPlugin, error) {
	settings, err := analyzer.Decode(conf)
	if err != nil {
		return nil, errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	checks, err := settings.Selected()
	if err != nil {
		return nil, err
	}
	if err := analyzer.SetFlags(settings.Flags()); err != nil {
		return nil, err
	}
	return &plugin{checks}, nil
}

// BuildAnalyzers returns the analyzers of the checks that the settings select.
func (p *plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	var analyzers []*analysis.Analyzer
	for _, c := range p.checks {
		analyzers = append(analyzers, foldRelated(c.Analyzer))
	}
	return analyzers, nil
}

// GetLoadMode asks for types. With them golangci-lint analyses dependencies as
// well, which the facts about calls across packages need.
func (*plugin) GetLoadMode() string { return register.LoadModeTypesInfo }

// foldRelated returns a copy of the analyzer whose reports tell in their text
// what explains them. golangci-lint has no related information: it would make
// an issue of its own of each, which no suppression of the report reaches.
func foldRelated(a *analysis.Analyzer) *analysis.Analyzer {
	folding := *a
	folding.Run = func(pass *analysis.Pass) (any, error) {
		p := driver.With(pass, &driver.Driver{LeaveNolint: true})
		p.Report = func(d analysis.Diagnostic) {
			d.Message += related(pass.Fset, d)
			d.Related = nil
			pass.Report(d)
		}
		return a.Run(p)
	}
	return &folding
}

// maxRelated is how many places the text of an issue names: the one that it is about,
// and two more. A text of a screen explains nothing.
const maxRelated = 3

// related says in brackets what the related information of d is.
func related(fset *token.FileSet, d analysis.Diagnostic) string {
	if len(d.Related) == 0 {
		return ""
	}
	dir := filepath.Dir(fset.Position(d.Pos).Filename)
	var all, reasons []string
	for _, r := range d.Related {
		if text := fmt.Sprintf("%s: %s", place(fset.Position(r.Pos), dir), r.Message); fixes.IsNoFix(r.Message) {
			reasons = append(reasons, text)
		} else {
			all = append(all, text)
		}
	}
	if n := len(all); n > maxRelated {
		all = append(all[:maxRelated-1], fmt.Sprintf("and %d more", n-maxRelated+1))
	}
	return " [" + strings.Join(append(all, reasons...), "; ") + "]"
}

// place shows a position next to a report on a file in dir. Where another
// package is named the last element of its path will do: the text of an issue
// must not depend on where the code was checked out.
func place(pos token.Position, dir string) string {
	at, name := filepath.Split(pos.Filename)
	if at = filepath.Clean(at); at != dir {
		name = path.Join(filepath.Base(at), name)
	}
	pos.Filename = name
	return pos.String()
}

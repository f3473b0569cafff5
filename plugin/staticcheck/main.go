// Command staticcheck is staticcheck with the checks of atomicstatus among its own, for
// teams that have settled on it: one command, one configuration, and the same
// //lint:ignore comments for all. It is built from this directory.
//
// Its configuration selects checks by their names, as in -checks=inherit,-statusretry.
// The settings of the checks are those of .atomicstatus.yaml beside go.mod, less which
// checks it turns on and off; one that is off by default stays so until -checks names it.
package main

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"honnef.co/go/tools/analysis/facts/deprecated"
	"honnef.co/go/tools/analysis/lint"
	"honnef.co/go/tools/lintcmd"
	"honnef.co/go/tools/lintcmd/version"
	"honnef.co/go/tools/simple"
	"honnef.co/go/tools/staticcheck"
	"honnef.co/go/tools/stylecheck"
	"honnef.co/go/tools/unused"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/driver"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

func main() {
	if err := configure(); err != nil {
		fmt.Fprintf(os.Stderr, "staticcheck: %v\n", err)
		os.Exit(2)
	}
	keepApart(deprecated.Analyzer)
	cmd := lintcmd.NewCommand("staticcheck")
	cmd.SetVersion(version.Version, version.MachineVersion)
	cmd.ParseFlags(os.Args[1:])
	cmd.AddAnalyzers(simple.Analyzers...)
	cmd.AddAnalyzers(staticcheck.Analyzers...)
	cmd.AddAnalyzers(stylecheck.Analyzers...)
	cmd.AddAnalyzers(unused.Analyzer)
	cmd.AddAnalyzers(checks()...)
	cmd.Run()
}

// keepApart hides from an analyzer the facts of packages that others have told: the
// runner of staticcheck v0.8.1 hands it all that there are, for which it is not made.
func keepApart(a *analysis.Analyzer) {
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		own := *pass
		own.AllPackageFacts = func() []analysis.PackageFact {
			return slices.DeleteFunc(pass.AllPackageFacts(), func(f analysis.PackageFact) bool {
				return !slices.ContainsFunc(a.FactTypes, func(t analysis.Fact) bool { return reflect.TypeOf(t) == reflect.TypeOf(f.Fact) })
			})
		}
		return run(&own)
	}
}

// configure takes the settings of the module, if it has any.
func configure() error {
	root, err := load.ModuleRoot(context.Background(), "", nil)
	if err != nil || root == "" {
		return err
	}
	files := analyzer.SettingsFiles(root)
	switch len(files) {
	case 0:
		return nil
	case 1:
	default:
		return fmt.Errorf("there are both %s and %s: keep one", files[0], files[1])
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		return err
	}
	settings, err := analyzer.DecodeYAML(data)
	if err != nil {
		return fmt.Errorf("%s: %w", files[0], err)
	}
	return analyzer.SetFlags(settings.Flags())
}

// checks are ours, in the terms of staticcheck.
func checks() []*lint.Analyzer {
	var all []*lint.Analyzer
	for _, c := range analyzer.Checks() {
		title, text, _ := strings.Cut(c.Analyzer.Doc, "\n\n")
		all = append(all, &lint.Analyzer{
			Doc:      &lint.RawDocumentation{Title: title, Text: text, NonDefault: !c.Default, Severity: severity(c)},
			Analyzer: leaveIgnore(c.Analyzer),
		})
	}
	return all
}

func severity(c analyzer.Check) lint.Severity {
	if c.Severity() == analyzer.Lost {
		return lint.SeverityError
	}
	return lint.SeverityWarning
}

// leaveIgnore returns a copy of an analyzer that leaves //lint:ignore comments to the
// driver. That lets nobody read files, which fixes need, and the reasons why there is none.
func leaveIgnore(a *analysis.Analyzer) *analysis.Analyzer {
	leaving := *a
	leaving.Run = func(pass *analysis.Pass) (any, error) {
		pass = driver.With(pass, &driver.Driver{LeaveIgnore: true})
		if pass.ReadFile == nil {
			pass.ReadFile = os.ReadFile
		}
		return a.Run(pass)
	}
	return &leaving
}

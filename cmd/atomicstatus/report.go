package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/reconcilecost"
	"github.com/atomicstatus/atomicstatus/passes/statusphase"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// reportFlags are the flags of the subcommand report.
type reportFlags struct {
	format string
	rates  []report.Rate
	old    string
	fail   bool
	fixes  bool
}

func (f *reportFlags) define() *flag.FlagSet {
	set := newFlagSet("report")
	set.StringVar(&f.format, "f", "text", "print as `text`, markdown, json or html")
	set.Func("rate", "estimate the requests a minute where `KIND=N/min` resources are reconciled; may be given more than once", func(text string) error {
		rate, err := report.ParseRate(text)
		f.rates = append(f.rates, rate)
		return err
	})
	set.StringVar(&f.old, "compare", "", "print what has changed since `FILE`, a report in JSON")
	set.BoolVar(&f.fixes, "fixes", false, "also say what each controller costs after the safe fixes, and after all")
	set.BoolVar(&f.fail, "fail-on-increase", false, "with -compare: exit with 1 if a controller has become worse")
	return set
}

// report prints what the controllers cost, and returns the exit code.
func (c *command) report(ctx context.Context, args []string) int {
	var flags reportFlags
	set := flags.define()
	args, code, done := c.parse(set, args)
	if done {
		return code
	}
	explain := ""
	if len(args) > 0 && args[0] == "explain" {
		if len(args) < 2 {
			return c.fail(errors.New("report explain needs the name of a controller: run atomicstatus report for the names"))
		}
		explain, args = args[1], args[2:]
	}
	if err := flags.valid(set, explain); err != nil {
		return c.fail(err)
	}
	var old *report.Report
	var err error
	if flags.old != "" {
		if old, err = readReport(flags.old); err != nil {
			return c.fail(err)
		}
	}
	made, code, err := c.makeReport(ctx, args)
	if err == nil && flags.fixes {
		err = c.addFixes(ctx, args, made)
	}
	if err == nil {
		err = made.Estimate(flags.rates)
	}
	if err != nil {
		return max(code, c.failed(ctx, err))
	}
	var out bytes.Buffer
	if explain != "" {
		err = explainController(&out, made, explain)
	} else {
		var increased bool
		increased, err = flags.print(&out, old, made)
		if increased && flags.fail {
			code = max(code, exitFindings)
		}
	}
	if err != nil {
		return c.fail(err)
	}
	if _, err := c.stdout.Write(out.Bytes()); err != nil {
		return c.fail(fmt.Errorf("cannot write the report: %w", err))
	}
	return code
}

var reportFormats = []string{"text", "markdown", "json", "html"}

func (f *reportFlags) valid(set *flag.FlagSet, explain string) error {
	given := map[string]bool{}
	set.Visit(func(g *flag.Flag) { given[g.Name] = true })
	switch {
	case !slices.Contains(reportFormats, f.format):
		return fmt.Errorf("-f: unknown format %q: the formats are %s", f.format, strings.Join(reportFormats, ", "))
	case f.fail && f.old == "":
		return errors.New("-fail-on-increase needs an older report to -compare with")
	case explain != "" && len(given) > 0:
		return errors.New("report explain prints one path as text: leave out -f, -fixes, -rate and -compare")
	case f.old != "" && f.fixes:
		return errors.New("-compare prints what has changed: leave out -fixes")
	case f.old != "" && f.format != "text":
		return errors.New("-compare prints what has changed as text: leave out -f")
	}
	return nil
}

func readReport(name string) (*report.Report, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("-compare %s: %w", name, cause(err))
	}
	r, err := report.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("-compare %s: %w", name, err)
	}
	return r, nil
}

// makeReport analyses the packages. The code reports whether something could not be.
func (c *command) makeReport(ctx context.Context, patterns []string) (*report.Report, int, error) {
	r, err := c.reporter(ctx)
	if err != nil {
		return nil, exitFailed, err
	}
	c.progress.start()
	defer c.progress.stop()
	prog, in, errs, err := c.analyseWhole(ctx, r, load.Config{Patterns: patterns})
	c.progress.stop()
	if err != nil {
		return nil, exitFailed, err
	}
	code := c.tell(problems(prog.Broken, errs))
	if len(in.Reconcilers) == 0 {
		return nil, code, noReconciler(prog)
	}
	return report.New(in), code, nil
}

// noReconciler says that there is nothing to report on.
func noReconciler(prog *load.Program) error {
	return fmt.Errorf("no reconciler found in %s: looked for %s; the setting entrypoints names others", packageCount(prog), reconcilecost.Sought)
}

// reporter makes what reports are made of, by the settings of the project.
type reporter struct {
	analyzers []*analysis.Analyzer
	phases    bool // statusphase is on
	options   reconcilecost.Options
	place     func(token.Position) string
	tests     report.Tests
}

func (c *command) reporter(ctx context.Context) (*reporter, error) {
	settings, err := c.readSettings(ctx)
	if err != nil {
		return nil, err
	}
	checks, err := c.configure(ctx)
	if err != nil {
		return nil, err
	}
	// The checklist asks for phases whether or not their check is on.
	r := &reporter{
		analyzers: []*analysis.Analyzer{statusphase.Analyzer},
		options:   reconcilecost.Options{Entrypoints: settings.Entrypoints, Managers: statuswrites.Managers()},
	}
	for _, check := range checks {
		if check.Analyzer == statusphase.Analyzer {
			r.phases = true
		} else {
			r.analyzers = append(r.analyzers, check.Analyzer)
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("cannot tell the current directory: %w", cause(err))
	}
	r.place = report.Relative(dir)
	if root, err := load.ModuleRoot(ctx, "", nil); err == nil && root != "" {
		r.tests = report.FindTests(root)
	}
	return r, nil
}

// analyseWhole finds the reconcilers of a program, and what the checks have to say. Errors
// of the checks are apart: the rest is to be had all the same.
func (c *command) analyseWhole(ctx context.Context, r *reporter, cfg load.Config) (prog *load.Program, in report.Input, errs []error, err error) {
	var reconcilers []*reconcilecost.Reconciler
	cfg.Cache, cfg.Analyzers = c.cache(), r.analyzers
	cfg.Whole = &load.Whole{Key: fmt.Sprintf("reconcilers by %q", r.options), Value: &reconcilers}
	if prog, err = c.load(ctx, cfg); err != nil {
		return nil, in, nil, err
	}
	var counter *reconcilecost.Counter
	if !cfg.Whole.Known {
		// Before the checks run: they give back the syntax of each package.
		counter = reconcilecost.New(prog.Fset, prog.Roots, r.options)
		prog.Paths = counter.Learn
	}
	diags, errs := prog.Analyze(ctx, r.analyzers)
	if err := ctx.Err(); err != nil {
		return nil, in, nil, err
	}
	if counter != nil {
		if reconcilers, err = counter.Count(); err != nil {
			return nil, in, nil, err
		}
		prog.Remember()
	}
	return prog, report.Input{Reconcilers: reconcilers, Findings: diags, Phases: r.phases, Place: r.place, Tests: r.tests}, errs, nil
}

func packageCount(prog *load.Program) string {
	if len(prog.Sound) == 1 {
		return "1 package"
	}
	return fmt.Sprintf("%d packages", len(prog.Sound))
}

// print prints the report, or what has changed since the old one.
func (f *reportFlags) print(w *bytes.Buffer, old, r *report.Report) (increased bool, err error) {
	if old != nil {
		changes := report.Compare(old, r)
		report.WriteChanges(w, changes)
		return report.Increased(changes), nil
	}
	switch f.format {
	case "markdown":
		r.WriteMarkdown(w)
	case "json":
		data, err := r.JSON()
		w.Write(data)
		return false, err
	case "html":
		return false, r.WriteHTML(w)
	default:
		r.WriteText(w)
	}
	return false, nil
}

// explainController prints the worst path of the one controller of that name.
func explainController(w io.Writer, r *report.Report, name string) error {
	found, err := findController(r, name)
	if err != nil {
		return err
	}
	files := map[string][]string{}
	found.Explain(w, func(s report.Step) string {
		file, line := s.Pos()
		lines, ok := files[file]
		if !ok {
			lines = readLines(file)
			files[file] = lines
		}
		if line < 1 || line > len(lines) {
			return ""
		}
		return strings.TrimSpace(lines[line-1])
	})
	return nil
}

// findController returns the one controller of a name.
func findController(r *report.Report, name string) (*report.Controller, error) {
	found := r.Find(name)
	if len(found) == 1 {
		return found[0], nil
	}
	candidates := found
	if len(found) == 0 {
		candidates = r.Controllers
	}
	var names []string
	for _, c := range candidates {
		names = append(names, c.Name)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no controller %s, only %s", name, strings.Join(names, ", "))
	}
	return nil, fmt.Errorf("%s may mean %s: name one of them", name, strings.Join(names, ", "))
}

// readLines returns the lines of a file; one that is gone has none.
func readLines(name string) []string {
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	var lines []string
	for scanner := bufio.NewScanner(f); scanner.Scan(); {
		lines = append(lines, scanner.Text())
	}
	return lines
}

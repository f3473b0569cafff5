package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// Exit codes of the command, documented in its help.
const (
	exitClean    = 0
	exitFindings = 1
	exitFailed   = 2
)

// command is one run of the command.
type command struct {
	stdout, stderr io.Writer
	terminal       bool      // stdout is one: show source lines
	progress       *progress // nil if stderr is no terminal

	flags struct {
		dir      string
		json     bool
		tags     string
		tests    bool
		checks   string
		settings string
		list     bool
		fix      bool
		diff     bool
		force    bool
	}
	set *flag.FlagSet
}

// run returns the exit code.
func (c *command) run(ctx context.Context, args []string) int {
	c.defineFlags()
	switch err := c.set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		c.help()
		return exitClean
	case err != nil:
		return c.fail(flagError(err, "atomicstatus help"))
	}
	if c.flags.dir != "" {
		if err := os.Chdir(c.flags.dir); err != nil {
			return c.fail(fmt.Errorf("-C %s: %w", c.flags.dir, cause(err)))
		}
	}
	args = c.set.Args()
	if len(args) > 0 && args[0] == "manager" {
		return c.manager(ctx, args[1:])
	}
	if len(args) > 0 && args[0] == "gopls" {
		return c.gopls(ctx, args[1:])
	}
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") {
			return c.fail(fmt.Errorf("flag %s after the first argument: put flags before the packages", arg))
		}
	}

	var err error
	switch name := slices.Concat(args, []string{""})[0]; {
	case c.flags.list || name == "checks":
		c.list()
	case name == "explain":
		err = c.explain(args[1:])
	case name == "flags":
		err = c.vetFlags(ctx)
	case name == "help":
		c.help()
	case name == "version":
		c.version()
	default:
		return c.analyse(ctx, args)
	}
	if err != nil {
		return c.fail(err)
	}
	return exitClean
}

func (c *command) defineFlags() {
	c.set = flag.NewFlagSet("atomicstatus", flag.ContinueOnError)
	c.set.SetOutput(io.Discard) // one line says what is wrong
	c.set.Usage = func() {}
	c.set.StringVar(&c.flags.dir, "C", "", "change to `dir` first")
	c.set.BoolVar(&c.flags.json, "json", false, "print findings as one JSON object, in the shape of go vet -json")
	c.set.StringVar(&c.flags.tags, "tags", "", "build `tags`, comma-separated")
	c.set.BoolVar(&c.flags.tests, "tests", false, "load test files too; nothing is reported in them")
	c.set.StringVar(&c.flags.checks, "checks", "", "the checks to run: `list` names with commas, all, or -NAME to leave one out")
	c.set.StringVar(&c.flags.settings, "settings", "", "read settings from `file` instead of "+settingsName+" beside go.mod")
	c.set.BoolVar(&c.flags.list, "list", false, "list the checks, as the command checks does")
	c.set.BoolVar(&c.flags.fix, "fix", false, "apply the fixes of the findings, and print those that are left")
	c.set.BoolVar(&c.flags.diff, "diff", false, "print what -fix would change as a unified diff, and change nothing")
	c.set.BoolVar(&c.flags.force, "force", false, "let -fix change files that have uncommitted changes, or are in no git repository")
	for _, a := range analyzer.Analyzers() {
		a.Flags.VisitAll(func(f *flag.Flag) {
			c.set.Var(f.Value, a.Name+"."+f.Name, f.Usage)
		})
	}
}

// flagError rewrites the errors of package flag into what to do. The command
// help tells of the flags.
func flagError(err error, help string) error {
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: "); ok {
		return fmt.Errorf("unknown flag %s: run %s for the flags", name, help)
	}
	return err
}

// cause strips the operation and path off an error of package os.
func cause(err error) error {
	return cmp.Or(errors.Unwrap(err), err)
}

// fail prints each line of the error, and returns the exit code.
func (c *command) fail(err error) int {
	c.progress.stop()
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(c.stderr, "atomicstatus: %s\n", line)
	}
	return exitFailed
}

// configure applies the settings of the project under the flags of the command
// line, and returns the checks to run.
func (c *command) configure(ctx context.Context) ([]analyzer.Check, error) {
	settings, err := c.readSettings(ctx)
	if err != nil {
		return nil, err
	}
	given := make(map[string]bool)
	c.set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for _, f := range settings.Flags() {
		if given[f.Name] {
			continue
		}
		if err := c.set.Set(f.Name, f.Value); err != nil {
			return nil, fmt.Errorf("%s: %w", settingsName, err)
		}
	}
	if given["checks"] {
		checks, err := analyzer.Select(c.flags.checks)
		if err != nil {
			return nil, fmt.Errorf("-checks: %w", err)
		}
		return checks, nil
	}
	return settings.Selected()
}

// analyse loads and analyses the packages and prints what is found.
func (c *command) analyse(ctx context.Context, patterns []string) int {
	switch fix := c.flags.fix || c.flags.diff; {
	case fix && c.flags.json:
		return c.fail(errors.New("-json prints findings with their fixes: leave it out with -fix and -diff"))
	case c.flags.force && !fix:
		return c.fail(errors.New("-force is for -fix"))
	}
	checks, err := c.configure(ctx)
	if err != nil {
		return c.fail(err)
	}
	var analyzers []*analysis.Analyzer
	for _, check := range checks {
		analyzers = append(analyzers, check.Analyzer)
	}
	if c.flags.fix || c.flags.diff {
		return c.fix(ctx, patterns, analyzers)
	}

	c.progress.start()
	prog, err := c.load(ctx, patterns, nil, c.progress.stage)
	if err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		return c.fail(err)
	}
	diags, errs := prog.Analyze(analyzers)
	c.progress.stop()

	print := c.printText
	if c.flags.json {
		print = c.printJSON
	}
	if err := print(diags); err != nil {
		return c.fail(fmt.Errorf("cannot write the findings: %w", err))
	}

	code := exitClean
	if len(diags) > 0 {
		code = exitFindings
	}
	return max(code, c.problems(prog.Broken, errs))
}

// load loads the packages, with the files of the overlay instead of those on disk.
func (c *command) load(ctx context.Context, patterns []string, overlay map[string][]byte, progress func(string)) (*load.Program, error) {
	return load.Load(ctx, load.Config{
		Patterns: patterns,
		Tags:     c.flags.tags,
		Tests:    c.flags.tests,
		Overlay:  overlay,
		Progress: progress,
	})
}

// problems prints what could not be analysed, and returns the exit code.
func (c *command) problems(broken []*load.BrokenError, errs []error) int {
	code := exitClean
	for _, err := range broken {
		code = c.fail(err)
	}
	for _, err := range errs {
		code = c.fail(err)
	}
	return code
}

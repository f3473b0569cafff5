package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/analyzer/suggest"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/fingerprint"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/source"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statusretry"
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
	terminal       bool      // stdout is one
	style          style     // of text on stdout
	progress       *progress // nil if stderr is no terminal

	flags struct {
		dir      string
		format   string
		json     bool
		tags     string
		tests    bool
		checks   string
		settings string
		list     bool
		version  bool
		fix      upTo
		diff     upTo
		color    string
		manager  string
		cache    string
		watch    bool

		statistics bool
		force      bool

		baseline, writeBaseline string
	}
	set   *flag.FlagSet
	given map[string]bool // the flags of the command line, once settings have been read
	again bool            // what is told of a program has been told before
}

// run returns the exit code.
func (c *command) run(ctx context.Context, args []string) int {
	c.defineFlags()
	err := c.set.Parse(args)
	var sub *subcommand
	if args = c.set.Args(); err == nil && len(args) > 0 {
		if sub = findSubcommand(args[0]); sub == nil {
			args, err = parseMixed(c.set, args)
		}
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help()
		return exitClean
	case err != nil:
		return c.fail(flagError(err, c.set, "atomicstatus help "+everything))
	case c.flags.version:
		return c.version(ctx, nil)
	case c.flags.list:
		return c.list(ctx, nil)
	}
	if err := c.chdir(); err != nil {
		return c.fail(err)
	}
	if sub == nil {
		if err := patterns(args); err != nil {
			return c.fail(err)
		}
		return c.analyse(ctx, args)
	}
	if !sub.anyFlag {
		if err := c.onlyFor(sub.name, sub.takes()...); err != nil {
			return c.fail(err)
		}
	}
	return sub.run(c, ctx, args[1:])
}

// chdir changes to the directory that -C names; each one counts from that of the
// last, as with git.
func (c *command) chdir() error {
	dir := c.flags.dir
	if c.flags.dir = ""; dir == "" {
		return nil
	}
	if err := os.Chdir(dir); err != nil {
		return fmt.Errorf("-C %s: %w", dir, cause(err))
	}
	return nil
}

func (c *command) defineFlags() {
	c.set = newFlagSet("atomicstatus")
	c.set.StringVar(&c.flags.dir, "C", "", "change to `dir` first")
	c.set.StringVar(&c.flags.format, "f", "", "print findings in this `format`: text, the default; line, one for each; json, in the shape of go vet -json; sarif, version 2.1.0; github, as annotations of a workflow")
	c.set.BoolVar(&c.flags.json, "json", false, "the same as -f json")
	c.set.StringVar(&c.flags.tags, "tags", "", "build `tags`, comma-separated")
	c.set.BoolVar(&c.flags.tests, "tests", false, "load test files too; nothing is reported in them")
	c.set.StringVar(&c.flags.checks, "checks", "", "the checks to run: `list` names with commas, all, or -NAME to leave one out")
	c.set.StringVar(&c.flags.settings, "settings", "", "read settings from `file` instead of "+settingsName+" beside go.mod")
	c.set.BoolVar(&c.flags.list, "list", false, "list the checks, as the command checks does")
	c.set.Var(&c.flags.fix, "fix", "apply the safe fixes of the findings, and print those that are left; with -fix=review also those that rest on assumptions")
	c.set.Var(&c.flags.diff, "diff", "print what -fix, or with -diff=review -fix=review, would change as a unified diff, and change nothing")
	c.set.BoolVar(&c.flags.force, "force", false, "let -fix change files that have uncommitted changes, or are in no git repository")
	c.set.StringVar(&c.flags.manager, "manager", "", "first write the package whose Update the fixes call into this `dir`, as the command manager does; for -fix")
	c.set.StringVar(&c.flags.baseline, "baseline", "", "report only what is not in this `file`, which -write-baseline wrote")
	c.set.StringVar(&c.flags.writeBaseline, "write-baseline", "", "write the findings to this `file` instead of reporting them")
	c.set.BoolVar(&c.flags.statistics, "statistics", false, "print how many findings each check has, instead of them")
	c.set.StringVar(&c.flags.color, "color", "auto", "colour text: `when` is auto, on a terminal without NO_COLOR; always; or never")
	c.set.StringVar(&c.flags.cache, "cache", "", "keep what is found out in this `dir`, or nothing if it is off; by default in ATOMICSTATUS_CACHE, or else in the user's directory for caches")
	c.set.BoolVar(&c.flags.watch, "watch", false, "analyse again as files change, and print which findings come and go")
	c.set.BoolVar(&c.flags.version, "version", false, "say what this binary was built from")
	for _, a := range analyzer.Analyzers() {
		a.Flags.VisitAll(func(f *flag.Flag) {
			c.set.Var(f.Value, a.Name+"."+f.Name, f.Usage)
		})
	}
}

// flagError rewrites the errors of package flag into what to do. The command
// help tells of the flags.
func flagError(err error, set *flag.FlagSet, help string) error {
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		var known []string
		set.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
		if like := suggest.Closest(name, known); like != "" {
			return fmt.Errorf("unknown flag -%s: did you mean -%s?", name, like)
		}
		return fmt.Errorf("unknown flag -%s: run %s for the flags", name, help)
	}
	return err
}

// cause strips the operation and path off an error of package os.
func cause(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
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
	if c.given == nil {
		c.given = make(map[string]bool)
		c.set.Visit(func(f *flag.Flag) { c.given[f.Name] = true })
	}
	c.set.Visit(func(f *flag.Flag) { // what the settings said before
		if !c.given[f.Name] {
			_ = c.set.Set(f.Name, f.DefValue)
		}
	})
	for _, f := range settings.Flags() {
		if c.given[f.Name] {
			continue
		}
		if err := c.set.Set(f.Name, f.Value); err != nil {
			return nil, fmt.Errorf("%s: %w", settingsName, err)
		}
	}
	if c.given["checks"] {
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
	if err := c.checkFlags(); err != nil {
		return c.fail(err)
	}
	if c.flags.watch {
		return c.watch(ctx, patterns)
	}
	checks, err := c.configure(ctx)
	if err != nil {
		return c.fail(err)
	}
	if c.flags.fix.on() || c.flags.diff.on() {
		return c.fix(ctx, patterns, analyzersOf(checks))
	}
	known, err := c.readBaseline()
	if err != nil {
		return c.fail(err)
	}
	out, err := c.find(ctx, patterns, checks)
	if err != nil {
		return c.failed(ctx, err)
	}
	defer c.tellNotes(out.notes)
	if c.flags.writeBaseline != "" {
		return max(c.writeBaseline(out), c.tell(out.problems))
	}
	if known != nil {
		all := len(out.findings)
		out.findings = c.news(known, out)
		out.known = all - len(out.findings)
	}
	if err := c.print(out); err != nil {
		return c.fail(fmt.Errorf("cannot write the findings: %w", err))
	}
	return max(out.code(), c.tell(out.problems))
}

func analyzersOf(checks []analyzer.Check) []*analysis.Analyzer {
	var analyzers []*analysis.Analyzer
	for _, check := range checks {
		analyzers = append(analyzers, check.Analyzer)
	}
	return analyzers
}

// find loads and analyses the packages.
func (c *command) find(ctx context.Context, patterns []string, checks []analyzer.Check) (output, error) {
	c.progress.start()
	analyzers := append(analyzersOf(checks), noting)
	prog, err := c.load(ctx, load.Config{Patterns: patterns, Cache: c.cache(), Analyzers: analyzers})
	if err != nil {
		return output{}, err
	}
	reported, errs := prog.Analyze(ctx, analyzers)
	c.progress.stop()
	if err := ctx.Err(); err != nil {
		return output{}, err
	}
	out := output{
		checks: checks, files: make(source.Files), problems: problems(prog.Broken, errs),
		sound: prog.Sound, modules: prog.Modules, suppressed: prog.Suppressed(), testing: len(prog.Testing),
	}
	var diags []load.Diagnostic
	diags, out.notes = takeNotes(reported)
	out.findings = fingerprint.All(diags, out.files)
	return out, nil
}

// checkFlags rejects flags that do not go together, and settles the format.
func (c *command) checkFlags() error {
	f := &c.flags
	if f.json {
		if f.format != "" && f.format != "json" {
			return fmt.Errorf("-json and -f %s: choose one", f.format)
		}
		f.format = "json"
	}
	if !slices.Contains(colours, f.color) {
		return fmt.Errorf("-color: unknown value %q: it is one of %s", f.color, strings.Join(colours, ", "))
	}
	c.style = newStyle(f.color, c.terminal, getenv)
	name := "-f " + f.format
	if f.json {
		name = "-json"
	}
	switch fix := f.fix.on() || f.diff.on(); {
	case f.format != "" && !slices.Contains(formats, f.format):
		return fmt.Errorf("-f: unknown format %q: the formats are %s", f.format, strings.Join(formats, ", "))
	case fix && f.format != "" && f.format != "text":
		return fmt.Errorf("%s prints findings with their fixes: leave it out with -fix and -diff", name)
	case f.statistics && (fix || f.writeBaseline != "" || f.format != "" && f.format != "text"):
		return errors.New("-statistics prints a table instead of findings: leave out -f, -fix, -diff and -write-baseline")
	case f.force && !fix:
		return errors.New("-force is for -fix")
	case f.manager != "" && (!f.fix.on() || f.diff.on()):
		return errors.New("-manager is for -fix")
	case fix && (f.baseline != "" || f.writeBaseline != ""):
		return errors.New("a baseline holds findings, not fixes: leave it out with -fix and -diff")
	case f.watch && (fix || f.statistics || f.writeBaseline != "" || f.format != "" && f.format != "text"):
		return errors.New("-watch prints which findings come and go: leave out -f, -fix, -diff, -statistics and -write-baseline")
	case f.baseline != "" && f.writeBaseline != "":
		return errors.New("-write-baseline writes all findings, known or not: leave -baseline out")
	case f.writeBaseline != "" && f.format != "":
		return fmt.Errorf("-write-baseline prints no findings: leave %s out", name)
	}
	return nil
}

// load loads the packages as the flags say, and tells what the user should know of it.
func (c *command) load(ctx context.Context, cfg load.Config) (*load.Program, error) {
	slow := time.AfterFunc(listingPatience, func() { c.tellWait(ctx) })
	defer slow.Stop()
	progress := cfg.Progress
	if progress == nil {
		progress = c.progress.stage
	}
	cfg.Progress = func(stage string) {
		if stage != load.Listing {
			slow.Stop()
		}
		progress(stage)
	}
	cfg.Tags, cfg.Tests = c.flags.tags, c.flags.tests
	cfg.Beside = statusretry.Beside
	prog, err := load.Load(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if c.again {
		return prog, nil
	}
	for _, line := range prog.Missing {
		c.note(line)
	}
	if n := len(prog.Testing); n > 0 && len(cfg.Overlay) == 0 { // told once, not after each round of fixes
		const some = 3
		names := strings.Join(prog.Testing[:min(n, some)], ", ")
		if n > some {
			names += ", …"
		}
		c.note(fmt.Sprintf("nothing is reported in %s taken for test code, as it imports testing, gomega or a fake client: %s", count(n, "file", "s"), names))
	}
	if len(prog.Roots) == 0 && len(prog.Broken) == 0 {
		c.note(fmt.Sprintf("nothing to analyse: %s, and none of them uses a client of Kubernetes", count(len(prog.Sound), "package", "s")))
	}
	return prog, nil
}

// listingPatience is how long packages may be listed before the user is told what
// that waits for. A script shortens it.
var listingPatience = 5 * time.Second

// tellWait says what the go command does that takes so long: it says so itself only
// at its end.
func (c *command) tellWait(ctx context.Context) {
	proxy, err := goVar(ctx, "GOPROXY")
	if err != nil {
		return
	}
	c.note("still listing packages: go may be waiting for modules from GOPROXY=" + proxy + "; go mod download -x shows which")
}

// note tells the user something that is no failure.
func (c *command) note(line string) {
	c.progress.above(func() { fmt.Fprintf(c.stderr, "atomicstatus: %s\n", line) })
}

// problems are all the reasons why something could not be analysed.
func problems(broken []*load.BrokenError, errs []error) []error {
	var all []error
	for _, err := range broken {
		all = append(all, err)
	}
	return append(all, errs...)
}

// tell prints what could not be analysed, and returns the exit code.
func (c *command) tell(problems []error) int {
	code := exitClean
	for _, err := range problems {
		code = c.fail(err)
	}
	return code
}

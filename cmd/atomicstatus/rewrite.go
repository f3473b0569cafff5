package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io"
	"path/filepath"
	"strings"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/apply"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/diff"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// rewriteFlags are the flags of the subcommand rewrite.
type rewriteFlags struct {
	safe    bool
	write   bool
	force   bool
	manager string
}

func (f *rewriteFlags) define() *flag.FlagSet {
	set := newFlagSet("rewrite")
	set.BoolVar(&f.safe, "safe", false, "leave out the fixes that rest on assumptions")
	set.BoolVar(&f.write, "write", false, "change the files")
	set.BoolVar(&f.force, "force", false, "let -write change files that have uncommitted changes, or are in no git repository")
	set.StringVar(&f.manager, "manager", managerDir, "the `dir` of the package with the status manager, where the module has none yet")
	return set
}

// rewrite shows what becomes of one reconciler by the fixes for all that it runs, or
// makes it that, and returns the exit code.
func (c *command) rewrite(ctx context.Context, args []string) int {
	var flags rewriteFlags
	set := flags.define()
	args, code, done := c.parse(set, args)
	switch {
	case done:
		return code
	case len(args) == 0:
		return c.fail(errors.New("rewrite needs the name of a controller: run atomicstatus report for the names"))
	case flags.force && !flags.write:
		return c.fail(errors.New("-force is for -write"))
	}
	c.flags.force = flags.force
	w := &rewriting{c: c, name: args[0], patterns: args[1:], level: fixes.Review, write: flags.write}
	if flags.safe {
		w.level = fixes.Safe
	}
	var err error
	if w.reporter, err = c.reporter(ctx); err != nil {
		return c.fail(err)
	}
	code, err = w.run(ctx, flags.manager)
	if err != nil {
		code = max(code, c.failed(ctx, err))
	}
	return code
}

// rewriting is one reconciler on its way.
type rewriting struct {
	c        *command
	reporter *reporter
	name     string
	patterns []string
	level    fixes.Level
	write    bool
	lent     *lent // the package that fixes call, if the module has none

	seen
}

// seen is what was seen of the reconciler while fixes were made.
type seen struct {
	before, after *report.Controller
	planned       []load.Diagnostic // of the program as it is, those with a fix
	reaches       func(token.Position) bool
}

// run makes the fixes, and prints what comes of them. The package that they call is lent
// to a module that has none, and stays only where something on disk has come to use it.
func (w *rewriting) run(ctx context.Context, dir string) (code int, err error) {
	result, err := w.make(ctx, dir)
	if err != nil {
		return exitFailed, err
	}
	written := false
	defer func() {
		if w.lent != nil && !written {
			err = errors.Join(err, w.lent.takeBack())
		}
	}()
	if w.write && len(result.Files) > 0 {
		if err := w.c.replace(ctx, result.Files); err != nil {
			return exitFailed, err
		}
		written = true
	}
	var out bytes.Buffer
	w.print(&out, result, written)
	if _, err := w.c.stdout.Write(out.Bytes()); err != nil {
		return exitFailed, fmt.Errorf("cannot write the result: %w", err)
	}
	if len(w.after.Missing()) > 0 || !w.write && len(result.Files) > 0 {
		code = exitFindings
	}
	if w.c.refused(result.Refused) {
		code = exitFailed
	}
	return max(code, w.c.tell(problems(result.Last.Broken, result.Last.Errors))), nil
}

// make makes the fixes, in memory.
func (w *rewriting) make(ctx context.Context, dir string) (*apply.Result, error) {
	w.c.progress.start()
	defer w.c.progress.stop()
	by := map[*apply.Result]seen{} // there may be more than one try
	run := func() (*apply.Result, error) {
		w.seen = seen{}
		result, err := apply.Run(ctx, w.level, w.round, w.c.prepare)
		by[result] = w.seen
		return result, err
	}
	if fixable() {
		if dir = lacksBatch(); dir == "" {
			return run()
		}
	}
	l, result, err := w.c.lending(ctx, dir, w.level, run)
	w.lent, w.seen = l, by[result]
	return result, err
}

// round analyses the program as it is by now. Only the reports of what the reconciler
// runs keep their fixes.
func (w *rewriting) round(ctx context.Context, overlay map[string][]byte) (apply.Round, error) {
	round, in, err := w.c.reportRound(ctx, w.reporter, w.patterns, overlay, w.write)
	if err != nil {
		return apply.Round{}, err
	}
	made := report.New(in)
	found, err := findController(made, w.name)
	if err != nil {
		return apply.Round{}, err
	}
	reconciler := in.Reconcilers[made.Index(found)]
	w.reaches = reconciler.Reaches
	round.Waits = func(d load.Diagnostic) bool { return reconciler.Reaches(d.Pos) }
	for i, d := range in.Findings {
		switch {
		case !reconciler.Reaches(d.Pos):
			in.Findings[i].Fixes = nil
		case w.before == nil && d.First(w.level) != nil:
			w.planned = append(w.planned, d)
		}
	}
	if w.before == nil {
		w.before = found
	}
	w.after = found
	return round, nil
}

// print says what the reconciler costs, what becomes of it, and what is left to do.
func (w *rewriting) print(out io.Writer, result *apply.Result, written bool) {
	before, after := w.before, w.after
	fmt.Fprintf(out, "%s  %s\n", before.Name, before.Place)
	fmt.Fprintf(out, "status writes on the worst path: %s, after the fixes %s\n", before.Writes.Text, after.Writes.Text)
	fmt.Fprintf(out, "requests on the worst path: %s, after the fixes %s\n", before.Calls.Text, after.Calls.Text)
	if len(w.planned) > 0 {
		fmt.Fprintf(out, "\nWhat the fixes do:\n")
		told := ""
		for _, d := range w.planned {
			f := d.First(w.level)
			fmt.Fprintf(out, "    %s: %s (%s, %s)\n", place(d.Pos), f.Message, d.Analyzer, f.Level())
			rests := ""
			for _, a := range f.Assumptions {
				rests += fmt.Sprintf("        rests on %s: %s\n", a.Kind, a.Text)
			}
			if rests != "" && rests == told {
				rests = "        rests on the same\n"
			} else if rests != "" {
				told = rests
			}
			fmt.Fprint(out, rests)
		}
		if more := result.Applied - len(w.planned); more > 0 {
			fmt.Fprintf(out, "    and %s, which these make room for\n", count(more, "further fix", "es"))
		}
	}
	if left := after.Missing(); len(left) > 0 {
		in := ""
		if len(result.Files) > 0 {
			in = ", by the lines after the fixes"
		}
		fmt.Fprintf(out, "\nWhat is left to do by hand%s:\n", in)
		for _, text := range left {
			fmt.Fprintf(out, "    %s\n", text)
		}
		for _, d := range result.Last.Diagnostics {
			for _, r := range d.Related {
				if fixes.IsNoFix(r.Message) && w.reaches(d.Pos) {
					fmt.Fprintf(out, "    %s: %s\n", place(d.Pos), r.Message)
				}
			}
		}
	}
	switch {
	case written:
		fmt.Fprintf(out, "\n%s changed: %s\n", count(len(result.Files), "file", "s"), strings.Join(names(result.Files), ", "))
		if w.lent.changes() {
			w.lent.tell(out)
		}
	case len(result.Files) == 0:
		fmt.Fprintf(out, "\nNo fix would change anything.\n")
	default:
		if w.lent.changes() {
			dir := filepath.ToSlash(w.lent.dir)
			gets := "it gets the package " + dir
			if w.lent.adds() {
				gets = "the package " + dir + " gets a batch"
			}
			fmt.Fprintf(out, "\nWith -write, %s as well, as by atomicstatus manager.\n", gets)
		}
		fmt.Fprintln(out)
		for _, file := range result.Files {
			fmt.Fprint(out, diff.Unified(filepath.ToSlash(relative(file.Name)), file.Old, file.New))
		}
	}
}

func names(files []apply.File) []string {
	var all []string
	for _, f := range files {
		all = append(all, filepath.ToSlash(relative(f.Name)))
	}
	return all
}

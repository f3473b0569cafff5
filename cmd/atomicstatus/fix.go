package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/apply"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/diff"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/takenote"
)

// fix applies the fixes of what is found, or shows what they would change, and
// reports what is left.
func (c *command) fix(ctx context.Context, patterns []string, analyzers []*analysis.Analyzer) int {
	last := new(notes) // of the round
	run := func() (*apply.Result, error) { return c.makeFixes(ctx, patterns, analyzers, &last) }
	var l *lent
	var result *apply.Result
	var err error
	if c.flags.manager == "" {
		result, err = run()
	} else {
		l, result, err = c.lending(ctx, c.flags.manager, c.flags.fix.level(c.flags.diff), run)
	}
	c.progress.stop()
	defer func() { c.tellNotes(last) }()
	if err == nil && !c.flags.diff.on() {
		err = c.replace(ctx, result.Files)
	}
	switch {
	case !l.changes():
	case err == nil && len(result.Files) > 0:
		l.tell(c.stdout)
	default:
		undone := l.takeBack()
		if err = errors.Join(err, undone); undone == nil {
			defer fmt.Fprintf(c.stderr, "atomicstatus: nothing was fixed, so %s was taken back\n", l.dir)
		}
	}
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted: no file was changed")
	}
	if err != nil {
		return c.fail(err)
	}
	return c.tellFixes(result, last)
}

// makeFixes makes the fixes, in memory. The notes are those of the last round.
func (c *command) makeFixes(ctx context.Context, patterns []string, analyzers []*analysis.Analyzer, last **notes) (*apply.Result, error) {
	c.progress.start()
	rounds := 0
	analyzers = append(analyzers, noting)
	cache := c.cache()
	return apply.Run(ctx, c.flags.fix.level(c.flags.diff), func(ctx context.Context, overlay map[string][]byte) (apply.Round, error) {
		rounds++
		progress := c.progress.stage
		if rounds > 1 {
			progress = func(stage string) { c.progress.stage(fmt.Sprintf("%s, round %d", stage, rounds)) }
		}
		prog, err := c.load(ctx, load.Config{Patterns: patterns, Overlay: overlay, Cache: cache, Analyzers: analyzers, Progress: progress})
		if err != nil {
			return apply.Round{}, err
		}
		reported, errs := prog.Analyze(ctx, analyzers)
		var diags []load.Diagnostic
		diags, *last = takeNotes(reported)
		sources := prog.Sources // all that is to outlive the round
		return apply.Round{Diagnostics: diags, Broken: prog.Broken, Errors: errs, Editable: editable(sources, !c.flags.diff.on())}, nil
	}, c.prepare)
}

// prepare is an [apply.Prepare].
func (c *command) prepare(ctx context.Context, overlay map[string][]byte, u fixes.Unnoted) (*load.Diagnostic, error) {
	again := c.again
	c.again = true // what there is to tell of the program has been told
	defer func() { c.again = again }()
	analyzers := []*analysis.Analyzer{takenote.Analyzer(u)}
	prog, err := c.load(ctx, load.Config{Patterns: []string{u.Pkg}, Overlay: overlay, Analyzers: analyzers})
	if err != nil {
		return nil, err
	}
	found, _ := prog.Analyze(ctx, analyzers) // what goes wrong with it is told of each round
	if len(found) == 0 {
		return nil, nil
	}
	return &found[0], nil
}

// tellFixes tells what was fixed, or would be, and what is left, and returns the exit
// code.
func (c *command) tellFixes(result *apply.Result, last *notes) int {
	found := result.Last.Diagnostics
	applied := count(result.Applied, "fix", "es")
	if len(result.Files) > 0 {
		applied += " in " + count(len(result.Files), "file", "s")
	}
	if c.flags.diff.on() {
		for _, file := range result.Files {
			if _, err := io.WriteString(c.stdout, diff.Unified(filepath.ToSlash(relative(file.Name)), file.Old, file.New)); err != nil {
				return c.fail(fmt.Errorf("cannot write the diff: %w", err))
			}
		}
		fmt.Fprintf(c.stderr, "atomicstatus: %s to apply, and %s left then\n", applied, count(len(found), "finding", "s"))
	} else {
		fmt.Fprintf(c.stderr, "atomicstatus: %s applied\n", applied)
		if err := c.printText(found, last); err != nil {
			return c.fail(fmt.Errorf("cannot write the findings: %w", err))
		}
	}
	if result.Applied == 0 {
		c.tellManager(found)
	}
	c.tellBatch(found)
	code := exitClean
	if len(found) > 0 || c.flags.diff.on() && len(result.Files) > 0 {
		code = exitFindings
	}
	if c.refused(result.Refused) {
		code = exitFailed
	}
	return max(code, c.tell(problems(result.Last.Broken, result.Last.Errors)))
}

// editable returns the files as they were analysed that a fix may change: those that
// can be replaced, if they are to be.
func editable(sources load.Sources, replace bool) func(name string) (load.File, error) {
	return func(name string) (load.File, error) {
		file, err := sources.Editable(name)
		if err == nil && replace {
			err = writable(name)
		}
		return file, err
	}
}

// refused tells which fixes were not applied, in a line for each file and
// reason, and whether there are any.
func (c *command) refused(all []apply.Refused) bool {
	type group struct{ file, reason string }
	groups := make(map[group][]apply.Refused)
	var order []group
	for _, r := range all {
		g := group{r.Diagnostic.Pos.Filename, r.Reason}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], r)
	}
	for _, g := range order {
		where := relative(g.file)
		if len(groups[g]) == 1 {
			where = place(groups[g][0].Diagnostic.Pos)
		}
		fmt.Fprintf(c.stderr, "atomicstatus: %s: %s not applied: %s\n", where, count(len(groups[g]), "fix", "es"), g.reason)
	}
	return len(all) > 0
}

func count(n int, what, plural string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %s%s", n, what, plural)
}

// replace writes the files, unless they have changes that are not committed:
// what the fixes do could not be told from them, and not be undone alone.
func (c *command) replace(ctx context.Context, files []apply.File) error {
	if !c.flags.force {
		names, err := uncommitted(ctx, files)
		if err != nil {
			return err
		}
		if len(names) > 0 {
			const shown = 3
			list, more := strings.Join(names[:min(len(names), shown)], ", "), ""
			if len(names) > shown {
				more = fmt.Sprintf(" and %d more", len(names)-shown)
			}
			return fmt.Errorf("uncommitted changes in %s%s: commit or stash them, or use -force", list, more)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return writeFiles(files)
}

// uncommitted returns those of the files that git could not restore as they
// are: changed, staged, untracked or ignored.
func uncommitted(ctx context.Context, files []apply.File) ([]string, error) {
	inDir := make(map[string][]string) // what is in each directory, behind all links
	var dirs []string
	for _, file := range files {
		name, err := filepath.EvalSymlinks(file.Name)
		if err != nil {
			return nil, err
		}
		dir := filepath.Dir(name)
		if inDir[dir] == nil {
			dirs = append(dirs, dir)
		}
		inDir[dir] = append(inDir[dir], filepath.Base(name))
	}
	var names []string
	for _, dir := range dirs {
		args := []string{"--no-optional-locks", "--literal-pathspecs", "status", "--porcelain", "-z", "--untracked-files=all", "--ignored", "--"}
		cmd := exec.CommandContext(ctx, "git", append(args, inDir[dir]...)...)
		cmd.Dir = dir
		out, err := cmd.Output()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			err = errors.New(firstLine(exit.Stderr))
		}
		if err != nil {
			return nil, fmt.Errorf("cannot tell whether %s has uncommitted changes: %w: use -force to fix it all the same", relative(dir), err)
		}
		// Each entry is two letters, a blank, and a path from the top of the
		// repository. That of an ignored directory stands for what is in it.
		listed := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		for _, base := range inDir[dir] {
			if slices.ContainsFunc(listed, func(entry string) bool {
				return entry == base || strings.HasSuffix(entry, "/") || strings.HasSuffix(entry, " "+base) || strings.HasSuffix(entry, "/"+base)
			}) {
				names = append(names, relative(filepath.Join(dir, base)))
			}
		}
	}
	return names, nil
}

func firstLine(text []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return line
}

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/baseline"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/fingerprint"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/watch"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statusretry"
)

// watch analyses the packages again and again, as their files change, until it is
// interrupted. It returns the exit code of what is left then.
func (c *command) watch(ctx context.Context, patterns []string) int {
	known, err := c.readBaseline()
	if err != nil {
		return c.fail(err)
	}
	watcher, err := watch.New()
	if err != nil {
		return c.fail(fmt.Errorf("cannot watch files: %w", err))
	}
	defer watcher.Close()

	w := &watching{command: c, known: known}
	for {
		// What is watched before it is read cannot change unseen.
		if err := w.watch(ctx, watcher); err != nil && ctx.Err() == nil {
			return c.fail(fmt.Errorf("cannot watch files: %w", err))
		}
		err := w.look(ctx, patterns)
		if ctx.Err() != nil {
			return w.code
		}
		if err != nil {
			w.code = c.failed(ctx, err)
			if !c.again {
				return w.code
			}
		}
		if !c.again {
			fmt.Fprintln(c.stderr, "atomicstatus: watching for changes")
			c.again, c.progress = true, nil
			continue // with the modules of which nothing was known before
		}
		if err := watcher.Wait(ctx); err != nil {
			if ctx.Err() != nil {
				return w.code
			}
			return c.fail(fmt.Errorf("cannot watch files: %w", err))
		}
		statusretry.Forget()
	}
}

// watching is the state of a command that watches.
type watching struct {
	*command
	known    baseline.Baseline
	modules  []string
	findings []fingerprint.Finding
	problems []string
	code     int
}

// watch watches all that an analysis depends on, as far as that is known.
func (w *watching) watch(ctx context.Context, watcher *watch.Watcher) error {
	root, err := load.ModuleRoot(ctx, "", nil)
	if err != nil {
		return err
	}
	trees := w.modules
	var files []string
	if root != "" {
		trees = append(slices.Clip(trees), root)
		for _, name := range analyzer.SettingsNames() {
			files = append(files, filepath.Join(root, name))
		}
	}
	if name := w.flags.settings; name != "" {
		if name, err = filepath.Abs(name); err != nil {
			return err
		}
		files = append(files, name)
	}
	work, err := load.GoEnv(ctx, "", nil, "GOWORK")
	if err != nil {
		return err
	}
	if filepath.IsAbs(work) {
		files = append(files, work)
	}
	for _, name := range files {
		if err := watcher.AddFile(name); err != nil {
			return err
		}
	}
	for _, dir := range trees {
		if err := watcher.AddTree(dir); err != nil {
			return err
		}
	}
	return nil
}

// look analyses the packages, and prints what has come and gone.
func (w *watching) look(ctx context.Context, patterns []string) error {
	checks, err := w.configure(ctx)
	if err != nil {
		return err
	}
	out, err := w.find(ctx, patterns, checks)
	if err != nil {
		return err
	}
	w.modules = out.modules
	if w.known != nil {
		all := len(out.findings)
		out.findings = w.known.New(out.findings)
		out.known = all - len(out.findings)
	}
	before, problems := w.findings, w.problems
	w.problems = nil
	for _, err := range out.problems {
		w.problems = append(w.problems, err.Error())
	}
	w.findings = out.findings
	if !w.again {
		w.code = max(out.code(), w.tell(out.problems))
		w.tellNotes(out.notes)
		return w.print(out)
	}
	// What could not be analysed may have what it had.
	for _, f := range before {
		if !slices.Contains(out.sound, f.Place.Package) {
			w.findings = append(w.findings, f)
		}
	}
	came, gone := without(w.findings, before), without(before, w.findings)
	news := slices.ContainsFunc(w.problems, func(p string) bool { return !slices.Contains(problems, p) })
	if len(came)+len(gone) == 0 && !news {
		return nil
	}
	fmt.Fprintf(w.stdout, "\n%s came, %d went: %s\n", count(len(came), "finding", "s"), len(gone), left(len(w.findings)))
	for _, f := range gone {
		fmt.Fprintf(w.stdout, "gone: %s: %s (%s)\n", place(f.Pos), f.Message, f.Analyzer)
	}
	w.code = exitClean
	if len(w.findings) > 0 {
		w.code = exitFindings
	}
	out.findings = came
	if err := w.printText(out.diagnostics(), out.notes); err != nil {
		return err
	}
	for _, p := range w.problems {
		if !slices.Contains(problems, p) {
			w.fail(errors.New(p))
		}
	}
	if len(w.problems) > 0 {
		w.code = exitFailed
	}
	return nil
}

func left(n int) string {
	if n == 1 {
		return "1 is there"
	}
	return fmt.Sprintf("%d are there", n)
}

// without returns the findings that are not among others.
func without(all, others []fingerprint.Finding) []fingerprint.Finding {
	ids := make(map[string]bool, len(others))
	for _, f := range others {
		ids[f.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(f fingerprint.Finding) bool { return ids[f.ID] })
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/apply"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/manager"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statusloop"
	"github.com/atomicstatus/atomicstatus/passes/statusmulti"
	"github.com/atomicstatus/atomicstatus/passes/statusretry"
)

// lent is the package that fixes call, on disk for as long as they are made.
type lent struct {
	dir     string
	written []change
	dirs    []string // that were made for it, deepest first
}

// lending has fixes made with the package that they call on disk: at first without a
// batch, if there is none. If that leaves a resource written more than once, it has them
// made once more, with one, and keeps that if a fix opens it.
func (c *command) lending(ctx context.Context, dir string, level fixes.Level, run func() (*apply.Result, error)) (*lent, *apply.Result, error) {
	l, result, err := c.lend(ctx, dir, false, run)
	there := !l.changes()
	if err != nil || level != fixes.Review || !writesOften(result) || there && lacksBatch() == "" {
		return l, result, err
	}
	if err := l.takeBack(); err != nil {
		return nil, nil, err
	}
	c.again = true
	more, batched, err := c.lend(ctx, dir, true, run)
	if there && errors.Is(err, errInTheWay) {
		return l, result, nil // somebody has made the package theirs
	}
	if err != nil || slices.ContainsFunc(batched.Files, opensBatch) {
		return more, batched, err
	}
	if err := more.takeBack(); err != nil {
		return nil, nil, err
	}
	return c.lend(ctx, dir, false, func() (*apply.Result, error) { return result, nil })
}

// writesOften reports that fixes have left a resource written more than once.
func writesOften(result *apply.Result) bool {
	return slices.ContainsFunc(result.Last.Diagnostics, repeats)
}

// repeats reports that a finding is of a status that is written more than once.
func repeats(d load.Diagnostic) bool {
	return d.Analyzer == statusmulti.Analyzer.Name || d.Analyzer == statusloop.Analyzer.Name
}

var batchCall = regexp.MustCompile(`\bBatch\(`)

// opensBatch reports that fixes have a file open a batch.
func opensBatch(f apply.File) bool {
	return len(batchCall.FindAll(f.New, -1)) > len(batchCall.FindAll(f.Old, -1))
}

// lend writes the package, if it is not there yet, and runs something that needs it. If
// that fails, the package is taken back.
func (c *command) lend(ctx context.Context, dir string, batch bool, run func() (*apply.Result, error)) (*lent, *apply.Result, error) {
	l := &lent{dir: filepath.Clean(dir)}
	if !batch && l.there() {
		result, err := run()
		return l, result, err
	}
	files, err := manager.Generate(ctx, manager.Config{Dir: l.dir, Tags: c.flags.tags, Batch: batch})
	if err != nil {
		return nil, nil, err
	}
	changed, err := changedFiles(files)
	if err != nil {
		return nil, nil, err
	}
	l.dirs = missing(l.dir)
	if err := writeManager(l.dir, changed, false); err != nil {
		return nil, nil, err
	}
	l.written = changed
	statusretry.Forget()
	result, err := run()
	if err != nil {
		return nil, nil, errors.Join(err, l.takeBack())
	}
	return l, result, nil
}

// there reports that the package is there already, with or without a batch.
func (l *lent) there() bool {
	dir, err := filepath.Abs(l.dir)
	return err == nil && slices.ContainsFunc(statusretry.Managers("."), func(m statusretry.Manager) bool { return m.Dir == dir })
}

// changes reports that there is anything on disk that was not there before. A nil lent
// changes nothing.
func (l *lent) changes() bool { return l != nil && len(l.written) > 0 }

// adds reports that the package was there before, without a batch.
func (l *lent) adds() bool { return slices.ContainsFunc(l.written, change.generated) }

// tell says what has been written.
func (l *lent) tell(w io.Writer) { tellWritten(w, l.dir, l.written) }

// takeBack makes the files be as they were.
func (l *lent) takeBack() error {
	var err error
	for _, file := range l.written {
		if file.old != nil {
			err = errors.Join(err, writeWhole(file.Name, file.old, true))
		} else {
			err = errors.Join(err, os.Remove(file.Name))
		}
	}
	for _, d := range l.dirs {
		err = errors.Join(err, os.Remove(d))
	}
	l.written, l.dirs = nil, nil
	statusretry.Forget()
	if err != nil {
		return fmt.Errorf("cannot take %s back: %w", l.dir, cause(err))
	}
	return nil
}

// missing are the directories that are to be made for a directory, deepest first.
func missing(dir string) []string {
	var dirs []string
	for {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			return dirs
		}
		dirs = append(dirs, dir)
		dir = filepath.Dir(dir)
	}
}

// tellManager says what is to be done before status updates can be fixed: so far
// none of those that were found was.
func (c *command) tellManager(found []load.Diagnostic) {
	n := number(found, func(d load.Diagnostic) bool { return d.Analyzer == statusretry.Analyzer.Name })
	if n == 0 || fixable() {
		return
	}
	fmt.Fprintf(c.stderr, "atomicstatus: the fixes of statusretry (%s) call an Update that the module lacks: run atomicstatus manager internal/status first, or add -manager internal/status to -fix\n", count(n, "finding", "s"))
}

// tellBatch says what is to be done before what is written more than once can be fixed, where
// no smaller fix does.
func (c *command) tellBatch(found []load.Diagnostic) {
	n := number(found, func(d load.Diagnostic) bool { return repeats(d) && len(d.Fixes) == 0 })
	dir := lacksBatch()
	if n == 0 || dir == "" || c.flags.manager != "" {
		return
	}
	verb := "have"
	if n == 1 {
		verb = "has"
	}
	fmt.Fprintf(c.stderr, "atomicstatus: %s of a status that is written more than once %s no fix: a batch may be one, which %s lacks: run atomicstatus manager %[3]s -batch first, or add -manager %[3]s to -fix=review\n", count(n, "finding", "s"), verb, dir)
}

// number counts the findings of which something is so.
func number(found []load.Diagnostic, is func(load.Diagnostic) bool) int {
	n := 0
	for _, d := range found {
		if is(d) {
			n++
		}
	}
	return n
}

// fixable reports that the module has a package that fixes can call.
func fixable() bool { return len(statusretry.Managers(".")) > 0 }

// lacksBatch is the directory of the package that fixes call, if the module has one and no
// batch; else it is empty.
func lacksBatch() string {
	managers := statusretry.Managers(".")
	if len(managers) == 0 || slices.ContainsFunc(managers, func(m statusretry.Manager) bool { return m.Batch }) {
		return ""
	}
	return filepath.ToSlash(relative(managers[0].Dir))
}

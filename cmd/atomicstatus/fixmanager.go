package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/manager"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statusretry"
)

// withManager writes the package that fixes call, fixes, and takes back what it
// wrote if no fix could be applied. Fixes for review may open a batch, so it has one
// for them.
func (c *command) withManager(ctx context.Context, fix func() (code int, fixed bool)) int {
	dir := filepath.Clean(c.flags.manager)
	files, err := manager.Generate(ctx, manager.Config{Dir: dir, Tags: c.flags.tags, Batch: c.flags.fix.level(c.flags.diff) == fixes.Review})
	if err != nil {
		return c.failed(ctx, err)
	}
	written, err := changedFiles(files)
	if err != nil {
		return c.fail(err)
	}
	dirs := missing(dir)
	if err := c.writeManager(dir, written, false); err != nil {
		return c.fail(err)
	}
	code, fixed := fix()
	if fixed || len(written) == 0 {
		return code
	}
	for _, file := range written {
		err = errors.Join(err, os.Remove(file.Name))
	}
	for _, d := range dirs {
		err = errors.Join(err, os.Remove(d))
	}
	if err != nil {
		return c.fail(fmt.Errorf("cannot take %s back: %w", dir, cause(err)))
	}
	fmt.Fprintf(c.stderr, "atomicstatus: nothing was fixed, so %s was taken back\n", dir)
	return code
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
	n := 0
	for _, d := range found {
		if d.Analyzer == statusretry.Analyzer.Name {
			n++
		}
	}
	if n == 0 || statusretry.Fixable(".") {
		return
	}
	fmt.Fprintf(c.stderr, "atomicstatus: the fixes of statusretry (%s) call an Update that the module lacks: run atomicstatus manager internal/status first, or add -manager internal/status to -fix\n", count(n, "finding", "s"))
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/manager"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statusretry"
)

// withManager writes the package that fixes call, fixes, and takes the package
// back if no fix could be applied.
func (c *command) withManager(ctx context.Context, fix func() (int, bool)) int {
	dir := filepath.Clean(c.flags.manager)
	files, err := manager.Generate(ctx, manager.Config{Dir: dir, Tags: c.flags.tags})
	if err != nil {
		return c.failed(ctx, err)
	}
	changed, err := changedFiles(files)
	if err != nil {
		return c.fail(err)
	}
	_, err = os.Stat(dir)
	created := os.IsNotExist(err)
	if err := c.writeManager(dir, changed, false); err != nil {
		return c.fail(err)
	}
	code, done := fix()
	if !done {
		for _, file := range changed {
			err = os.Remove(file.Name)
		}
		if created && err == nil {
			err = os.Remove(dir)
		}
		if err != nil {
			return c.fail(fmt.Errorf("cannot take %s back: %w", dir, cause(err)))
		}
		fmt.Fprintf(c.stderr, "atomicstatus: nothing was fixed, so %s was taken back\n", dir)
	}
	return code
}

// tellManager says what is to be done before status updates can be fixed.
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
	fmt.Fprintf(c.stderr, "atomicstatus: %s of statusretry can be fixed once the module has a package with an Update to call: run atomicstatus manager internal/status first, or add -manager internal/status to -fix\n", count(n, "finding", "s"))
}

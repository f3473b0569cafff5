package manager

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/passes/load"
)

// verify type-checks the package as it will be, so that nothing is written that
// does not compile: with a name that the package has already, for a type whose
// package imports this one, or for one that it may not import.
func verify(ctx context.Context, cfg Config, files []File) error {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return err
	}
	overlay := make(map[string][]byte)
	for _, file := range files {
		if filepath.Ext(file.Name) != ".go" {
			continue
		}
		overlay[filepath.Join(dir, filepath.Base(file.Name))] = file.Content
	}
	prog, err := load.Load(ctx, load.Config{Patterns: []string{dir}, Tags: cfg.Tags, Tests: true, Overlay: overlay})
	if err != nil {
		return err
	}
	for _, broken := range slices.Backward(prog.Broken) { // the package itself comes last
		// What only the tests import may be new to the module: go mod tidy
		// adds it, but not before the files are there.
		if strings.Contains(broken.Reason, "missing go.sum entry") || strings.Contains(broken.Reason, "no required module provides package") {
			continue
		}
		if strings.Contains(broken.Reason, "outside main module") {
			return fmt.Errorf("%s is outside the module of the current directory: run in its own, or name that with -C DIR", cfg.Dir)
		}
		return fmt.Errorf("the package %s would not compile: %s", cfg.Dir, broken.Reason)
	}
	return nil
}

package statusretry

import (
	"path/filepath"

	"github.com/atomicstatus/atomicstatus/passes/internal/rewrite"
)

// Fixable reports that the module of a directory has a package, written by
// "atomicstatus manager", that the fixes of the check can call.
func Fixable(dir string) bool {
	dir, err := filepath.Abs(dir)
	return err == nil && rewrite.HasUpdater(dir)
}

// Beside returns the names of the files that the checks may read for a package besides
// its own, by its directory: tests, and what the fixes can call.
func Beside(dir string) []string { return rewrite.Beside(dir) }

// Forget makes that Fixable and Beside look again at modules they have seen: their files
// have changed.
func Forget() { rewrite.Forget() }

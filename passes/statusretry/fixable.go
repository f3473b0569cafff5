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

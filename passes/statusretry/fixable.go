package statusretry

import (
	"path/filepath"

	"github.com/atomicstatus/atomicstatus/passes/internal/rewrite"
)

// Manager is a package that "atomicstatus manager" has written, which the fixes of the
// checks call.
type Manager = rewrite.Manager

// Managers are these packages in the module of a directory, by their paths. Without any,
// no update is fixed; without a batch in any, no fix makes one write of what a reconcile
// writes by helpers.
func Managers(dir string) []Manager {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	return rewrite.Managers(dir)
}

// Beside returns the names of the files that the checks may read for a package besides
// its own, by its directory: tests, and what the fixes can call.
func Beside(dir string) []string { return rewrite.Beside(dir) }

// Forget makes that Managers and Beside look again at modules they have seen: their files
// have changed.
func Forget() { rewrite.Forget() }

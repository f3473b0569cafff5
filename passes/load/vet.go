package load

import (
	"encoding/json"
	"maps"
	"os"

	"github.com/atomicstatus/atomicstatus/passes/internal/gate"
)

// SkipVet answers for a package that cannot matter when go vet asks the vet
// tool for no more than its facts. It reports whether it did; then the tool has
// only to exit.
//
// go vet runs its tool on every dependency, the standard library included, and
// to parse and type-check those is most of the cost of a run. What matters is
// told by the configuration: the fact pass exports a fact for each relevant
// package, so the facts of a package are empty if and only if it is none.
//
// That an empty file is a valid answer holds up to x/tools v0.49; from v0.50 on
// it holds the types of the package as well.
func SkipVet(configFile string) bool {
	data, err := os.ReadFile(configFile)
	if err != nil {
		return false // for the driver to tell
	}
	var unit struct {
		ImportPath  string
		ImportMap   map[string]string // from paths as written to paths of packages
		PackageVetx map[string]string // the files with the facts of the direct imports
		ModulePath  string
		// Empty for the main module.
		ModuleVersion string
		VetxOnly      bool
		VetxOutput    string
	}
	if err := json.Unmarshal(data, &unit); err != nil || !unit.VetxOnly {
		return false
	}
	hasFacts := func(path string) bool {
		file, ok := unit.PackageVetx[path]
		if !ok {
			return false
		}
		info, err := os.Stat(file)
		return err != nil || info.Size() > 0
	}
	reaches := gate.Reaches
	if unit.ModulePath != "" && unit.ModuleVersion == "" {
		reaches = gate.OwnReaches
	}
	if reaches(unit.ImportPath, maps.Values(unit.ImportMap), hasFacts) {
		return false
	}
	return os.WriteFile(unit.VetxOutput, nil, 0o666) == nil
}

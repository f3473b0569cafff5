package load

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/passes/internal/gate"
)

// SkipVet answers for a package that cannot matter, or that has nothing but test files,
// in which nothing is reported and which nobody imports. It reports whether it did; then
// the tool has only to exit. Unless textOnly, which means that findings are printed and no
// more, it answers only where go vet asks for no more than facts.
//
// go vet runs its tool on every dependency, the standard library included, and
// to parse and type-check those is most of the cost of a run. What matters is
// told by the configuration: the fact pass exports a fact for each relevant
// package, so the facts of a package are empty if and only if it is none.
//
// That an empty file is a valid answer holds up to x/tools v0.49; from v0.50 on
// it holds the types of the package as well.
func SkipVet(configFile string, textOnly bool) bool {
	data, err := os.ReadFile(configFile)
	if err != nil {
		return false // for the driver to tell
	}
	var unit struct {
		ImportPath  string
		GoFiles     []string
		ImportMap   map[string]string // from paths as written to paths of packages
		PackageVetx map[string]string // the files with the facts of the direct imports
		ModulePath  string
		// Empty for the main module.
		ModuleVersion string
		VetxOnly      bool
		VetxOutput    string
	}
	if err := json.Unmarshal(data, &unit); err != nil || !unit.VetxOnly && !textOnly {
		return false
	}
	tests := len(unit.GoFiles) > 0 && !slices.ContainsFunc(unit.GoFiles, func(name string) bool { return !strings.HasSuffix(name, "_test.go") })
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
	if !tests && reaches(unit.ImportPath, maps.Values(unit.ImportMap), hasFacts) {
		return false
	}
	return os.WriteFile(unit.VetxOutput, nil, 0o666) == nil
}

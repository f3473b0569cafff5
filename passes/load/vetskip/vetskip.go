// Package vetskip ends the process early where it is the vet tool of a package that cannot
// matter. It is imported for that alone.
//
// go vet starts its tool anew for each package of a program, the standard library
// included. Nine of ten cannot matter, which is seen sooner than all that the tool is made
// of is initialised. So this package answers while it is initialised itself, and imports
// little, to come before most others: the go command has packages initialised in the order
// of their paths, each as soon as those are that it imports
// (https://go.dev/ref/spec#Program_initialization). If it came last, its answer would be the
// same, and later.
package vetskip

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/passes/internal/gate"
)

func init() {
	if len(os.Args) > 1 && answered(os.Args[1:]) {
		os.Exit(0)
	}
}

// answered reports that nothing is left to do for a tool with these arguments. go vet ends
// them with the file in which it describes the package.
//
// That tells whether the package can matter: the fact pass exports a fact for each
// relevant package, so the facts of a package are empty if and only if it is none. Nothing is
// reported where all files are tests either, and nobody imports those. Where go vet asks
// for more than text, the driver answers for the packages that are asked for.
//
// That an empty file is a valid answer holds up to x/tools v0.49; from v0.50 on
// it holds the types of the package as well.
func answered(args []string) bool {
	configFile := args[len(args)-1]
	if !strings.HasSuffix(configFile, ".cfg") {
		return false
	}
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
	if err := json.Unmarshal(data, &unit); err != nil || !unit.VetxOnly && !textOnly(args) {
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

// textOnly reports that go vet prints what the tool finds, and asks for no more.
func textOnly(args []string) bool {
	return !slices.ContainsFunc(args, func(arg string) bool {
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		return name == "json" || name == "fix" || name == "diff"
	})
}

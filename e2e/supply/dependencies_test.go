package supply

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/licensecheck"
	"golang.org/x/mod/modfile"
)

const root = "../.."

// Sections of docs/dependencies.md.
const (
	inCommand  = "In the command"
	inPlugin   = "In the plugin and the tests"
	inOthers   = "In modules of their own"
	inPrograms = "Programs"
)

// allowed are the licences of what users get.
var allowed = []string{"Apache-2.0", "BSD-3-Clause", "MIT"}

// documented returns the rows of the table in a section of docs/dependencies.md,
// without the quotes of its first column.
func documented(t *testing.T, section string) (rows [][]string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(data), "\n## "+section+"\n")
	if !ok {
		t.Fatalf("no section %s", section)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	for _, row := range regexp.MustCompile("(?m)^\\| `(.+)` \\|(.+)\\|$").FindAllStringSubmatch(text, -1) {
		cells := []string{row[1]}
		for cell := range strings.SplitSeq(row[2], "|") {
			if cell = strings.TrimSpace(cell); cell == "" {
				t.Errorf("%s: an empty cell for %s", section, row[1])
			}
			cells = append(cells, cell)
		}
		rows = append(rows, cells)
	}
	return rows
}

// ownModules are the modules that nobody gets who installs atomicstatus.
var ownModules = []string{"e2e", "plugin/golangci", "plugin/staticcheck"}

// Each dependency is listed where it ends up, with a reason, and no other is.
func TestDependencies(t *testing.T) {
	command := linked(t)
	var plugin []string
	for _, r := range goMod(t, ".").Require {
		if !slices.Contains(command, r.Mod.Path) {
			plugin = append(plugin, r.Mod.Path)
		}
	}
	var others []string
	for _, dir := range ownModules {
		for _, r := range goMod(t, dir).Require {
			if !r.Indirect && r.Mod.Path != goMod(t, ".").Module.Mod.Path && !slices.Contains(others, r.Mod.Path) {
				others = append(others, r.Mod.Path)
			}
		}
	}
	for section, want := range map[string][]string{
		inCommand:  command,
		inPlugin:   plugin,
		inOthers:   others,
		inPrograms: programs(t),
	} {
		var got []string
		for _, row := range documented(t, section) {
			got = append(got, row[0])
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("docs/dependencies.md, %s:\n%s\nwant\n%s", section, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// linked returns the modules that the command is made of on any platform of a
// release.
func linked(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, platform := range []string{"linux", "darwin", "windows"} {
		out := run(t, root, []string{"GOOS=" + platform, "CGO_ENABLED=0"},
			"go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", "./cmd/atomicstatus")
		all = append(all, strings.Fields(out)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// programs returns what is run without being in a go.mod.
func programs(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, name := range []string{"Makefile", "cmd/atomicstatus/internal/release/sbom.go"} {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`= "?(\S+/cmd/\S+)@v`).FindAllSubmatch(data, -1) {
			all = append(all, string(found[1]))
		}
	}
	return all
}

// The licences of dependencies are those that are listed, and those of what users
// get are allowed.
func TestLicences(t *testing.T) {
	for section, dir := range map[string]string{inCommand: ".", inPlugin: ".", inOthers: ""} {
		for _, row := range documented(t, section) {
			module, want := row[0], row[1]
			if strings.HasPrefix(module, "github.com/golangci/golangci-lint") {
				continue // which no test here downloads; it is handed to nobody
			}
			in := dir
			if section == inOthers {
				in = ownModules[slices.IndexFunc(ownModules, func(dir string) bool { return requires(t, dir, module) })]
			}
			found := licences(t, in, module)
			if got := strings.Join(found, ", "); got != want {
				t.Errorf("%s is under %q; docs/dependencies.md says %q", module, got, want)
			}
			for _, l := range found {
				if !slices.Contains(allowed, l) {
					t.Errorf("%s is under %s, which is not one of %q", module, l, allowed)
				}
			}
		}
	}
}

// requires reports that a module requires another, and not for others alone.
func requires(t *testing.T, dir, module string) bool {
	t.Helper()
	return slices.ContainsFunc(goMod(t, dir).Require, func(r *modfile.Require) bool { return !r.Indirect && r.Mod.Path == module })
}

// licences returns those of a module that another requires.
func licences(t *testing.T, dir, module string) (all []string) {
	t.Helper()
	at := strings.TrimSpace(run(t, filepath.Join(root, dir), nil, "go", "list", "-m", "-f", "{{.Dir}}", module))
	if at == "" {
		run(t, filepath.Join(root, dir), nil, "go", "mod", "download", module)
		return licences(t, dir, module)
	}
	files, err := filepath.Glob(filepath.Join(at, "LICEN[CS]E*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := licensecheck.Scan(text)
		if found.Percent < 75 { // the limit of pkg.go.dev
			t.Errorf("%s has a licence that is not recognised: %.0f%% is of %v", module, found.Percent, found.Match)
		}
		for _, match := range found.Match {
			all = append(all, match.ID)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func goMod(t *testing.T, dir string) *modfile.File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return mod
}

// run runs a program that must succeed, and returns what it prints.
func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, out, &stderr)
	}
	return string(out)
}

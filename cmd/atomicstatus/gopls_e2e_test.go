//go:build e2e

package main

import (
	"errors"
	"flag"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

var update = flag.Bool("update", false, "write the go.mod and go.sum of gopls anew, for the version of Go that runs the test")

// What is pinned is all that is needed: go has nothing to add or to remove.
func TestE2EGoplsPins(t *testing.T) {
	ctx := t.Context()
	goVersion, err := goVar(ctx, "GOVERSION")
	if err != nil {
		t.Fatal(err)
	}
	pins, err := goplsFor(goVersion)
	if err != nil {
		t.Fatal(err)
	}
	if err := pins.add(ctx, "../.."); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := pins.write(dir); err != nil {
		t.Fatal(err)
	}
	tidy := exec.Command("go", "mod", "tidy")
	tidy.Dir = dir
	tidy.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if out, err := tidy.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	tidied, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !*update {
		if got, want := requirements(pins.mod), requirements(tidied); got != want || string(sum) != string(pins.sum) {
			t.Errorf("go mod tidy changes go.mod or go.sum: run this test with -update\ngot:\n%s\nwant:\n%s", got, want)
		}
		return
	}
	if err := errors.Join(tidied.DropRequire(modulePath), tidied.DropReplace(modulePath, "v0.0.0")); err != nil {
		t.Fatal(err)
	}
	tidied.Cleanup()
	if mod, err = tidied.Format(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join("gopls", version.Lang(goVersion))
	if err := errors.Join(os.WriteFile(name+".mod", mod, 0o666), os.WriteFile(name+".sum", sum, 0o666)); err != nil {
		t.Fatal(err)
	}
}

// requirements lists what a go.mod requires, one a line, however it is grouped.
func requirements(mod *modfile.File) string {
	var all []string
	for _, r := range mod.Require {
		all = append(all, r.Mod.String())
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

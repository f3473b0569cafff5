package main

import (
	"bytes"
	"go/format"
	"go/version"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/semver"

	"github.com/atomicstatus/atomicstatus/analyzer"
)

// Every version of Go that has pins has a gopls, that does not need a later Go.
func TestGoplsFor(t *testing.T) {
	mods, err := fs.Glob(goplsFiles, "gopls/*.mod")
	if err != nil || len(mods) == 0 {
		t.Fatalf("%d go.mod files, error %v", len(mods), err)
	}
	for _, mod := range mods {
		lang := strings.TrimSuffix(filepath.Base(mod), ".mod")
		pins, err := goplsFor(lang + ".3")
		if err != nil {
			t.Errorf("%s: %v", lang, err)
			continue
		}
		if !semver.IsValid(pins.version) || len(pins.sum) == 0 {
			t.Errorf("%s: gopls %q, %d bytes of go.sum", lang, pins.version, len(pins.sum))
		}
		if needs := "go" + pins.mod.Go.Version; version.Compare(version.Lang(needs), lang) != 0 {
			t.Errorf("%s: its go.mod is for %s", lang, needs)
		}
	}
	for _, unknown := range []string{"go1.25.3", "devel go1.30-abcdef", ""} {
		if _, err := goplsFor(unknown); err == nil || !strings.Contains(err.Error(), "no gopls is known here that fits "+unknown) {
			t.Errorf("%q: error %v", unknown, err)
		}
	}
}

// The file that is added to gopls says what runs, and with which settings.
func TestGoplsChecks(t *testing.T) {
	check, err := analyzer.Find("statusphase")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	build := goplsBuild{Checks: []analyzer.Check{check}, Flags: []analyzer.Flag{{Name: "statusphase.phases", Value: `Phase,"Stage`}}}
	if err := goplsTemplates().ExecuteTemplate(&out, "checks.go.tmpl", build); err != nil {
		t.Fatal(err)
	}
	if _, err := format.Source(out.Bytes()); err != nil {
		t.Fatalf("%v in:\n%s", err, out.Bytes())
	}
	for _, want := range []string{`{Name: "statusphase.phases", Value: "Phase,\"Stage"}`, `"statusphase": true`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in:\n%s", want, out.Bytes())
		}
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/doc"
)

// A new check builds as it is written, is in the suite, and has a page.
func TestNewCheck(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	made, err := files(root, "statusbrand")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for path, text := range made {
		file := filepath.Join(dir, strings.ReplaceAll(path, "/", "_"))
		overlay.Replace[filepath.Join(root, path)] = file
		if err := os.WriteFile(file, text, 0o666); err != nil {
			t.Fatal(err)
		}
		if formatted, err := format.Source(text); err != nil || !bytes.Equal(formatted, text) {
			t.Errorf("%s is not formatted, %v", path, err)
		}
	}
	data, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, data, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, in := range [][]string{{root, "./passes/statusbrand", "./analyzer"}, {filepath.Join(root, "testdata/cases"), "./brand"}} {
		cmd := exec.CommandContext(t.Context(), "go", append([]string{"build", "-overlay=" + list}, in[1:]...)...)
		cmd.Dir = in[0]
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}
	if err := doc.New(string(made["passes/statusbrand/doc.go"]), "statusbrand").Err(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(string(made[suite]), "{statusbrand.Page, false, statusbrand.Analyzer},") {
		t.Error("the check is not in the list of the suite")
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"", "brand", "status", "statusBrand", "statusloop"} {
		if _, err := files("../../..", name); err == nil {
			t.Errorf("%q is taken for the name of a new check", name)
		}
	}
}

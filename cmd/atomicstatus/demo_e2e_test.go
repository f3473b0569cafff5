//go:build e2e

package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The fixes turn the controllers as they were first written into ones that do
// what those rewritten by hand do: put in their place, they pass the same tests,
// which count the status writes.
func TestE2EDemo(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../testdata/operator")); err != nil {
		t.Fatal(err)
	}
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	run(t, dir, 0, tool, "-fix", "-force", "./internal/before")
	for _, name := range []string{"notification.go", "workflowexecution.go"} {
		text, err := os.ReadFile(filepath.Join(dir, "internal/before", name))
		if err != nil {
			t.Fatal(err)
		}
		text = []byte(regexp.MustCompile(`(?m)^package before$`).ReplaceAllString(string(text), "package after"))
		if err := os.WriteFile(filepath.Join(dir, "internal/after", name), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	// The half that is fixed is compared with the one that is not.
	before := filepath.Join(dir, "internal/before")
	if err := os.RemoveAll(before); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(before, os.DirFS("../../testdata/operator/internal/before")); err != nil {
		t.Fatal(err)
	}
	run(t, dir, 0, "go", "vet", "./...")
	run(t, dir, 0, "go", "test", "./...")
}

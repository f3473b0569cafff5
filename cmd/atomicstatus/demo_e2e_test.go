//go:build e2e

package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The fixes leave the controllers as they were first written in working order, and
// no update of theirs outside a conflict retry. How often they write is for a
// rewrite by hand to change.
func TestE2EDemo(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../testdata/operator")); err != nil {
		t.Fatal(err)
	}
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	left := run(t, dir, 1, tool, "-fix", "-force", "./internal/before")
	if bytes.Contains(left, []byte("(statusretry)")) {
		t.Errorf("left after the fixes:\n%s", left)
	}
	for _, name := range []string{"notification.go", "workflowexecution.go"} {
		text, err := os.ReadFile(filepath.Join(dir, "internal/before", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte("status.Update(ctx, r.Client, ")) {
			t.Errorf("%s is as it was", name)
		}
	}
	run(t, dir, 0, "go", "vet", "./...")
}

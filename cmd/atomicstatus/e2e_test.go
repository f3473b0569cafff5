//go:build e2e

package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestE2E holds the command and go vet to the same findings in the example
// operator: all of them before the rewrite, none elsewhere.
func TestE2E(t *testing.T) {
	operator, err := filepath.Abs(filepath.Join("..", "..", "testdata", "operator"))
	if err != nil {
		t.Fatal(err)
	}
	// The tools may name files by their real path.
	if operator, err = filepath.EvalSymlinks(operator); err != nil {
		t.Fatal(err)
	}
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")

	command := findings(t, operator, run(t, operator, 1, tool, "-json", "./..."))
	vet := findings(t, operator, run(t, operator, 0, "go", "vet", "-vettool="+tool, "-json", "./..."))

	for _, f := range command {
		if !slices.Contains(vet, f) {
			t.Errorf("only the command finds %s", f)
		}
	}
	for _, f := range vet {
		if !slices.Contains(command, f) {
			t.Errorf("only go vet finds %s", f)
		}
	}
	for _, check := range []string{"statusloop", "statusmulti", "statusretry"} {
		if !slices.ContainsFunc(command, func(f string) bool { return strings.HasSuffix(f, "("+check+")") }) {
			t.Errorf("no finding of %s", check)
		}
	}
	for _, f := range command {
		if !strings.HasPrefix(f, "internal/before/") {
			t.Errorf("a finding outside internal/before: %s", f)
		}
	}
}

// run runs a program that must exit with the given code, and returns what it
// prints on its standard output.
func run(t *testing.T, dir string, code int, name string, args ...string) []byte {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("%s exits with %d, want %d\n%s%s", cmd, got, code, stdout, stderr.Bytes())
	}
	return stdout
}

// findings reads what -json prints: objects that map packages to checks to
// findings. go vet prints one for each package.
func findings(t *testing.T, dir string, output []byte) []string {
	t.Helper()
	var all []string
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var packages map[string]map[string]json.RawMessage
		if err := decoder.Decode(&packages); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v in:\n%s", err, output)
		}
		for pkg, checks := range packages {
			for check, raw := range checks {
				var found []struct{ Posn, Message string }
				// A check that failed has an object with its error here.
				if err := json.Unmarshal(raw, &found); err != nil {
					t.Fatalf("%s of %s: %s", check, pkg, raw)
				}
				for _, f := range found {
					posn := filepath.ToSlash(strings.TrimPrefix(f.Posn, dir+string(filepath.Separator)))
					all = append(all, fmt.Sprintf("%s: %s (%s)", posn, f.Message, check))
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

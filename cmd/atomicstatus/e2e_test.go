//go:build e2e

package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/diff"
)

// TestE2E holds the command and go vet to the same findings, and the command to
// the same bytes on every run.
func TestE2E(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")

	for _, module := range []string{"operator", "cases", "cases-old"} {
		t.Run(module, func(t *testing.T) {
			dir := moduleDir(t, module)
			output := run(t, dir, 1, tool, "-json", "./...")
			command := findings(t, dir, output)
			vet := findings(t, dir, run(t, dir, 0, "go", "vet", "-vettool="+tool, "-json", "./..."))
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
			if len(command) != len(vet) {
				t.Errorf("the command has %d findings, go vet %d", len(command), len(vet))
			}
			switch module {
			case "operator":
				checkOperator(t, command)
			case "cases": // most findings, and every shape of program
				for range 9 {
					if again := run(t, dir, 1, tool, "-json", "./..."); !bytes.Equal(again, output) {
						t.Fatalf("two runs differ:\n%s\n%s", output, again)
					}
				}
			}
		})
	}
}

// TestE2EFix holds the command, go vet and go fix to the same files. The fixes of
// this package are independent, so that one round of go vet is enough.
func TestE2EFix(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	const pkg, file = "./rewrite/fixes", "rewrite/fixes/update.go"

	fixed := make(map[string]string)
	before := ""
	for name, args := range map[string][]string{
		"command": {tool, "-fix", "-force", "-checks=statusretry", pkg},
		"go vet":  {"go", "vet", "-vettool=" + tool, "-fix", "-statusretry", pkg},
		"go fix":  {"go", "fix", "-fixtool=" + tool, "-statusretry", pkg},
	} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(moduleDir(t, "cases"))); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		before = string(data)
		code := 0
		if name == "command" {
			code = 1 // some findings have no fix
		}
		run(t, dir, code, args[0], args[1:]...)
		if data, err = os.ReadFile(filepath.Join(dir, file)); err != nil {
			t.Fatal(err)
		}
		fixed[name] = string(data)
		run(t, dir, 0, "go", "vet", pkg)
	}
	for name, text := range fixed {
		if text == before {
			t.Errorf("%s changes nothing", name)
		}
		if text != fixed["command"] {
			t.Errorf("%s makes another file than the command:\n%s", name, diff.Unified(file, []byte(fixed["command"]), []byte(text)))
		}
	}
}

// TestE2EFixAll holds that what -fix makes of every shape of program compiles, and
// that -fix leaves it as it is.
func TestE2EFixAll(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(moduleDir(t, "cases"))); err != nil {
		t.Fatal(err)
	}
	before := run(t, dir, 1, tool, "./...")
	left := run(t, dir, 1, tool, "-fix", "-force", "./...")
	if bytes.Count(left, []byte("\n")) >= bytes.Count(before, []byte("\n")) {
		t.Error("-fix leaves no fewer findings than there were")
	}
	run(t, dir, 0, "go", "vet", "./...")
	if diff := run(t, dir, 1, tool, "-diff", "./..."); len(diff) > 0 {
		t.Errorf("-fix leaves something to fix:\n%s", diff)
	}
	if again := run(t, dir, 1, tool, "./..."); !bytes.HasPrefix(again, left) { // a summary follows
		t.Error("the findings after -fix are not those that it prints")
	}
}

// checkOperator wants findings of every check before the rewrite, and none
// elsewhere.
func checkOperator(t *testing.T, findings []string) {
	for _, check := range []string{"statusloop", "statusmulti", "statusretry"} {
		if !slices.ContainsFunc(findings, func(f string) bool { return strings.HasSuffix(f, "("+check+")") }) {
			t.Errorf("no finding of %s", check)
		}
	}
	for _, f := range findings {
		if !strings.HasPrefix(f, "internal/before/") {
			t.Errorf("a finding outside internal/before: %s", f)
		}
	}
}

func moduleDir(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	// The tools may name files by their real path.
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		t.Fatal(err)
	}
	return dir
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
				var found []struct {
					Posn, End, Message string
					Related            []struct{ Posn, End, Message string }
				}
				// A check that failed has an object with its error here.
				if err := json.Unmarshal(raw, &found); err != nil {
					t.Fatalf("%s of %s: %s", check, pkg, raw)
				}
				for _, f := range found {
					posn := filepath.ToSlash(strings.TrimPrefix(f.Posn, dir+string(filepath.Separator)))
					all = append(all, fmt.Sprintf("%s to %s: %s %v (%s)", posn, f.End, f.Message, f.Related, check))
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"atomicstatus": main})
}

const scripts = "../../testdata/script"

// TestScripts runs the command as users do. Each script has a module of its own
// in $WORK/module, over stubs of the client libraries, and needs no network.
func TestScripts(t *testing.T) {
	env := goEnv(t, "GOCACHE", "GOPATH")
	testscript.Run(t, testscript.Params{
		Dir: scripts,
		Setup: func(e *testscript.Env) error {
			for _, dir := range []string{"stub", "module"} {
				if err := overlay(filepath.Join(e.WorkDir, dir), filepath.Join(scripts, "common", dir)); err != nil {
					return err
				}
			}
			e.Vars = append(e.Vars, env...)
			tool, _, _ := strings.Cut(e.Getenv("PATH"), string(os.PathListSeparator))
			e.Setenv("TOOLDIR", tool) // where testscript puts the command
			e.Setenv("GOPROXY", "off")
			e.Setenv("GOFLAGS", "")
			e.Setenv("GOWORK", "off")
			e.Setenv("ATOMICSTATUS_CACHE", filepath.Join(e.WorkDir, "cache"))
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" { // to whom permissions mean nothing
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exitcode":     exitcode,
			"findings":     findings,
			"stdout-lines": lines("stdout"),
			"stderr-lines": lines("stderr"),
		},
	})
}

// exitcode runs a command that must end with a certain exit code:
// exitcode CODE COMMAND ARGS...
func exitcode(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// lines checks how many lines the last command wrote.
func lines(stream string) func(ts *testscript.TestScript, _ bool, args []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		if got := strings.Count(ts.ReadFile(stream), "\n"); strconv.Itoa(got) != args[0] {
			ts.Fatalf("%s has %d lines, want %s", stream, got, args[0])
		}
	}
}

// findingLine matches the line of a finding in text.
var findingLine = regexp.MustCompile(`(?m)^\S.*:\d+:\d+: .* \(\w+\)$`)

// findings checks how many findings the last command printed as text.
func findings(ts *testscript.TestScript, _ bool, args []string) {
	if got := len(findingLine.FindAllString(ts.ReadFile("stdout"), -1)); strconv.Itoa(got) != args[0] {
		ts.Fatalf("stdout has %d findings, want %s", got, args[0])
	}
}

// overlay copies the files that the script has not brought itself.
func overlay(to, from string) error {
	return filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if _, err := os.Stat(target); err == nil {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o666)
	})
}

// goEnv returns variables of the go command as they hold outside of scripts.
func goEnv(t *testing.T, names ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var env []string
	for i, value := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		env = append(env, fmt.Sprintf("%s=%s", names[i], value))
	}
	return env
}

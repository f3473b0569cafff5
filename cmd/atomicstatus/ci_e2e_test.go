//go:build e2e

package main_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const top = "../.."

// TestE2EAction runs the steps of the action as a runner does, but for those that
// are actions of others.
func TestE2EAction(t *testing.T) {
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Steps []struct {
				ID, Run, If, Uses string
				WorkingDirectory  string `yaml:"working-directory"`
				Env               map[string]string
			}
		}
	}
	readYAML(t, filepath.Join(top, "action.yml"), &action)
	// A tag may move; what is used is a commit.
	for _, step := range action.Runs.Steps {
		if step.Uses != "" && !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(step.Uses) {
			t.Errorf("%s is no commit", step.Uses)
		}
		if step.ID == "" && strings.Contains(step.Run, "go install") && step.Env["GOTOOLCHAIN"] != "${{ steps.key.outputs.go }}+auto" {
			t.Error("an older Go cannot install the tool, or the tool cannot check what is for a newer one")
		}
	}
	repository, err := filepath.Abs(top)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		inputs   map[string]string
		code     int
		uploaded bool
		stdout   string
	}{
		"findings":    {map[string]string{"packages": "./internal/before ./internal/after", "args": "-checks statusloop"}, 1, true, ""},
		"none":        {map[string]string{"packages": "./internal/after"}, 0, true, ""},
		"annotations": {map[string]string{"upload": "false", "packages": "./internal/before"}, 1, false, "::warning file=testdata/operator/internal/before/"},
		"bad flag":    {map[string]string{"args": "-nope"}, 2, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			output := filepath.Join(t.TempDir(), "output")
			values := map[string]string{"runner.temp": t.TempDir()}
			for name, input := range action.Inputs {
				values["inputs."+name] = input.Default
			}
			values["inputs.working-directory"] = moduleDir(t, "operator")
			for name, value := range test.inputs {
				values["inputs."+name] = value
			}
			expand := func(text string) string {
				for name, value := range values {
					text = strings.ReplaceAll(text, "${{ "+name+" }}", value)
				}
				if strings.Contains(text, "${{") {
					t.Fatalf("the action uses what a runner does not know: %s", text)
				}
				return text
			}
			uploads, code := 0, 0
			var stdout bytes.Buffer
			for _, step := range action.Runs.Steps {
				if strings.HasPrefix(step.Uses, "actions/cache@") { // which has nothing the first time
					values["steps.cache.outputs.cache-hit"] = ""
					continue
				}
				if step.Uses != "" {
					if step.If != "steps.lint.outputs.sarif != ''" {
						t.Fatalf("%s runs if %s", step.Uses, step.If)
					}
					if sarif := values["steps.lint.outputs.sarif"]; sarif != "" {
						uploads++
						var log struct{ Runs []any }
						if data, err := os.ReadFile(sarif); err != nil || json.Unmarshal(data, &log) != nil || len(log.Runs) != 1 {
							t.Errorf("%s is no log: %v", sarif, err)
						}
					}
					continue
				}
				cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
				cmd.Dir = expand(step.WorkingDirectory)
				cmd.Env = append(os.Environ(), "GITHUB_ACTION_PATH="+repository, "GITHUB_OUTPUT="+output, "RUNNER_OS=Linux", "RUNNER_ARCH=X64")
				for name, value := range step.Env {
					cmd.Env = append(cmd.Env, name+"="+expand(value))
				}
				cmd.Stdout, cmd.Stderr = &stdout, os.Stderr
				cmd.Run() // its exit code tells
				code = cmd.ProcessState.ExitCode()
				lines, _ := os.ReadFile(output) // none before the first step that writes some
				for line := range strings.Lines(string(lines)) {
					name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
					values["steps.lint.outputs."+name], values["steps.key.outputs."+name] = value, value
				}
			}
			if code != test.code || uploads > 0 != test.uploaded || !strings.Contains(stdout.String(), test.stdout) {
				t.Errorf("the action ends with %d after %d uploads, and prints\n%s", code, uploads, &stdout)
			}
		})
	}
}

// TestE2EPreCommit does what pre-commit does for a hook in Go.
func TestE2EPreCommit(t *testing.T) {
	var hooks []struct {
		ID, Entry, Language string
		PassFilenames       *bool `yaml:"pass_filenames"`
	}
	readYAML(t, filepath.Join(top, ".pre-commit-hooks.yaml"), &hooks)
	hook := hooks[0]
	if hook.ID != "atomicstatus" || hook.Language != "golang" || hook.PassFilenames == nil || *hook.PassFilenames {
		t.Fatalf("the hook is %+v", hook)
	}
	bin := t.TempDir()
	t.Setenv("GOBIN", bin)
	run(t, top, 0, "go", "install", "./...")
	run(t, moduleDir(t, "operator"), 1, filepath.Join(bin, hook.Entry))
	run(t, moduleDir(t, "operator"), 0, filepath.Join(bin, hook.Entry), "./internal/after")
}

// TestE2EGitLab runs the job of the documentation.
func TestE2EGitLab(t *testing.T) {
	if _, err := exec.LookPath("jq"); err != nil {
		t.Skip("needs jq")
	}
	var job struct {
		Atomicstatus struct{ Script []string }
	}
	if err := yaml.Unmarshal(snippet(t, "yaml", "gl-code-quality-report.json"), &job); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(moduleDir(t, "operator"))); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	run(t, ".", 0, "go", "build", "-o", filepath.Join(bin, "atomicstatus"), ".")
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	run(t, dir, 1, "bash", "-e", "-c", strings.Join(job.Atomicstatus.Script, "\n"))
	data, err := os.ReadFile(filepath.Join(dir, "gl-code-quality-report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var report []struct {
		CheckName, Description, Fingerprint, Severity string
		Location                                      struct {
			Path  string
			Lines struct{ Begin int }
		}
	}
	data = bytes.ReplaceAll(data, []byte("check_name"), []byte("checkname"))
	if err := json.Unmarshal(data, &report); err != nil || len(report) == 0 {
		t.Fatalf("%v in\n%s", err, data)
	}
	for _, f := range report {
		if f.CheckName == "" || f.Description == "" || len(f.Fingerprint) != 32 || f.Severity != "major" ||
			!strings.HasPrefix(f.Location.Path, "internal/before/") || f.Location.Lines.Begin == 0 {
			t.Errorf("a finding is told as %+v", f)
		}
	}
}

// TestE2ENogo holds the checks that the documentation gives nogo to the default
// ones.
func TestE2ENogo(t *testing.T) {
	var named []string
	for line := range strings.Lines(string(snippet(t, "python", "nogo("))) {
		if _, name, ok := strings.Cut(line, "//passes/"); ok {
			named = append(named, strings.Trim(name, "\",\n"))
		}
	}
	var checks []string
	for line := range strings.Lines(string(run(t, ".", 0, "go", "run", ".", "checks"))) {
		if fields := strings.Fields(line); fields[1] == "on" {
			checks = append(checks, fields[0])
		}
	}
	slices.Sort(checks)
	if !slices.Equal(named, checks) {
		t.Errorf("the documentation names %v, the default checks are %v", named, checks)
	}
	var config map[string]struct {
		AnalyzerFlags map[string]string `json:"analyzer_flags"`
	}
	if err := json.Unmarshal(snippet(t, "json", "exclude_files"), &config); err != nil {
		t.Fatal(err)
	}
	help := string(run(t, ".", 0, "go", "run", ".", "help", "all"))
	for name, check := range config {
		if !slices.Contains(checks, name) {
			t.Errorf("the configuration of nogo names %s", name)
		}
		for flag := range check.AnalyzerFlags {
			if !strings.Contains(help, "    -"+name+"."+flag+" ") {
				t.Errorf("%s has no flag %s", name, flag)
			}
		}
	}
}

// snippet returns the block of the documentation that has the text in it.
func snippet(t *testing.T, language, text string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(top, "docs", "ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	for i, block := range bytes.Split(data, []byte("```")) {
		if i%2 == 1 && bytes.HasPrefix(block, []byte(language+"\n")) && bytes.Contains(block, []byte(text)) {
			return bytes.TrimPrefix(block, []byte(language))
		}
	}
	t.Fatalf("docs/ci.md has no %s with %s", language, text)
	return nil
}

func readYAML(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

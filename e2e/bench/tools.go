package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// The versions of the tools that come from the module proxy.
const (
	staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.1"
	nilaway     = "go.uber.org/nilaway/cmd/nilaway@v0.0.0-20260918162853-acb8859b9031"
)

// Tool is one of those that are compared.
type Tool struct {
	Name string
	// run runs it on packages, with a directory for what it keeps between runs.
	run func(ctx context.Context, o *Operator, cache string) (Cost, error)
	// Cache tells that it keeps anything; else a run after an edit is like any other.
	Cache bool
}

// buildTools builds all tools into a directory. The first is what the others are
// compared with.
func buildTools(ctx context.Context, dir string) ([]Tool, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, args := range [][]string{
		{".", "build", "-o", at("empty"), "./bench/empty"},
		{"..", "build", "-o", at("atomicstatus"), "./cmd/atomicstatus"},
		{"../plugin/golangci", "build", "-o", at("golangci-lint"), "."},
		{".", "install", staticcheck},
		{".", "install", nilaway},
	} {
		cmd := exec.CommandContext(ctx, "go", args[1:]...)
		cmd.Dir, cmd.Env = args[0], append(os.Environ(), "GOBIN="+dir, "GOFLAGS=")
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", cmd, err, out)
		}
	}
	return []Tool{
		{"an empty analyzer with facts, as vet tool", vetTool(at("empty")), true},
		{"atomicstatus", cached(at("atomicstatus"), "ATOMICSTATUS_CACHE"), true},
		{"atomicstatus, without its cache", uncached(at("atomicstatus")), false},
		{"atomicstatus, as vet tool", vetTool(at("atomicstatus")), true},
		{"go vet", goVet, true},
		{"staticcheck v0.8.1", cached(at("staticcheck"), "STATICCHECK_CACHE"), true},
		{"golangci-lint, its standard set", golangci(at("golangci-lint"), "standard", ""), true},
		{"golangci-lint, its standard set and atomicstatus", golangci(at("golangci-lint"), "standard", "atomicstatus"), true},
		{"golangci-lint, errcheck and bodyclose", golangci(at("golangci-lint"), "none", "errcheck, bodyclose"), true},
		{"golangci-lint, these two and atomicstatus", golangci(at("golangci-lint"), "none", "errcheck, bodyclose, atomicstatus"), true},
		{"nilaway, on the module alone", nilAway(at("nilaway")), false},
	}, nil
}

// uncached runs atomicstatus with its cache off.
func uncached(binary string) func(context.Context, *Operator, string) (Cost, error) {
	return func(ctx context.Context, o *Operator, _ string) (Cost, error) {
		return measure(ctx, o.dir, []string{"ATOMICSTATUS_CACHE=off"}, found, binary, o.patterns...)
	}
}

func nilAway(binary string) func(context.Context, *Operator, string) (Cost, error) {
	return func(ctx context.Context, o *Operator, _ string) (Cost, error) {
		return measure(ctx, o.dir, nil, foundNilaway, binary, append([]string{"-include-pkgs=" + o.module}, o.patterns...)...)
	}
}

// cached runs a tool whose cache lies where a variable says.
func cached(binary, variable string) func(context.Context, *Operator, string) (Cost, error) {
	return func(ctx context.Context, o *Operator, cache string) (Cost, error) {
		return measure(ctx, o.dir, []string{variable + "=" + cache}, found, binary, o.patterns...)
	}
}

// golangci runs golangci-lint with one of its sets and some linters, and no limit of its
// output.
func golangci(binary, set, linters string) func(context.Context, *Operator, string) (Cost, error) {
	return func(ctx context.Context, o *Operator, cache string) (Cost, error) {
		config := filepath.Join(cache, "golangci.yml")
		text := fmt.Sprintf(`version: "2"
linters:
  default: %s
  enable: [%s]
  settings: {custom: {atomicstatus: {type: module}}}
issues: {uniq-by-line: false, max-issues-per-linter: 0, max-same-issues: 0}
`, set, linters)
		if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
			return Cost{}, err
		}
		args := append([]string{"run", "--issues-exit-code=1", "--timeout=30m", "--allow-parallel-runners", "--config=" + config}, o.patterns...)
		return measure(ctx, o.dir, []string{"GOLANGCI_LINT_CACHE=" + cache}, found, binary, args...)
	}
}

// vetTool runs a vet tool. The go command keeps its results by the content of
// the tool, so each cache gets a copy of its own, with its name at the end.
func vetTool(binary string) func(context.Context, *Operator, string) (Cost, error) {
	return func(ctx context.Context, o *Operator, cache string) (Cost, error) {
		tool := filepath.Join(cache, filepath.Base(binary))
		if _, err := os.Stat(tool); err != nil {
			text, err := os.ReadFile(binary)
			if err != nil {
				return Cost{}, err
			}
			if err := os.WriteFile(tool, append(text, cache...), 0o755); err != nil {
				return Cost{}, err
			}
		}
		return measure(ctx, o.dir, nil, found, "go", append([]string{"vet", "-vettool=" + tool}, o.patterns...)...)
	}
}

// goVet runs go vet as it is. Its results are kept by its version and its flags,
// so each cache gets a flag of its own, which changes nothing else.
func goVet(ctx context.Context, o *Operator, cache string) (Cost, error) {
	return measure(ctx, o.dir, nil, found, "go", append([]string{"vet", "-printf.funcs=" + filepath.Base(cache)}, o.patterns...)...)
}

//go:build proof

package proof

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// root is the directory of the repository, from that of this package.
const root = "../.."

// Halves are the runners of the example operator, as programs: with the
// controllers as they were first written, and as all fixes leave them.
type Halves struct{ Before, After string }

// BuildHalves builds the runner in a copy of the example operator as it is, and
// in one whose package before the command has rewritten. Both are in dir.
func BuildHalves(ctx context.Context, dir string) (*Halves, error) {
	halves := &Halves{Before: filepath.Join(dir, "runner-before"), After: filepath.Join(dir, "runner-after")}
	for _, runner := range []string{halves.Before, halves.After} {
		source := runner + "-source"
		if err := os.CopyFS(source, os.DirFS(filepath.Join(root, "testdata/operator"))); err != nil {
			return nil, err
		}
		if runner == halves.After {
			if err := rewrite(ctx, dir, source); err != nil {
				return nil, err
			}
		}
		if err := os.CopyFS(filepath.Join(source, "cmd/runner"), os.DirFS("testdata/runner")); err != nil {
			return nil, err
		}
		if _, err := output(ctx, source, "go", "build", "-o", runner, "./cmd/runner"); err != nil {
			return nil, err
		}
	}
	return halves, halves.check()
}

// rewrite applies the fixes for package before of an operator, those for review too,
// which must leave it nothing to report.
func rewrite(ctx context.Context, dir, operator string) error {
	tool, err := filepath.Abs(filepath.Join(dir, "atomicstatus"))
	if err != nil {
		return err
	}
	if _, err := output(ctx, root, "go", "build", "-o", tool, "./cmd/atomicstatus"); err != nil {
		return err
	}
	_, err = output(ctx, operator, tool, "-fix=review", "-force", "./internal/before")
	return err
}

// check makes sure that the halves differ, and in nothing but the controllers.
func (h *Halves) check() error {
	before, after := os.DirFS(h.Before+"-source"), os.DirFS(h.After+"-source")
	differ := 0
	err := fs.WalkDir(before, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		old, err := fs.ReadFile(before, path)
		if err != nil {
			return err
		}
		changed, err := fs.ReadFile(after, path)
		if err != nil {
			return err
		}
		if bytes.Equal(old, changed) {
			return nil
		}
		if filepath.Dir(path) != "internal/before" {
			return fmt.Errorf("the halves differ in %s, which is none of the controllers", path)
		}
		differ++
		return nil
	})
	if err == nil && differ == 0 {
		err = errors.New("the halves do not differ")
	}
	return err
}

// output runs a command in dir and returns what it says, on stderr too.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return string(out), nil
}

// A call is what the requests for one object have in common that the runner
// counts together.
type call struct {
	Verb, Resource, Subresource string
	Code                        int // 0 if there was no answer
}

// runnerReport is what the runner prints.
type runnerReport struct {
	Calls []struct {
		call
		Count int
	}

	// Of the controllers.
	Overtaken int // objects that somebody changed just before their first status write
	Panics    int

	// Of a storm.
	Confirmed                 int // writes that returned no error
	Conflicts, Invalid, Other int // errors
	Example                   string
}

// sum adds up the calls that match.
func (r *runnerReport) sum(match func(call) bool) int {
	n := 0
	for _, c := range r.Calls {
		if match(c.call) {
			n += c.Count
		}
	}
	return n
}

// run runs a runner to its end. What it logs is in the error, if it fails: the
// controllers of package before log much of what goes as planned.
func run(ctx context.Context, runner, kubeconfig string, args ...string) (*runnerReport, error) {
	cmd := exec.CommandContext(ctx, runner, append([]string{"-kubeconfig", kubeconfig}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// The runner ends when its stdin does.
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	defer stdin.Close()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", filepath.Base(runner), args, err, tail(stderr.Bytes()))
	}
	report := &runnerReport{}
	if err := json.Unmarshal(stdout.Bytes(), report); err != nil {
		return nil, fmt.Errorf("%s %s printed %q: %w", filepath.Base(runner), args, stdout.Bytes(), err)
	}
	if report.Panics > 0 {
		return nil, fmt.Errorf("%s %s: %d panics\n%s", filepath.Base(runner), args, report.Panics, tail(stderr.Bytes()))
	}
	return report, nil
}

// tail returns the end of a log.
func tail(log []byte) []byte {
	const most = 4000
	return log[max(0, len(log)-most):]
}

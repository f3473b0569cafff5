//go:build e2e

package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// controller is a package with a finding that another package is needed for.
var controller = map[string]string{
	"record/record.go": `package record

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/operator/api"
)

func Phase(ctx context.Context, c client.Client, job *api.Job, phase string) error {
	if job.Status.Phase == phase {
		return nil
	}
	job.Status.Phase = phase
	return c.Status().Update(ctx, job)
}
`,
	"job/job.go": `package job

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/operator/api"
	"example.com/operator/record"
)

func Run(ctx context.Context, c client.Client, job *api.Job) error {
	for _, step := range job.Spec.Steps {
		if err := record.Phase(ctx, c, job, step); err != nil {
			return err
		}
	}
	return nil
}
`,
}

// TestE2ESharedCache runs go vet on machines that share nothing but what a program
// behind GOCACHEPROG keeps: each package is analysed once, by whoever is first.
func TestE2ESharedCache(t *testing.T) {
	dir := t.TempDir()
	tool, cache := filepath.Join(dir, "atomicstatus"), filepath.Join(dir, "cacheprog")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	run(t, ".", 0, "go", "build", "-o", cache, "./testdata/cacheprog")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "testdata", "script", "common"))); err != nil {
		t.Fatal(err)
	}
	module, shared := filepath.Join(dir, "module"), filepath.Join(dir, "shared")
	for _, d := range []string{shared, filepath.Join(module, "job"), filepath.Join(module, "record")} {
		if err := os.Mkdir(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(module, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range controller {
		put(name, text)
	}
	// The go command tells the tool what to analyse by files that end in .cfg.
	watched, seen := filepath.Join(dir, "watched"), filepath.Join(dir, "seen")
	script := "#!/bin/sh\ncase \"$*\" in *.cfg) echo \"$*\" >>'" + seen + "';; esac\nexec '" + tool + "' \"$@\"\n"
	if err := os.WriteFile(watched, []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}

	// machine returns what go vet prints on a new machine, and how many packages
	// the tool is called for.
	machine := func() (output string, analysed int) {
		os.Remove(seen)
		cmd := exec.Command("go", "vet", "-vettool="+watched, "./...")
		cmd.Dir = module
		cmd.Env = append(os.Environ(), "GOCACHE="+t.TempDir(), "GOCACHEPROG="+cache+" "+shared, "GOFLAGS=", "GOPROXY=off", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != 1 {
			t.Fatalf("go vet ends with %v:\n%s", err, out)
		}
		list, _ := os.ReadFile(seen) // none, if it is called for no package
		return string(out), strings.Count(string(list), "\n")
	}
	first, analysed := machine()
	if !strings.Contains(first, "job/job.go:14:13: the status of job is written again") {
		t.Errorf("the first machine prints\n%s", first)
	}
	if analysed < len(controller) {
		t.Errorf("the first machine analyses %d packages", analysed)
	}
	t.Logf("the first machine analyses %d packages", analysed)
	second, analysed := machine()
	if analysed != 0 {
		t.Errorf("the second machine analyses %d packages, want none", analysed)
	}
	if second != first {
		t.Errorf("the second machine prints\n%snot\n%s", second, first)
	}
	// Nothing imports this package; so nothing else has to be analysed again.
	put("job/job.go", controller["job/job.go"]+"\nfunc more() {}\n")
	if third, analysed := machine(); analysed != 1 || third != first {
		t.Errorf("after a change the third machine analyses %d packages, want 1, and prints\n%s", analysed, third)
	}
}

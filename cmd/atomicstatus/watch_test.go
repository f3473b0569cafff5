package main

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// -watch prints all findings at first, and then those that come and go.
func TestWatch(t *testing.T) {
	w := newWorkspace(t)
	cmd := exec.Command("atomicstatus", "-cache="+w.cache, "-watch")
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	wait := func(for_ string) {
		t.Helper()
		patience := time.After(2 * time.Minute)
		var seen []string
		for {
			select {
			case line, ok := <-lines:
				seen = append(seen, line)
				if strings.Contains(line, for_) {
					return
				}
				if !ok {
					t.Fatalf("no %q in\n%s", for_, strings.Join(seen, "\n"))
				}
			case <-patience:
				_ = cmd.Process.Kill()
				t.Fatalf("no %q for too long, only\n%s", for_, strings.Join(seen, "\n"))
			}
		}
	}
	wait("4 findings: ")
	wait("atomicstatus: watching for changes")

	record := w.read("record/record.go")
	w.write("record/record.go", strings.Replace(record, "return c.Status().Update(ctx, job)", "return nil", 1))
	wait("no finding came, 3 went: 1 is there")
	wait("gone: job/job.go:14:13: the status of job is written again")
	w.write("record/record.go", "package record\n\nfunc")
	wait("record/record.go:3:5: expected 'IDENT'")
	w.write("record/record.go", "// Package record has a comment now.\n"+record)
	wait("3 findings came, 0 went: 4 are there")
	wait("(statusloop)")
	w.write("extra/extra.go", strings.Replace(record, "package record", "package extra", 1))
	wait("1 finding came, 0 went: 5 are there")
	w.write(".atomicstatus.yaml", "checks: {disable: [statusretry]}\n")
	wait("no finding came, 3 went: 2 are there")
	w.write(".atomicstatus.yaml", "")
	wait("3 findings came, 0 went: 5 are there")

	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for range lines {
	}
	if _ = cmd.Wait(); cmd.ProcessState.ExitCode() != exitFindings {
		t.Errorf("interrupted, it ends with %d", cmd.ProcessState.ExitCode())
	}
}

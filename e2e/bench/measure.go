package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Cost is what a run cost.
type Cost struct {
	CPU    time.Duration // in user mode, of all processes
	Memory int64         // the most that all processes held at once, in bytes
}

// found are the exit codes by which tools say that they have found something.
const (
	found        = 1
	foundNilaway = 3
)

// measure runs a command, for which findings are no failure: it says so by that
// exit code.
func measure(ctx context.Context, dir string, env []string, findings int, name string, args ...string) (Cost, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var output bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, append(os.Environ(), env...), &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return Cost{}, err
	}
	done := make(chan struct{})
	peak := make(chan int64)
	go func() {
		var most int64
		for tick := time.NewTicker(200 * time.Millisecond); ; {
			select {
			case <-tick.C:
				most = max(most, resident(cmd.Process.Pid))
			case <-done:
				tick.Stop()
				peak <- most
				return
			}
		}
	}()
	err := cmd.Wait()
	close(done)
	cost := Cost{Memory: <-peak, CPU: cmd.ProcessState.UserTime()}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	cost.Memory = max(cost.Memory, usage.Maxrss*1024) // of a run too short to be looked at
	var exit *exec.ExitError
	broken := bytes.Contains(output.Bytes(), []byte("(typecheck)")) // a finding, to golangci-lint
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == findings) || broken {
		return Cost{}, fmt.Errorf("%s: %w\n%s", cmd, err, output.Bytes())
	}
	return cost, nil
}

// resident is the memory that the processes of a group hold.
func resident(group int) int64 {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	var pages int64
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		// The name of the command, in brackets, may hold anything.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if len(fields) > 21 && fields[2] == strconv.Itoa(group) {
			n, _ := strconv.ParseInt(fields[21], 10, 64)
			pages += n
		}
	}
	return pages * int64(os.Getpagesize())
}

// median is the median of costs, of time and memory each.
func median(costs []Cost) Cost {
	mid := len(costs) / 2
	byCPU := slices.SortedFunc(slices.Values(costs), func(a, b Cost) int { return int(a.CPU - b.CPU) })
	byMemory := slices.SortedFunc(slices.Values(costs), func(a, b Cost) int { return int(a.Memory - b.Memory) })
	return Cost{byCPU[mid].CPU, byMemory[mid].Memory}
}

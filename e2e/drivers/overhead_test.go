package drivers

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	runs   = flag.Int("runs", 5, "measure the overhead so often")
	edited = flag.String("file", "", "measure gopls on this `file` of the module that -operators names")
)

// TestOverhead measures what the checks add to golangci-lint and to gopls, on an
// operator. It fails on no figure:
//
//	go test ./drivers -v -timeout=2h -run=TestOverhead -args -operators=DIR -file=internal/controller/x.go
//
// What is compared takes turns, as the load of a machine changes; a ratio is the
// median of those of all turns.
func TestOverhead(t *testing.T) {
	if *operators == "" || strings.Contains(*operators, ",") {
		t.Skip("no -operators, or more than one")
	}
	dir := moduleDir(t, *operators)
	t.Run("golangci", func(t *testing.T) { golangciOverhead(t, dir) })
	t.Run("gopls", func(t *testing.T) { goplsOverhead(t, dir) })
}

// golangciOverhead compares sets of linters by the seconds of CPU they take,
// with nothing in the cache of golangci-lint and with everything.
func golangciOverhead(t *testing.T, dir string) {
	const ours = `
  settings:
    custom:
      atomicstatus: {type: module}
`
	configs := t.TempDir()
	lint := func(name, cache, linters string) float64 {
		config := filepath.Join(configs, name+".yml")
		if err := os.WriteFile(config, []byte("version: \"2\"\nlinters:\n"+linters), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(golangci(t), "run", "--config="+config, "--allow-parallel-runners", "./...")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOLANGCI_LINT_CACHE="+cache)
		out, err := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != 0 && code != 1 || bytes.Contains(out, []byte("(typecheck)")) {
			t.Fatalf("%s: %v\n%s", cmd, err, out)
		}
		seconds := (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
		t.Logf("%s: %.2f", name, seconds)
		return seconds
	}
	configured := []struct{ name, linters string }{
		{"standard", "  default: standard"},
		{"standard-ours", "  default: standard\n  enable: [atomicstatus]" + ours},
		{"usual", "  default: none\n  enable: [errcheck, bodyclose]"},
		{"ours", "  default: none\n  enable: [atomicstatus]" + ours},
	}
	took := make(map[string][]float64)
	lint("first", t.TempDir(), configured[0].linters) // go compiles what is imported
	for range *runs {
		for _, c := range configured {
			cache := t.TempDir()
			for _, state := range []string{"cold", "warm"} {
				took[c.name+state] = append(took[c.name+state], lint(c.name, cache, c.linters))
			}
		}
	}
	for _, state := range []string{"cold", "warm"} {
		logRatio(t, "golangci-lint, "+state+", CPU s: errcheck and bodyclose; ours", took["usual"+state], took["ours"+state])
		logRatio(t, "golangci-lint, "+state+", CPU s: default; and ours", took["standard"+state], took["standard-ours"+state])
	}
}

// stock is the gopls that ours is made of.
var stock = tool("gopls", func(file string) []string {
	pins := filepath.Join(root, "cmd", "atomicstatus", "gopls", version.Lang(runtime.Version())+".mod")
	data, _ := os.ReadFile(pins) // without a version, go says that there is none
	pinned := regexp.MustCompile(`golang.org/x/tools/gopls (\S+)|$`).FindSubmatch(data)
	return []string{"env", "GOBIN=" + filepath.Dir(file), "go", "install", "-trimpath", "golang.org/x/tools/gopls@" + string(pinned[1])}
})

// goplsOverhead compares gopls with and without the checks: what it takes to
// open a file, with nothing in the cache of gopls and with everything, and to
// change it; and what it keeps in memory. A change is measured twice: until an editor
// shows what comes of it, for which gopls waits a second before it analyses, and
// without that second.
func goplsOverhead(t *testing.T, dir string) {
	if *edited == "" {
		t.Skip("no -file")
	}
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("only Linux tells what a process takes while it runs")
	}
	servers := map[string]string{"stock": stock(t), "ours": gopls(t)}
	took := make(map[string][]float64)
	for run := range *runs {
		for _, which := range []string{"stock", "ours"} {
			cache := t.TempDir()
			// gopls puts only part of what it found into its cache before it ends, so
			// what is in between is not looked at.
			for _, state := range []string{"cold", "", "", "warm"} {
				t.Run(fmt.Sprintf("%s/%s/%d", which, state, run), func(t *testing.T) {
					add := func(what string, value float64) {
						if state == "" {
							return
						}
						t.Logf("%s: %.2f", what, value)
						took[which+what] = append(took[which+what], value)
					}
					start := time.Now()
					e := startEditor(t, servers[which], dir, "GOPLSCACHE="+cache)
					opened := e.open(filepath.Join(dir, *edited))
					diagnose(e, opened)
					add(state+", open, s", time.Since(start).Seconds())
					cpu := settle(t, e.pid)
					add(state+", open, CPU s", cpu)
					add(state+", opened, MB resident", resident(t, e.pid))
					if state != "warm" {
						return
					}
					text := e.buffers[opened]
					var shown, answers, work []float64
					for i := range 7 {
						start := time.Now()
						e.change(opened, text+strings.Repeat("\n", i+1)+"func _(x int) { x = x }\n")
						at := strings.Count(text, "\n") + i + 1
						e.await(opened, "what vet finds", func(all []diagnostic) bool {
							return slices.ContainsFunc(all, func(d diagnostic) bool {
								return d.Range.Start.Line == at && strings.Contains(d.Message, "self-assignment")
							})
						})
						shown = append(shown, time.Since(start).Seconds())
						cpu = settle(t, e.pid)
					}
					for i := range 7 {
						start := time.Now()
						e.change(opened, fmt.Sprintf("%s\nfunc _() { println(%d) }\n", text, i))
						diagnose(e, opened)
						answers = append(answers, time.Since(start).Seconds())
						after := settle(t, e.pid)
						work = append(work, after-cpu)
						cpu = after
					}
					add("change, shown, s", median(shown))
					add("change, s", median(answers))
					add("change, CPU s", median(work))
				})
			}
		}
	}
	for _, what := range []string{
		"cold, open, s", "cold, open, CPU s", "cold, opened, MB resident",
		"warm, open, s", "warm, open, CPU s", "warm, opened, MB resident",
		"change, shown, s", "change, s", "change, CPU s",
	} {
		logRatio(t, "gopls, "+what+": stock; ours", took["stock"+what], took["ours"+what])
	}
}

// diagnose waits until all is published that there is to say about a file.
func diagnose(e *editor, uri string) {
	e.t.Helper()
	e.request("workspace/executeCommand", object{
		"command": "gopls.diagnose_files", "arguments": []object{{"Files": []string{uri}}},
	}, nil)
}

// settle waits until a process has nothing left to do, and returns the seconds
// of CPU that it and its children have taken.
func settle(t *testing.T, pid int) float64 {
	t.Helper()
	for last := cpuTime(t, pid); ; {
		time.Sleep(1500 * time.Millisecond) // longer than gopls waits after a change
		now := cpuTime(t, pid)
		if now-last < 0.03 {
			return now
		}
		last = now
	}
}

func cpuTime(t *testing.T, pid int) (seconds float64) {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), ") ") // the name may hold blanks
	for _, ticks := range strings.Fields(rest)[11:15] {
		n, err := strconv.Atoi(ticks)
		if err != nil {
			t.Fatal(err)
		}
		seconds += float64(n) / 100
	}
	return seconds
}

func resident(t *testing.T, pid int) (mb float64) {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return float64(kb) / 1024
}

// logRatio tells the medians of two series that took turns, and how they compare.
func logRatio(t *testing.T, what string, base, with []float64) {
	t.Helper()
	if len(base) != len(with) || len(base) == 0 {
		return // a run has failed, and said so
	}
	var ratios []float64
	for i := range base {
		ratios = append(ratios, with[i]/base[i])
	}
	t.Logf("%-66s %8.2f %8.2f  ratio %.3f (%.3f to %.3f)", what, median(base), median(with), median(ratios), slices.Min(ratios), slices.Max(ratios))
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

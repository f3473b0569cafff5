package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"
)

// workspace is a module with a cache, in which the command runs.
type workspace struct {
	t          *testing.T
	dir, cache string
	args, env  []string
}

// newWorkspace makes a module of the files of a test, over the stubs of the scripts.
func newWorkspace(t *testing.T) *workspace {
	t.Helper()
	root := t.TempDir()
	w := &workspace{t: t, dir: filepath.Join(root, "module"), cache: filepath.Join(root, "cache")}
	archive, err := txtar.ParseFile(filepath.Join("testdata", "cache.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.Files {
		w.write(file.Name, string(file.Data))
	}
	for _, dir := range []string{"stub", "module"} {
		if err := overlay(filepath.Join(root, dir), filepath.Join(scripts, "common", dir)); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *workspace) read(name string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

func (w *workspace) write(name, text string) {
	w.t.Helper()
	name = filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workspace) replace(name, from, to string) {
	w.t.Helper()
	text := w.read(name)
	if !strings.Contains(text, from) {
		w.t.Fatalf("%s has no %q", name, from)
	}
	w.write(name, strings.Replace(text, from, to, 1))
}

// run returns all that the command prints, and its exit code.
func (w *workspace) run(cache string, args ...string) string {
	w.t.Helper()
	cmd := exec.Command("atomicstatus", append(append([]string{"-cache=" + cache}, w.args...), args...)...)
	cmd.Dir = w.dir
	cmd.Env = append(append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK="), w.env...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // the exit code is compared
	return fmt.Sprintf("%sstderr:\n%sexit code %d\n", &stdout, &stderr, cmd.ProcessState.ExitCode())
}

// check compares what the command prints without a cache, with what it knows from
// before, and with what it knows then. It returns what that is.
func (w *workspace) check(what string) (printed string) {
	w.t.Helper()
	runs := map[string]int{"-f=json": 2, "-diff": 1, "report": 2}
	for _, args := range [][]string{{"-f=json"}, {"-diff"}, {"report", "-f=json"}} {
		want := w.run("off", args...)
		for range runs[args[0]] {
			if got := w.run(w.cache, args...); got != want {
				w.t.Errorf("%s: %v prints with a cache\n%swithout\n%s", what, args, got, want)
			}
		}
		printed += want
	}
	return printed
}

// Whatever has changed since the cache was filled, the command prints what it would
// print without one.
func TestCache(t *testing.T) {
	w := newWorkspace(t)
	last := w.check("at first")
	before := map[string]string{}
	silent := []string{"a function has been added", "a test mentions a function", "it is by the environment", "a workspace adds a module", "a package imports of it", "another import"}
	for _, change := range []struct {
		name string
		do   func()
	}{
		{"a function has been added", func() { w.write("job/job.go", w.read("job/job.go")+"\nfunc more() {}\n") }},
		{"lines have moved", func() { w.replace("job/job.go", "package job\n", "\n\npackage job\n") }},
		{"a package below writes no more", func() { w.replace("record/record.go", "return c.Status().Update(ctx, job)", "return nil") }},
		{"and writes again", func() {
			w.replace("record/record.go", "return nil\n}\n\n// end", "return c.Status().Update(ctx, job)\n}\n\n// end")
		}},
		{"something is suppressed", func() {
			w.replace("job/job.go", "\tjob.Status.Phase = \"A\"", "\t//nolint:all // so it is\n\tjob.Status.Phase = \"A\"")
		}},
		{"a comment suppresses nothing", func() { w.replace("job/job.go", "func more() {}", "//lint:ignore statusloop because\nfunc more() {}") }},
		{"a test mentions a function", func() { w.write("job/job_test.go", "package job\n\nvar _ = write\n\nfunc f() { _ = job.Write() }\n") }},
		{"there are settings", func() { w.write(".atomicstatus.yaml", "statusretry: {policy: requeue}\n") }},
		{"there are others", func() { w.write(".atomicstatus.yaml", "checks: {enable: [statusphase]}\n") }},
		{"a flag says more than settings", func() { w.args = []string{"-checks=all,-statusretry"} }},
		{"tests are loaded", func() { w.args = []string{"-tests"} }},
		{"a build tag is set", func() { w.args = []string{"-tags=extra"} }},
		{"it is by the environment", func() { w.args, w.env = nil, []string{"GOFLAGS=-tags=extra"} }},
		{"a file is for another system", func() { w.env = []string{"GOOS=windows", "GOARCH=386"} }},
		{"a file is added", func() { w.env = nil; w.write("job/new.go", w.read("job/job_windows.go")[len("package job"):]) }},
		{"it has a package clause", func() { w.write("job/new.go", "package job\n\nvar new = 1\n") }},
		{"it does not type-check", func() { w.write("job/new.go", "package job\n\nvar newer int = \"\"\n") }},
		{"nor does a package below", func() {
			before["record"] = w.read("record/record.go")
			w.write("record/record.go", strings.Replace(before["record"], "return nil", "return 1", 1))
		}},
		{"only that one does not", func() { w.write("job/new.go", "package job\n") }},
		{"all do", func() { w.write("record/record.go", before["record"]) }},
		{"the fixes have something to call", func() { w.write("status/manager.go", w.read("status/manager.txt")) }},
		{"and a batch", func() { w.write("status/batch.go", w.read("status/batch.txt")) }},
		{"a replaced module has another type", func() {
			w.replace("../stub/controller-runtime/pkg/client/client.go", "\tStatus() SubResourceWriter", "\tStatus() Writer")
		}},
		{"it has one that type-checks", func() {
			w.replace("../stub/controller-runtime/pkg/client/client.go", "type Client interface", "type Writer interface{ SubResourceWriter }\n\ntype Client interface")
		}},
		{"a module is replaced by another", func() {
			if err := os.CopyFS(filepath.Join(w.dir, "..", "fork"), os.DirFS(filepath.Join(w.dir, "..", "stub", "controller-runtime"))); err != nil {
				t.Fatal(err)
			}
			w.replace("../fork/pkg/client/client.go", "\tUpdate(ctx context.Context, obj Object, opts ...SubResourceUpdateOption) error\n", "")
			w.replace("go.mod", "../stub/controller-runtime", "../fork")
		}},
		{"and by the first", func() { w.replace("go.mod", "../fork", "../stub/controller-runtime") }},
		{"the language is older", func() {
			w.write("job/new.go", "package job\n\nvar list = func(yield func(int) bool) {}\n\nfunc ranged() {\n\tfor range list {\n\t}\n}\n")
			for _, mod := range []string{"", "../stub/apimachinery/", "../stub/client-go/", "../stub/controller-runtime/"} {
				w.replace(mod+"go.mod", "go 1.26", "go 1.21")
			}
		}},
		{"that matters no more", func() { w.write("job/new.go", "package job\n") }},
		{"a workspace adds a module", func() {
			w.write("../other/go.mod", strings.Replace(w.read("go.mod"), "module example.com/operator", "module example.com/other", 1))
			w.write("../other/other.go", "package other\n")
			w.write("../go.work", "go 1.26\n\nuse (\n\t./module\n\t./other\n)\n")
		}},
		{"a package imports of it", func() {
			w.write("../other/other.go", strings.Replace(w.read("record/record.go"), "package record", "package other", 1))
			w.replace("job/job.go", "example.com/operator/record", "example.com/other")
			w.replace("job/job.go", "record.Phase", "other.Phase")
		}},
		{"that has changed", func() { w.replace("../other/other.go", "return c.Status().Update(ctx, job)", "return nil") }},
		{"another import", func() { w.write("job/new.go", "package job\n\nimport _ \"k8s.io/client-go/util/retry\"\n") }},
	} {
		change.do()
		printed := w.check(change.name)
		if printed == last && !slices.Contains(silent, change.name) {
			t.Errorf("%s, and the command prints the same", change.name)
		}
		last = printed
	}
}

// A cache that is damaged or that cannot be written costs time, and nothing else.
func TestBadCache(t *testing.T) {
	w := newWorkspace(t)
	for _, damage := range []struct {
		name string
		do   func(path string) error
	}{
		{"empty files", func(path string) error { return os.Truncate(path, 0) }},
		{"short files", func(path string) error { return os.Truncate(path, 100) }},
		{"other bytes", func(path string) error {
			data, err := os.ReadFile(path)
			if err == nil {
				data[len(data)/2] ^= 1
				err = os.WriteFile(path, data, 0o666)
			}
			return err
		}},
		{"no outputs", func(path string) error {
			if strings.HasSuffix(path, "-d") {
				return os.Remove(path)
			}
			return nil
		}},
		{"directories", func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return os.Mkdir(path, 0o777)
		}},
	} {
		files, err := filepath.Glob(filepath.Join(w.cache, "??", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if err := damage.do(name); err != nil {
				t.Fatal(err)
			}
		}
		w.check(damage.name)
		if err := os.RemoveAll(w.cache); err != nil {
			t.Fatal(err)
		}
		w.check("no cache")
	}

	if err := os.RemoveAll(w.cache); err != nil {
		t.Fatal(err)
	}
	for name, make := range map[string]func(string) error{
		"a file": func(dir string) error { return os.WriteFile(dir, nil, 0o666) },
		"read-only": func(dir string) error {
			for i := range 256 {
				if err := os.MkdirAll(filepath.Join(dir, fmt.Sprintf("%02x", i)), 0o555); err != nil {
					return err
				}
			}
			return os.Chmod(dir, 0o555)
		},
		"a device that is full": func(dir string) error { return os.Symlink("/dev/full", dir) },
	} {
		w.cache = filepath.Join(t.TempDir(), "cache")
		if err := make(w.cache); err != nil {
			t.Fatal(err)
		}
		w.check(name)
	}
}

// Many runs may use one cache at the same time.
func TestSharedCache(t *testing.T) {
	w := newWorkspace(t)
	want := w.run("off", "-f=json")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 3 {
				if got := w.run(w.cache, "-f=json"); got != want {
					t.Errorf("beside others, the command prints\n%snot\n%s", got, want)
				}
			}
		})
	}
	wg.Wait()
}

// The second run analyses nothing, and the one after an edit only what has changed.
func TestCacheIsUsed(t *testing.T) {
	w := newWorkspace(t)
	w.run(w.cache)
	entries := func() int {
		names, err := filepath.Glob(filepath.Join(w.cache, "??", "*-a"))
		if err != nil {
			t.Fatal(err)
		}
		return len(names)
	}
	all := entries()
	if all == 0 {
		t.Fatal("nothing is kept")
	}
	w.run(w.cache)
	if n := entries(); n != all {
		t.Errorf("the second run keeps %d things more", n-all)
	}
	w.write("job/job.go", w.read("job/job.go")+"\nfunc more() {}\n")
	w.run(w.cache)
	if n := entries(); n != all+4 { // what was found in it and in main, and their facts
		t.Errorf("after an edit %d things more are kept, want 4", n-all)
	}
	w.run(w.cache, "clean")
	if _, err := os.Stat(w.cache); !os.IsNotExist(err) {
		t.Errorf("after clean there is still a cache: %v", err)
	}
	w.write("../cache/keep.txt", "")
	w.run(w.cache)
	w.run(w.cache, "clean")
	if names, _ := filepath.Glob(filepath.Join(w.cache, "*")); len(names) != 1 {
		t.Errorf("clean leaves %v", names)
	}
}

//go:build e2e

package main_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// caller uses the managers that TestE2EManager generates, as the fixes do, and
// then once more, which is to be seen as a second write.
const caller = `package caller

import (
	"context"

	"example.com/operator/api/v1alpha1"
	"example.com/operator/internal/generic"
	"example.com/operator/internal/phases"
)

type Reconciler struct {
	Statuses *generic.Manager[v1alpha1.WorkflowExecution, *v1alpha1.WorkflowExecution]
	Phases   *phases.Manager
}

func (r *Reconciler) once(ctx context.Context, obj *v1alpha1.WorkflowExecution) error {
	return r.Statuses.AtomicStatusUpdate(ctx, obj, func() error {
		obj.Status.Message = "done"
		return nil
	})
}

func (r *Reconciler) typed(ctx context.Context, obj *v1alpha1.Notification) error {
	return r.Phases.AtomicStatusUpdate(ctx, obj, func() error {
		obj.Status.Phase = v1alpha1.NotificationDelivered
		return nil
	})
}

func (r *Reconciler) twice(ctx context.Context, obj *v1alpha1.WorkflowExecution) error {
	if err := r.once(ctx, obj); err != nil {
		return err
	}
	return r.once(ctx, obj) // reported
}

func (r *Reconciler) typedTwice(ctx context.Context, obj *v1alpha1.Notification) error {
	if err := r.typed(ctx, obj); err != nil {
		return err
	}
	return r.typed(ctx, obj) // reported
}
`

// TestE2EManager generates managers into a copy of the example operator. They
// pass their own tests, go vet, and our checks, which know them for what they
// are.
func TestE2EManager(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(moduleDir(t, "operator"))); err != nil {
		t.Fatal(err)
	}
	phases := []string{"manager", "-batch", "-metrics", "-transitions", "=Retrying,Delivered,Failed;Retrying=Delivered,Failed", "internal/phases", "-type", "./api/v1alpha1.Notification"}
	run(t, dir, 0, tool, "manager", "-batch", "internal/generic")
	run(t, dir, 0, tool, phases...)
	run(t, dir, 0, tool, "manager", "internal/builtin", "-type", "k8s.io/api/apps/v1.Deployment")
	run(t, dir, 0, tool, "manager", "api/v1alpha1", "-type", "./api/v1alpha1.WorkflowExecution")
	if err := os.Mkdir(filepath.Join(dir, "internal/caller"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "internal/caller/caller.go"), []byte(caller), 0o666); err != nil {
		t.Fatal(err)
	}
	generated := []string{"./internal/generic", "./internal/phases", "./internal/builtin", "./api/v1alpha1"}
	run(t, dir, 0, "go", append([]string{"vet", "./internal/caller"}, generated...)...)
	run(t, dir, 0, "go", append([]string{"test"}, generated...)...)
	run(t, dir, 0, tool, append([]string{"-checks=all", "-tests"}, generated...)...)

	found := strings.Split(strings.TrimSpace(string(run(t, dir, 1, tool, "-f=line", "./internal/caller"))), "\n")
	reported := 0
	for i, line := range strings.Split(caller, "\n") {
		if !strings.HasSuffix(line, "// reported") {
			continue
		}
		prefix := filepath.Join("internal", "caller", "caller.go") + ":" + strconv.Itoa(i+1) + ":"
		if reported < len(found) && (!strings.HasPrefix(found[reported], prefix) || !strings.Contains(found[reported], "(statusmulti)")) {
			t.Errorf("got %s, want statusmulti at %s", found[reported], prefix)
		}
		reported++
	}
	if len(found) != reported {
		t.Errorf("%d findings, want %d:\n%s", len(found), reported, strings.Join(found, "\n"))
	}

	// A second time there is nothing to do; over changes, only by force.
	name := filepath.Join(dir, "internal/phases/manager.go")
	source, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if out := run(t, dir, 0, tool, phases...); string(out) != "internal/phases is up to date\n" {
		t.Errorf("a second time: %s", out)
	}
	run(t, dir, 0, tool, append(phases, "-diff")...)
	mine := append(bytes.Clone(source), "\n// Mine.\n"...)
	if err := os.WriteFile(name, mine, 0o666); err != nil {
		t.Fatal(err)
	}
	run(t, dir, 2, tool, phases...)
	text := run(t, dir, 1, tool, append(phases, "-diff")...)
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, mine) {
		t.Error("the file has changed without -force")
	}
	apply := exec.Command("git", "apply", "-")
	apply.Dir, apply.Stdin = dir, bytes.NewReader(text)
	if out, err := apply.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s%s", err, out, text)
	}
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, source) {
		t.Error("-diff is not what the command would do")
	}
	if err := os.WriteFile(name, mine, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, 0, tool, append(phases, "-force")...)
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, source) {
		t.Error("-force does not overwrite")
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: the permissions are to stay", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "internal/phases/.*")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// -fix -manager writes the package that the fixes call, or nothing at all.
func TestE2EFixManager(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "api"} {
		from := filepath.Join(moduleDir(t, "operator"), name)
		run(t, ".", 0, "cp", "-r", from, dir)
	}
	small := filepath.Join(dir, "internal/small")
	for name, text := range map[string]string{"updates": updates, "quiet": "package quiet\n"} {
		if err := os.MkdirAll(filepath.Join(small, name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(small, name, name+".go"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}

	run(t, dir, 0, tool, "-fix", "-force", "-manager", "lib/status", "./internal/small/quiet")
	if _, err := os.Stat(filepath.Join(dir, "lib")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a fix, lib is there (%v)", err)
	}
	run(t, dir, 1, tool, "-fix", "-force", "./internal/small/updates")
	run(t, dir, 0, tool, "-fix", "-force", "-manager", "lib/status", "./internal/small/updates")
	text, err := os.ReadFile(filepath.Join(small, "updates/updates.go"))
	if err != nil || !bytes.Contains(text, []byte("status.Update(ctx, c, n, base)")) {
		t.Errorf("the update is not fixed (%v):\n%s", err, text)
	}
	run(t, dir, 0, "go", "vet", "./internal/...", "./lib/...")
	if _, err := os.Stat(filepath.Join(dir, "lib/status/batch.go")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a batch that nothing opens (%v)", err)
	}
}

// rewrite lends the module the package that the fixes call, and leaves it there with
// -write: with a batch where one write a reconcile takes it.
func TestE2ERewrite(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	for name, want := range map[string]struct {
		source, call string
		batch        bool
	}{
		"once":  {once, "status.Update(ctx, r.Client, n, base)", false},
		"often": {often, "status.Batch(ctx)", true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range []string{"go.mod", "go.sum", "api"} {
				run(t, ".", 0, "cp", "-r", filepath.Join(moduleDir(t, "operator"), name), dir)
			}
			file := filepath.Join(dir, "internal/control/control.go")
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(want.source), 0o666); err != nil {
				t.Fatal(err)
			}
			out := run(t, dir, 1, tool, "rewrite", "Reconciler")
			if !bytes.Contains(out, []byte(want.call)) || !bytes.Contains(out, []byte("With -write, it gets the package internal/status")) {
				t.Errorf("it shows\n%s", out)
			}
			if _, err := os.Stat(filepath.Join(dir, "internal/status")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the package is left there (%v)", err)
			}
			run(t, dir, 1, tool, "rewrite", "Reconciler", "-write", "-force")
			text, err := os.ReadFile(file)
			if err != nil || !bytes.Contains(text, []byte(want.call)) {
				t.Errorf("not rewritten (%v):\n%s", err, text)
			}
			if _, err := os.Stat(filepath.Join(dir, "internal/status/batch.go")); (err == nil) != want.batch {
				t.Errorf("batch.go: %v", err)
			}
			run(t, dir, 0, "go", "vet", "./...")
		})
	}
}

// A status manager that the module has without a batch gets one where that is asked for, and
// a fix opens it.
func TestE2EBatchLater(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "api"} {
		run(t, ".", 0, "cp", "-r", filepath.Join(moduleDir(t, "operator"), name), dir)
	}
	file, manager, batch := filepath.Join(dir, "internal/control/control.go"), filepath.Join(dir, "internal/status/manager.go"), filepath.Join(dir, "internal/status/batch.go")
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	write := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(name, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(file, []byte(often))
	run(t, dir, 0, tool, "manager", "internal/status")
	plain, err := os.ReadFile(manager)
	if err != nil {
		t.Fatal(err)
	}
	same := func(when string) {
		t.Helper()
		if text, err := os.ReadFile(manager); err != nil || !bytes.Equal(text, plain) {
			t.Errorf("%s, the manager is changed (%v)", when, err)
		}
		if _, err := os.Stat(batch); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s, there is a batch (%v)", when, err)
		}
	}

	// What there is to do is told, and shown.
	var stderr bytes.Buffer
	cmd := exec.Command(tool, "-diff=review", "./...")
	cmd.Dir, cmd.Stderr = dir, &stderr
	_ = cmd.Run() // something is left
	const hint = "a batch may be one, which internal/status lacks: run atomicstatus manager internal/status -batch first, or add -manager internal/status to -fix=review"
	if !strings.Contains(stderr.String(), hint) {
		t.Errorf("-diff=review tells %s", &stderr)
	}
	out := run(t, dir, 1, tool, "rewrite", "Reconciler")
	if !bytes.Contains(out, []byte("status.Batch(ctx)")) || !bytes.Contains(out, []byte("With -write, the package internal/status gets a batch as well")) {
		t.Errorf("rewrite shows\n%s", out)
	}
	same("after rewrite")

	// A manager that somebody has changed stays as it is.
	generated := plain
	plain = append(bytes.Clone(plain), "\n// changed\n"...)
	write(manager, plain)
	run(t, dir, 2, tool, "manager", "internal/status", "-batch")
	if out := run(t, dir, 1, tool, "-fix=review", "-force", "-manager", "internal/status", "./..."); bytes.Contains(out, []byte("up to date")) {
		t.Errorf("of a manager that lacks a batch it tells\n%s", out)
	}
	same("after it was refused")
	write(manager, generated)

	// Once it has a batch, the same command finds nothing more to do.
	for range 2 {
		run(t, dir, 0, tool, "-fix=review", "-force", "-manager", "internal/status", "./...")
		text, err := os.ReadFile(file)
		if err != nil || bytes.Count(text, []byte("status.Batch(ctx)")) != 1 {
			t.Errorf("not rewritten (%v):\n%s", err, text)
		}
		run(t, dir, 0, "go", "vet", "./...")
	}
	run(t, dir, 0, tool, "manager", "internal/status", "-batch") // it is up to date
}

const control = `package control

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/operator/api/v1alpha1"
)

type Reconciler struct{ client.Client }

func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	n := &v1alpha1.Notification{}
	if err := r.Get(ctx, req.NamespacedName, n); err != nil {
		return ctrl.Result{}, err
	}
`

// once writes twice, and may leave the first one out.
const once = control + `	n.Status.Phase = "Sending"
	if err := r.Status().Update(ctx, n); err != nil {
		return ctrl.Result{}, err
	}
	n.Status.Phase = "Failed"
	return ctrl.Result{}, r.Status().Update(ctx, n)
}
`

// often writes by a helper that does more.
const often = control + `	if err := r.mark(ctx, n, "Sending"); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.mark(ctx, n, "Failed")
}

func (r *Reconciler) mark(ctx context.Context, n *v1alpha1.Notification, phase v1alpha1.NotificationPhase) error {
	if n.Status.Phase == phase {
		return nil
	}
	n.Status.Phase = phase
	if err := r.Status().Update(ctx, n); err != nil {
		return err
	}
	return r.Delete(ctx, n.DeepCopy())
}
`

// updates has one update, that can be fixed.
const updates = `package updates

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/operator/api/v1alpha1"
)

func Fail(ctx context.Context, c client.Client, key client.ObjectKey) error {
	n := &v1alpha1.Notification{}
	if err := c.Get(ctx, key, n); err != nil {
		return err
	}
	n.Status.Phase = "Failed"
	return c.Status().Update(ctx, n)
}
`

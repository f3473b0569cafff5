package watch_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/watch"
)

func TestWait(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	write := func(name string) func() error {
		return func() error {
			if err := os.MkdirAll(filepath.Dir(at(name)), 0o777); err != nil {
				return err
			}
			return os.WriteFile(at(name), nil, 0o666)
		}
	}
	for _, name := range []string{"tree/a/a.go", "tree/vendor/b/b.go", "beside/settings.yaml"} {
		if err := write(name)(); err != nil {
			t.Fatal(err)
		}
	}
	w, err := watch.New()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := errors.Join(w.AddTree(at("tree")), w.AddFile(at("beside/settings.yaml"))); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		do      func() error
		changed bool
	}{
		{"nothing", func() error { return nil }, false},
		{"a file", write("tree/a/a.go"), true},
		{"a new directory", func() error { return os.Mkdir(at("tree/new"), 0o777) }, true},
		{"a file in it", write("tree/new/c.go"), true},
		{"go.mod", write("tree/go.mod"), true},
		{"the file named", write("beside/settings.yaml"), true},
		{"one beside it", write("beside/other.yaml"), false},
		{"no Go", write("tree/a/a.txt"), false},
		{"what an editor writes", write("tree/a/.#a.go"), false},
		{"a vendored file", write("tree/vendor/b/b.go"), false},
		{"permissions", func() error { return os.Chmod(at("tree/a/a.go"), 0o600) }, false},
		{"a file that goes", func() error { return os.Remove(at("tree/a/a.go")) }, true},
	} {
		if err := test.do(); err != nil {
			t.Fatal(err)
		}
		patience := time.Second
		if test.changed {
			patience = time.Minute // the machine may be busy
		}
		ctx, stop := context.WithTimeout(t.Context(), patience)
		err := w.Wait(ctx)
		stop()
		if changed := err == nil; changed != test.changed {
			t.Errorf("%s: %v, want a change: %v", test.name, err, test.changed)
		}
	}
}

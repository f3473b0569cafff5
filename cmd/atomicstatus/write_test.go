package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/apply"
)

func TestWriteFiles(t *testing.T) {
	setup := func(t *testing.T) []apply.File {
		t.Helper()
		dir, err := filepath.EvalSymlinks(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Chdir(dir)
		var files []apply.File
		for _, name := range []string{"a.go", "b.go"} {
			files = append(files, apply.File{Name: filepath.Join(dir, name), Old: []byte("old " + name), New: []byte("new " + name)})
			if err := os.WriteFile(name, []byte("old "+name), 0o640); err != nil {
				t.Fatal(err)
			}
		}
		return files
	}
	// check wants the files to begin with a word, and no others beside them.
	check := func(t *testing.T, a, b string) {
		t.Helper()
		entries, err := os.ReadDir(".")
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			want := map[string]string{"a.go": a + " a.go", "b.go": b + " b.go", "c.go": a + " a.go"}[entry.Name()]
			got, err := os.ReadFile(entry.Name())
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != want {
				t.Errorf("%s holds %q, want %q", entry.Name(), got, want)
			}
			if info, err := os.Stat(entry.Name()); err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("%s has the permissions %v, %v", entry.Name(), info.Mode(), err)
			}
		}
	}
	fails := func(t *testing.T, files []apply.File, want string) {
		t.Helper()
		if err := writeFiles(files); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}

	t.Run("all", func(t *testing.T) {
		if err := writeFiles(setup(t)); err != nil {
			t.Error(err)
		}
		check(t, "new", "new")
	})
	t.Run("interrupted", func(t *testing.T) {
		files := setup(t)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		for _, force := range []bool{false, true} {
			c := &command{}
			c.flags.force = force
			if err := c.replace(ctx, files); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
		}
		check(t, "old", "old")
	})
	t.Run("changed meanwhile", func(t *testing.T) {
		files := setup(t)
		if err := os.WriteFile("b.go", []byte("more b.go"), 0o640); err != nil {
			t.Fatal(err)
		}
		fails(t, files, "cannot write b.go: it has changed since it was analysed: no file was changed")
		check(t, "old", "more")
	})
	t.Run("gone meanwhile", func(t *testing.T) {
		files := setup(t)
		if err := os.Remove("b.go"); err != nil {
			t.Fatal(err)
		}
		fails(t, files, "cannot write b.go: no such file or directory: no file was changed")
		check(t, "old", "")
	})
	t.Run("no room", func(t *testing.T) {
		files := setup(t)
		// The name of the new file would be too long.
		long := strings.Repeat("b", 250) + ".go"
		if err := os.Rename("b.go", long); err != nil {
			t.Skip(err)
		}
		files[1].Name = filepath.Join(filepath.Dir(files[1].Name), long)
		fails(t, files, "cannot write "+long+": file name too long: no file was changed")
		if err := os.Rename(long, "b.go"); err != nil {
			t.Fatal(err)
		}
		check(t, "old", "old")
	})
	t.Run("links to one file", func(t *testing.T) {
		files := setup(t)
		if err := os.Symlink("a.go", "c.go"); err != nil {
			t.Skip(err)
		}
		link := files[0]
		link.Name = filepath.Join(filepath.Dir(link.Name), "c.go")
		if err := writeFiles(append(files, link)); err != nil {
			t.Error(err)
		}
		check(t, "new", "new")
		if info, err := os.Lstat("c.go"); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("the link is %v, %v", info.Mode(), err)
		}

		files[0].Old, files[1].Old, link.Old = files[0].New, files[1].New, files[0].New
		link.New = []byte("other")
		fails(t, append(files, link), "cannot write c.go: the fixes of two files that link to it differ: no file was changed")
		check(t, "new", "new")
	})
}

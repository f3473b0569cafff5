package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/apply"
)

// writable returns why a file cannot be replaced.
func writable(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return cause(err)
	}
	// To rename another file over it does not ask for its permissions, nor does
	// anything where root runs the command.
	if info.Mode().Perm()&0o200 == 0 {
		return errors.New("it is read-only")
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return cause(err)
	}
	return f.Close()
}

// writeFiles replaces files, each at once and all or none: nothing is replaced
// before all the new files are on disk.
func writeFiles(files []apply.File) error {
	temps := make(map[string]string) // the new files by the real paths of the old ones
	defer func() {
		for _, temp := range temps {
			os.Remove(temp) // what was renamed is not there any more
		}
	}()
	texts := make(map[string][]byte)
	var paths []string
	for _, file := range files {
		path, err := filepath.EvalSymlinks(file.Name)
		if err == nil {
			err = unchanged(path, file.Old)
		}
		if text, ok := texts[path]; err == nil && ok {
			if !bytes.Equal(text, file.New) {
				err = errors.New("the fixes of two files that link to it differ")
			}
		} else if err == nil {
			texts[path] = file.New
			paths = append(paths, path)
			temps[path], err = writeTemp(path, file.New)
		}
		if err != nil {
			return fmt.Errorf("cannot write %s: %w: no file was changed", relative(file.Name), cause(err))
		}
	}
	for i, path := range paths {
		if err := os.Rename(temps[path], path); err != nil {
			return fmt.Errorf("cannot write %s: %w: %s changed before", relative(path), cause(err), count(i, "file", "s"))
		}
		delete(temps, path)
	}
	return nil
}

// unchanged checks that a file still is what was analysed.
func unchanged(path string, text []byte) error {
	now, err := os.ReadFile(path)
	if err == nil && !bytes.Equal(now, text) {
		err = errors.New("it has changed since it was analysed")
	}
	return err
}

// writeTemp writes a file beside another, with its permissions, and returns its
// path. The go command does not see it, as its name begins with a dot.
func writeTemp(path string, text []byte) (temp string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return "", err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			os.Remove(f.Name())
		}
	}()
	if err := f.Chmod(info.Mode().Perm()); err != nil {
		return "", err
	}
	if _, err := f.Write(text); err != nil {
		return "", err
	}
	// A crash must not leave an empty file behind.
	return f.Name(), f.Sync()
}

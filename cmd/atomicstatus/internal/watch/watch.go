// Package watch waits until files change that an analysis of Go modules depends on.
package watch

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long nothing must change before a wait ends: editors and git write many
// files at once.
const quiet = 200 * time.Millisecond

// Watcher watches directories.
type Watcher struct {
	fs    *fsnotify.Watcher
	files []string // besides those that all directories are watched for
}

// New returns a watcher of nothing. It must be closed.
func New() (*Watcher, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	return &Watcher{fs: w}, nil
}

// Close ends it.
func (w *Watcher) Close() error { return w.fs.Close() }

// AddTree watches a directory and all that the go command looks at below it.
func (w *Watcher) AddTree(dir string) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // it has gone meanwhile
			return nil
		case err != nil && name == dir:
			return err
		case err != nil || !d.IsDir():
			return nil
		case name != dir && ignored(d.Name()):
			return filepath.SkipDir
		}
		return w.fs.Add(name)
	})
}

// AddFile watches a file, which need not be there. Its directory must be.
func (w *Watcher) AddFile(name string) error {
	if !slices.Contains(w.files, name) {
		w.files = append(w.files, name)
	}
	return w.fs.Add(filepath.Dir(name))
}

// ignored reports that a directory below a watched one is not watched.
func ignored(base string) bool {
	return base == "vendor" || base == "node_modules" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")
}

// Wait waits until something has changed, since the last wait or else since it is
// watched, and nothing more changes for a moment. An error is that of ctx, or means that
// nothing can be watched.
func (w *Watcher) Wait(ctx context.Context) error {
	var settled <-chan time.Time // nil as long as nothing has changed
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-settled:
			return nil
		case event, ok := <-w.fs.Events:
			if !ok {
				return errors.New("the watcher has ended")
			}
			if w.matters(event) {
				settled = time.After(quiet)
			}
		case err, ok := <-w.fs.Errors:
			if !ok || !errors.Is(err, fsnotify.ErrEventOverflow) {
				return err
			}
			settled = time.After(quiet) // nobody knows what has changed
		}
	}
}

// matters reports that an analysis may come out in another way. It watches what is new.
func (w *Watcher) matters(event fsnotify.Event) bool {
	if event.Op == fsnotify.Chmod {
		return false
	}
	base := filepath.Base(event.Name)
	if event.Has(fsnotify.Create) && !ignored(base) {
		if info, err := os.Stat(event.Name); err == nil && info.IsDir() {
			_ = w.AddTree(event.Name) // the analysis that follows finds what is in it
			return true
		}
	}
	switch base {
	case "go.mod", "go.sum", "go.work", "go.work.sum":
		return true
	}
	hidden := strings.HasPrefix(base, ".") // as what editors write first
	return strings.HasSuffix(base, ".go") && !hidden || slices.Contains(w.files, event.Name)
}

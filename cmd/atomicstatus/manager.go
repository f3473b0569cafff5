package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/diff"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/manager"
)

// managerFlags are the flags of the subcommand manager.
type managerFlags struct {
	typ         string
	phaseField  string
	transitions string
	metrics     bool
	batch       bool
	diff        bool
	force       bool
}

func (f *managerFlags) define() *flag.FlagSet {
	set := newFlagSet("manager")
	set.StringVar(&f.typ, "type", "", "write a manager for `PACKAGE.TYPE` only; else it is generic")
	set.StringVar(&f.transitions, "transitions", "", "allow only these changes of phase: `TABLE` is \"Pending=Running,Failed;Running=Succeeded\", or a file with such rows; needs -type")
	set.StringVar(&f.phaseField, "phase-field", "Status.Phase", "the field of the type with the phase, by its `path`")
	set.BoolVar(&f.metrics, "metrics", false, "count writes and conflicts among the metrics of controller-runtime, and write a Grafana dashboard of them")
	set.BoolVar(&f.batch, "batch", false, "also write batch.go: a Batch in which the status of each object is written once, at the end of a reconcile")
	set.BoolVar(&f.diff, "diff", false, "print what would change as a unified diff, and write nothing")
	set.BoolVar(&f.force, "force", false, "overwrite files")
	return set
}

// manager writes a status manager into a package, and returns the exit code.
func (c *command) manager(ctx context.Context, args []string) int {
	var flags managerFlags
	set := flags.define()
	dirs, code, done := c.parse(set, args)
	switch {
	case done:
		return code
	case len(dirs) != 1:
		return c.fail(errors.New("manager needs one directory to write to: run atomicstatus manager -h for its use"))
	}
	if err := c.onlyFor("manager", "C", "tags"); err != nil {
		return c.fail(err)
	}
	cfg := manager.Config{Dir: filepath.Clean(dirs[0]), Type: flags.typ, PhaseField: flags.phaseField, Metrics: flags.metrics, Batch: flags.batch, Tags: c.flags.tags}
	var err error
	if cfg.Transitions, err = flags.readTransitions(set); err != nil {
		return c.fail(err)
	}
	files, err := manager.Generate(ctx, cfg)
	if err != nil {
		return c.failed(ctx, err)
	}
	changed, err := changedFiles(files)
	if err != nil {
		return c.fail(err)
	}
	if flags.diff {
		return c.managerDiff(changed)
	}
	if err := writeManager(cfg.Dir, changed, flags.force); err != nil {
		return c.fail(err)
	}
	tellWritten(c.stdout, cfg.Dir, changed)
	return exitClean
}

// readTransitions reads the table that the user gave, or named.
func (f *managerFlags) readTransitions(set *flag.FlagSet) (manager.Transitions, error) {
	if f.transitions == "" {
		var err error
		set.Visit(func(given *flag.Flag) {
			if given.Name == "phase-field" || given.Name == "transitions" {
				err = fmt.Errorf("-%s needs a table of -transitions", given.Name)
			}
		})
		return nil, err
	}
	text, name := f.transitions, "-transitions"
	if !strings.Contains(text, "=") {
		data, err := os.ReadFile(text)
		if err != nil {
			return nil, fmt.Errorf("-transitions %s: neither a table, which has a =, nor a file that can be read: %w", text, cause(err))
		}
		text, name = string(data), text
	}
	table, err := manager.ParseTransitions(text)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	return table, nil
}

// change is a file that is to be written.
type change struct {
	manager.File
	old []byte // nil if there is none yet
}

// generated reports that the file is there as it was written without a batch.
func (c change) generated() bool { return c.old != nil && bytes.Equal(c.old, c.Before) }

// changedFiles returns those files that are not on disk as they should be.
func changedFiles(files []manager.File) ([]change, error) {
	var changed []change
	for _, file := range files {
		old, err := os.ReadFile(file.Name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			old = nil
		case err != nil:
			return nil, fmt.Errorf("cannot read %s: %w", file.Name, cause(err))
		case bytes.Equal(old, file.Content):
			continue
		case old == nil:
			old = []byte{}
		}
		changed = append(changed, change{file, old})
	}
	return changed, nil
}

func (c *command) managerDiff(changed []change) int {
	for _, file := range changed {
		fmt.Fprint(c.stdout, diff.Unified(filepath.ToSlash(file.Name), file.old, file.Content))
	}
	if len(changed) > 0 {
		return exitFindings
	}
	return exitClean
}

// errInTheWay says that a file is there, with something else in it.
var errInTheWay = errors.New("is there already: -diff shows what would change, -force overwrites it")

// writeManager writes all files, or none if one is in the way: one that was not written
// without a batch, where it is to be written with one.
func writeManager(dir string, changed []change, force bool) error {
	for _, file := range changed {
		if file.old != nil && !file.generated() && !force {
			return fmt.Errorf("%s %w", file.Name, errInTheWay)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("cannot create the directory %s: %w", dir, cause(err))
	}
	for _, file := range changed {
		if err := writeWhole(file.Name, file.Content, force || file.generated()); err != nil {
			return fmt.Errorf("cannot write %s: %w", file.Name, cause(err))
		}
	}
	return nil
}

// tellWritten says which files of a manager were written, and what to do next.
func tellWritten(w io.Writer, dir string, changed []change) {
	if len(changed) == 0 {
		fmt.Fprintf(w, "%s is up to date\n", dir)
		return
	}
	for _, file := range changed {
		fmt.Fprintf(w, "wrote %s\n", file.Name)
	}
	target := filepath.ToSlash(dir)
	if filepath.IsLocal(dir) && target != "." {
		target = "./" + target
	}
	fmt.Fprintf(w, "now run: go mod tidy && go test %s\n", target)
}

// writeWhole writes a file whole or not at all, and over another only if force
// is set.
func writeWhole(name string, content []byte, force bool) error {
	temp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	_, err = temp.Write(content)
	err = errors.Join(err, temp.Chmod(mode), temp.Close())
	if err != nil {
		return err
	}
	if force {
		return os.Rename(temp.Name(), name)
	}
	// Unlike a rename, a link fails where somebody has written the file since.
	return os.Link(temp.Name(), name)
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/baseline"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/fingerprint"
)

// readBaseline returns nil if the user names none.
func (c *command) readBaseline() (baseline.Baseline, error) {
	name := c.flags.baseline
	if name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the baseline %s: %w", name, cause(err))
	}
	known, err := baseline.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("the baseline %s: %w", name, err)
	}
	return known, nil
}

// writeBaseline writes all findings into a file, and returns the exit code.
func (c *command) writeBaseline(out output) int {
	name := c.flags.writeBaseline
	data, err := baseline.Of(out.findings).Encode()
	if err == nil {
		err = replaceFile(name, data)
	}
	if err != nil {
		return c.fail(fmt.Errorf("cannot write the baseline %s: %w", name, cause(err)))
	}
	fmt.Fprintf(c.stderr, "atomicstatus: %s written to %s\n", count(len(out.findings), "finding", "s"), name)
	return exitClean
}

// replaceFile writes a file at once: the old one is there until the new one is
// complete, and nothing is where there was none. A device or a pipe is written to.
func replaceFile(name string, data []byte) error {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.WriteFile(name, data, 0o666); err != nil {
			os.Remove(name) // in part
		}
		return err
	}
	if err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(name, data, 0o666)
	}
	path, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	temp, err := writeTemp(path, data)
	if err != nil {
		return err
	}
	defer os.Remove(temp) // what was renamed is not there any more
	return os.Rename(temp, path)
}

// news returns the findings that the baseline does not have, and tells how many of
// its findings are gone, so that it gets written again some day.
func (c *command) news(known baseline.Baseline, out output) []fingerprint.Finding {
	// Where something was not analysed, what is missing may be there still.
	if len(out.problems) == 0 {
		gone := known.Gone(out.findings, func(e baseline.Entry) bool {
			return slices.Contains(out.sound, e.Package) &&
				slices.ContainsFunc(out.checks, func(check analyzer.Check) bool { return check.Name == e.Check })
		})
		switch {
		case gone == 1:
			fmt.Fprintln(c.stderr, "atomicstatus: 1 finding of the baseline is gone")
		case gone > 1:
			fmt.Fprintf(c.stderr, "atomicstatus: %d findings of the baseline are gone\n", gone)
		}
	}
	return known.New(out.findings)
}

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// settingsName is the name of the settings file beside go.mod.
const settingsName = analyzer.SettingsName

// readSettings reads the settings file that the user named, or the one of the
// module, which need not be there.
func (c *command) readSettings(ctx context.Context) (analyzer.Settings, error) {
	name, named := c.flags.settings, c.flags.settings != ""
	if !named {
		root, err := load.ModuleRoot(ctx, "", nil)
		if err != nil || root == "" {
			return analyzer.Settings{}, err
		}
		files := analyzer.SettingsFiles(root)
		if len(files) > 1 {
			return analyzer.Settings{}, fmt.Errorf("there are both %s and %s: keep one", relative(files[0]), relative(files[1]))
		}
		if len(files) == 0 {
			return analyzer.Settings{}, nil
		}
		name = files[0]
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return analyzer.Settings{}, fmt.Errorf("cannot read the settings %s: %w", relative(name), cause(err))
	}
	settings, err := analyzer.DecodeYAML(data)
	if err != nil {
		var lines []error
		for line := range strings.SplitSeq(err.Error(), "\n") {
			lines = append(lines, fmt.Errorf("%s: %s", relative(name), line))
		}
		return analyzer.Settings{}, errors.Join(lines...)
	}
	return settings, nil
}

// vetFlags prints the flags by which go vet runs the same checks in the same way.
func (c *command) vetFlags(ctx context.Context, args []string) int {
	if code, done := c.noArguments("flags", args); done {
		return code
	}
	checks, err := c.configure(ctx)
	if err != nil {
		return c.fail(err)
	}
	var flags []string
	for _, f := range slices.Concat(changedFlags(), analyzer.SelectionFlags(checks)) {
		flags = append(flags, f.String())
	}
	fmt.Fprintln(c.stdout, strings.Join(flags, " "))
	return exitClean
}

// changedFlags returns the flags of the analyzers that are not at their default.
func changedFlags() []analyzer.Flag {
	var flags []analyzer.Flag
	for _, a := range analyzer.Analyzers() {
		a.Flags.VisitAll(func(f *flag.Flag) {
			if f.Value.String() != f.DefValue {
				flags = append(flags, analyzer.Flag{Name: a.Name + "." + f.Name, Value: f.Value.String()})
			}
		})
	}
	return flags
}

package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
)

// newFlagSet returns the flags of the command, or of a subcommand: one line says
// what is wrong with them.
func newFlagSet(name string) *flag.FlagSet {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	return set
}

// parse reads the arguments of a subcommand. If done is set, that was all there
// is to do, and code is the exit code.
func (c *command) parse(set *flag.FlagSet, args []string, help func(*flag.FlagSet)) (rest []string, code int, done bool) {
	rest, err := parseMixed(set, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		help(set)
		return nil, exitClean, true
	case err != nil:
		return nil, c.fail(flagError(err, "atomicstatus "+set.Name()+" -h")), true
	}
	return rest, exitClean, false
}

// failed is [command.fail] for what may have been interrupted.
func (c *command) failed(ctx context.Context, err error) int {
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	return c.fail(err)
}

// parseMixed parses flags that may stand before, between and after arguments,
// and returns the arguments.
func parseMixed(set *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := set.Parse(args); err != nil {
			return nil, err
		}
		if args = set.Args(); len(args) == 0 {
			return rest, nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// onlyFor returns an error if the command line has flags of the command that
// mean nothing to a subcommand: it would do another thing than its user thinks.
func (c *command) onlyFor(subcommand string, allowed ...string) error {
	var err error
	c.set.Visit(func(f *flag.Flag) {
		for _, name := range allowed {
			if f.Name == name {
				return
			}
		}
		err = cmp.Or(err, fmt.Errorf("flag -%s before %s means nothing to it: put its own flags after it", f.Name, subcommand))
	})
	return err
}

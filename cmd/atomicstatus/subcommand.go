package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/analyzer/suggest"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
)

// subcommand is a word that may stand before all others on the command line.
type subcommand struct {
	name, args, about string
	helpText

	// What it knows of the flags of the command itself, before and after its name:
	// these, and those of the analyzers if it takes checks. One that takes any flag
	// looks at none.
	flags   []string
	checks  bool
	anyFlag bool

	own func() *flag.FlagSet // its own flags; may be nil
	run func(c *command, ctx context.Context, args []string) int
}

// subcommands returns all, in the order of the help. What has nothing about it is
// for shells, not for people.
func subcommands() []subcommand {
	return []subcommand{
		{name: "explain", args: "CHECK...", about: "say what a check reports, and why", helpText: explainText, flags: []string{"C"}, run: (*command).explain},
		{name: "checks", about: "list the checks", flags: []string{"C"}, run: (*command).list},
		{name: "report", args: "[packages]", about: "say what each controller costs per reconcile", helpText: reportText,
			flags: []string{"C", "tags", "checks", "settings", "cache"}, checks: true, own: new(reportFlags).define, run: (*command).report},
		{name: "rewrite", args: "CONTROLLER [packages]", about: "show what becomes of one controller", helpText: rewriteText,
			flags: []string{"C", "tags", "checks", "settings", "cache"}, checks: true, own: new(rewriteFlags).define, run: (*command).rewrite},
		{name: "manager", args: "DIR", about: "write a status manager and its tests into a package", helpText: managerText,
			flags: []string{"C", "tags"}, own: new(managerFlags).define, run: (*command).manager},
		{name: "gopls", about: "build a gopls that shows the findings", helpText: goplsText,
			flags: []string{"C", "checks", "settings"}, checks: true, own: new(goplsFlags).define, run: (*command).gopls},
		{name: "clean", about: "delete what the command keeps between runs", flags: []string{"C", "cache"}, run: (*command).clean},
		{name: "flags", about: "print the flags for go vet that mean the settings", helpText: flagsText, anyFlag: true,
			flags: []string{"C", "checks", "settings"}, checks: true, run: (*command).vetFlags},
		{name: "completion", args: "SHELL", about: "print the completion for bash, zsh or fish", run: (*command).completion},
		{name: "version", about: "say what this binary was built from", flags: []string{"C"}, run: (*command).version},
		{name: "help", args: "[COMMAND|CHECK|all]", about: "say how to use it, a command or a check", anyFlag: true, run: (*command).helpOn},
		{name: "complete", anyFlag: true, run: (*command).complete},
		{name: "man", run: (*command).man},
	}
}

func findSubcommand(name string) *subcommand {
	for _, sub := range subcommands() {
		if sub.name == name {
			return &sub
		}
	}
	return nil
}

// takes returns the names of the flags of the command that mean something to it.
func (s *subcommand) takes() []string {
	names := slices.Clone(s.flags)
	if s.checks {
		for _, a := range analyzer.Analyzers() {
			a.Flags.VisitAll(func(f *flag.Flag) { names = append(names, a.Name+"."+f.Name) })
		}
	}
	return names
}

// patterns checks that the arguments are packages. A word alone is none, though the
// go command would look for a package of that path in the standard library: whoever
// writes it means something else.
func patterns(args []string) error {
	for i, arg := range args {
		if strings.ContainsAny(arg, `./\`) || arg == "all" || arg == "work" {
			continue
		}
		if findSubcommand(arg) != nil {
			return fmt.Errorf("%s after packages: put it first: run atomicstatus help %s", arg, arg)
		}
		var names []string
		for _, sub := range subcommands() {
			names = append(names, sub.name)
		}
		what := "command"
		if i > 0 {
			what = "word"
		}
		switch {
		case arg == "fix" || arg == "diff" || arg == "baseline":
			return fmt.Errorf("unknown %s %q: did you mean the flag -%s?", what, arg, arg)
		case arg == string(fixes.Safe) || arg == string(fixes.Review):
			return fmt.Errorf("unknown %s %q: the level of fixes follows an =: -fix=%s, -diff=%s", what, arg, arg, arg)
		case slices.Contains([]string{"lint", "run", "check", "vet", "analyze", "analyse"}, arg):
			return fmt.Errorf("unknown %s %q: atomicstatus ./... analyses packages, without a command", what, arg)
		case suggest.Closest(arg, names) != "":
			return fmt.Errorf("unknown %s %q%s", what, arg, suggest.DidYouMean(arg, names))
		}
		return fmt.Errorf("unknown %s %q: run atomicstatus help for the commands; a package is named like ./%s", what, arg, arg)
	}
	return nil
}

// newFlagSet returns the flags of the command, or of a subcommand: one line says
// what is wrong with them.
func newFlagSet(name string) *flag.FlagSet {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	return set
}

// parse reads the arguments of a subcommand, with the flags of the command that mean
// something to it. If done is set, that was all there is to do, and code is the exit
// code.
func (c *command) parse(set *flag.FlagSet, args []string) (rest []string, code int, done bool) {
	if sub := findSubcommand(set.Name()); sub != nil {
		c.share(set, sub)
	}
	rest, err := parseMixed(set, args)
	if errors.Is(err, flag.ErrHelp) {
		c.subcommandHelp(set)
		return nil, exitClean, true
	}
	if err != nil {
		err = flagError(err, set, "atomicstatus "+set.Name()+" -h")
	} else {
		err = c.chdir()
	}
	if err != nil {
		return nil, c.fail(err), true
	}
	return rest, exitClean, false
}

// subcommandFlags returns all flags that a subcommand knows.
func (c *command) subcommandFlags(sub *subcommand) *flag.FlagSet {
	set := newFlagSet(sub.name)
	if sub.own != nil {
		set = sub.own()
	}
	c.share(set, sub)
	return set
}

// share adds the flags of the command that mean something to a subcommand.
func (c *command) share(set *flag.FlagSet, sub *subcommand) {
	for _, name := range sub.takes() {
		if set.Lookup(name) == nil {
			set.Var(shared{c.set, name}, name, c.set.Lookup(name).Usage)
		}
	}
}

// noArguments is [command.parse] for a subcommand that has neither flags nor
// arguments of its own.
func (c *command) noArguments(name string, args []string) (code int, done bool) {
	rest, code, done := c.parse(newFlagSet(name), args)
	if !done && len(rest) > 0 {
		return c.fail(fmt.Errorf("%s takes no argument %s", name, rest[0])), true
	}
	return code, done
}

// shared is a flag of the command, seen from a subcommand.
type shared struct {
	of   *flag.FlagSet
	name string
}

func (s shared) Set(value string) error { return s.of.Set(s.name, value) }

func (s shared) String() string {
	if s.of == nil { // as package flag asks a zero value
		return ""
	}
	return s.of.Lookup(s.name).Value.String()
}

func (s shared) IsBoolFlag() bool {
	b, ok := s.of.Lookup(s.name).Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
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
		if !slices.Contains(allowed, f.Name) {
			err = cmp.Or(err, fmt.Errorf("flag -%s before %s means nothing to it: put its own flags after it", f.Name, subcommand))
		}
	})
	return err
}

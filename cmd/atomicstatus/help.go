package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/analyzer/suggest"
)

// explain prints the documentation of the checks named, and returns the exit code.
func (c *command) explain(_ context.Context, args []string) int {
	names, code, done := c.parse(newFlagSet("explain"), args, c.subcommandHelp)
	if done {
		return code
	}
	if len(names) == 0 {
		return c.fail(errors.New("explain needs the name of a check: run atomicstatus checks for the names"))
	}
	for i, name := range names {
		check, err := analyzer.Find(name)
		if err != nil {
			return c.fail(err)
		}
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		fmt.Fprintf(c.stdout, "%s: %s\n\n%s\n\nReported:\n\n%s\n\nBetter:\n\n%s\n\nSuppress: //lint:ignore %s REASON\nSource:   %s\nOnline:   %s\n",
			check.Name, check.Title, check.Text, indent(check.Bad), indent(check.Good), check.Name, check.Source, check.URL)
	}
	return exitClean
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}

// list prints a line for each check, and returns the exit code.
func (c *command) list(_ context.Context, args []string) int {
	if code, done := c.noArguments("checks", args); done {
		return code
	}
	for _, check := range analyzer.Checks() {
		state := "on"
		if !check.Default {
			state = "off"
		}
		fmt.Fprintf(c.stdout, "%-14s %-3s  %s\n", check.Name, state, check.Title)
	}
	return exitClean
}

// version says what this binary was built from, and returns the exit code.
func (c *command) version(_ context.Context, args []string) int {
	if code, done := c.noArguments("version", args); done {
		return code
	}
	fmt.Fprint(c.stdout, describe(builtFrom()))
	return exitClean
}

// helpOn prints the help of the command, of a subcommand or of checks, and returns
// the exit code.
func (c *command) helpOn(ctx context.Context, args []string) int {
	args = slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return strings.HasPrefix(arg, "-") })
	if len(args) == 0 || args[0] == "help" {
		c.help()
		return exitClean
	}
	if sub := findSubcommand(args[0]); sub != nil && sub.about != "" {
		return sub.run(c, ctx, []string{"-h"})
	}
	if _, err := analyzer.Find(args[0]); err == nil {
		return c.explain(ctx, args)
	}
	names := checkNames()
	for _, sub := range subcommands() {
		names = append(names, sub.name)
	}
	return c.fail(fmt.Errorf("help: %q is neither a command nor a check%s", args[0], suggest.DidYouMean(args[0], names)))
}

// subcommandHelp prints the help of a subcommand that has no other.
func (c *command) subcommandHelp(set *flag.FlagSet) {
	sub := findSubcommand(set.Name())
	fmt.Fprintf(c.stdout, "atomicstatus %s: %s.\n\nUsage:\n\n    %s\n", sub.name, sub.about, strings.TrimSpace("atomicstatus "+sub.name+" "+sub.args))
	c.printFlags(set)
}

// help prints the usage of the command.
func (c *command) help() {
	fmt.Fprint(c.stdout, `atomicstatus finds misuse of the status of Kubernetes resources.

Usage:

    atomicstatus [flags] [packages]      analyse packages, ./... by default
    atomicstatus -diff [packages]        show what the fixes would change
    atomicstatus -fix [packages]         apply them, and list what is left;
                                         -diff=review, -fix=review: also those
                                         that rest on assumptions
`)
	for _, sub := range subcommands() {
		if sub.about != "" {
			fmt.Fprintf(c.stdout, "    atomicstatus %-23s %s\n", strings.TrimSpace(sub.name+" "+sub.args), sub.about)
		}
	}
	fmt.Fprint(c.stdout, `
As a vet tool, and as a fix tool:

    go vet -vettool=$(which atomicstatus) $(atomicstatus flags) ./...
    go fix -fixtool=$(which atomicstatus) $(atomicstatus flags) ./...

Flags, which may stand anywhere:

`)
	c.printFlags(c.set)
	fmt.Fprintf(c.stdout, `
Settings are read from %s (or .yml) beside go.mod; flags win over them:

    checks: {enable: [], disable: []}        # by name
    managers: [AtomicStatusUpdate]           # methods that update a status and cannot be seen
    entrypoints: []                          # further functions that report takes for reconcilers
    fixes: safe                              # or review: what drivers without -fix=review get
    accept: {visibility: [], progress: []}   # functions in which such assumptions need no review
    statusmulti: {all: false}                # report each further write
    statusretry: {policy: strict}            # or requeue
    statuscallback: {effects: []}            # further functions that a retry must not repeat
    statusphase: {phases: [Phase], validators: [ValidateTransition]}

A finding is suppressed by //lint:ignore CHECK REASON on its line or on the line
before, and in a whole file by //lint:file-ignore CHECK REASON.

-fix changes the files of the packages named, below the main module, that nobody
generated and that are committed in git. It writes them all at the end, or none.

Exit codes: 0 nothing found, 1 findings are left or the diff is not empty, 2
something could not be analysed or fixed: it is told on stderr, and the findings
in everything else are printed all the same.
`, settingsName)
}

// printFlags prints what the flags of a command mean. Those that a subcommand has of
// the command itself are named only.
func (c *command) printFlags(set *flag.FlagSet) {
	var also []string
	set.VisitAll(func(f *flag.Flag) {
		if _, ok := f.Value.(shared); ok {
			also = append(also, "-"+f.Name)
			return
		}
		arg, usage := flag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" {
			usage += " (default " + f.DefValue + ")"
		}
		name := strings.TrimSpace("-" + f.Name + " " + arg)
		const column = 24
		if len(name) < column {
			name += strings.Repeat(" ", column-len(name))
		} else {
			name += "\n" + strings.Repeat(" ", 4+column)
		}
		fmt.Fprintf(c.stdout, "    %s%s\n", name, wrap(usage, 72, strings.Repeat(" ", 4+column)))
	})
	if len(also) > 0 {
		fmt.Fprintf(c.stdout, "\n%s\n", wrap("Flags of the command that hold here as well: "+strings.Join(also, ", "), 80, ""))
	}
}

// wrap breaks a text into lines of at most width letters where it can, the further
// ones after an indent.
func wrap(text string, width int, indent string) string {
	var out strings.Builder
	length := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case length+1+len(word) > width:
			out.WriteString("\n" + indent)
			length = 0
		default:
			out.WriteString(" ")
			length++
		}
		out.WriteString(word)
		length += len(word)
	}
	return out.String()
}
